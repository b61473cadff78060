"""A policy rules on the bars it names, and no other number can close or open it."""

import pytest

from assay.dossier.pages import Evidence, ManifestPage, Measurement, Plan
from assay.dossier.plan_parts import PlannedBar, PlannedPolicy
from assay.facts.values import Undefined, exact
from assay.rulings.outcome_table import policy_input, rule

FACTS = {
    "rows": {"train": {"share": exact(0.0, 9).model_dump()}},
    "rowsets": {"train": {"share": exact(0.0, 9).model_dump()}},
    "leakage": {"train": Undefined(reason="one_class").model_dump(exclude_none=True)},
}
DIGEST = "sha256:" + "0" * 64


def bar(fact: str, check: str = "data_hygiene") -> PlannedBar:
    return PlannedBar(
        id=f"{check}{fact}", fact=fact, title=fact, direction="at_most", limit=0, check=check, file="assay.yaml", line=1
    )


BARS = (bar("/rows/train/share"), bar("/leakage/train"), bar("/rowsets/train/share"), bar("/rows/train/share", "other"))


def policy(*bars: str) -> PlannedPolicy:
    return PlannedPolicy(
        id="data/no_repetition", title="t", effect="block", checks=("data_hygiene",), bars=bars or None
    )


def asked_by(asking: PlannedPolicy) -> list[str]:
    plan = Plan(
        model="m", task="t", risk="high", stage="validation", as_of="2026-11-20", bundle=(), bundle_digest=DIGEST,
        policies=(asking,), checks=(), bars=BARS, recipes=(), inputs=(),
    )  # fmt: skip
    evidence = Evidence(measurements=(Measurement(check="data_hygiene", outcome="measured", facts=FACTS),))
    asked = policy_input(plan, evidence, ManifestPage(file="assay.yaml", source=DIGEST, manifest={}), asking)
    ruling = rule(asking, asked, answer={"proven": True}, emptied={}, measurements=evidence.measurements)
    return [ruling.outcome, *(each.fact for each in asked.bars)]


@pytest.mark.parametrize(
    ("bars", "outcome", "facts"),
    [
        (("/rows",), "pass", ["/rows/train/share"]),
        (("/rows", "/rowsets"), "pass", ["/rows/train/share", "/rowsets/train/share"]),
        (("/leakage",), "not_evaluated", ["/leakage/train"]),
        ((), "not_evaluated", ["/rows/train/share", "/leakage/train", "/rowsets/train/share"]),
    ],
)
def test_a_policy_is_asked_about_its_own_bars(bars: tuple[str, ...], outcome: str, facts: list[str]) -> None:
    assert asked_by(policy(*bars)) == [outcome, *facts]


def test_a_plan_of_policies_without_bars_of_their_own_is_written_as_before() -> None:
    assert "bars" not in policy().model_dump(mode="json", exclude_none=True)
