"""What a ruling says, to the letter, and where each edge of the outcome table lies."""

from typing import Any

import pytest
from tests.support.given_rulings import BOTH, POLICY, UNCHECKED, bar, ruled

from assay.dossier.pages import Evidence, ManifestPage, Measurement, Plan
from assay.dossier.plan_parts import ManifestChange, PlannedBar
from assay.facts.values import exact
from assay.manifest.document import Waiver
from assay.rulings.decision_input import DecisionInput
from assay.rulings.outcome_table import policy_input, rule

DIGEST = f"sha256:{'0' * 64}"
UNDEFINED = {"kind": "undefined", "reason": "one_class", "n": 3}
FEW = {"kind": "undefined", "reason": "too_few", "n": 3}


def said(*given: Any, **more: Any) -> tuple[str, tuple[str, ...]]:
    ruling = ruled(*given, **more)
    return ruling.outcome, ruling.reasons


BROKEN = "The policy is broken: "
CONSULTS = POLICY.model_copy(update={"consults": ("bias",)})
WARNS = POLICY.model_copy(update={"effect": "warn"})
NO_JUDGE = "it blocks, but has neither `deny` nor `violation` rules."
MIXED = "it has both `proven` and `deny` rules."
NAMES_ALL = "it denies, so it needs every check whose facts it reads; name them all in `checks`."


@pytest.mark.parametrize(
    ("answer", "more", "reason"),
    [
        (None, {}, "The engine gave no answer for this policy."),
        ({}, {"error": "It broke."}, "It broke."),
        ({"proven": "yes"}, {}, f"{BROKEN}`proven` is not true or false."),
        ({"refuted": 1}, {}, f"{BROKEN}`refuted` is not true or false."),
        (BOTH, {}, f"{BROKEN}it is both proven and refuted."),
        ({}, {"emptied": None}, f"{BROKEN}it gives no answer about empty evidence."),
        ({}, {"emptied": {"proven": True}}, f"{BROKEN}it is proven by empty evidence, so it proves nothing."),
        ({}, {"emptied": {"proven": "yes"}}, f"{BROKEN}it is proven by empty evidence, so it proves nothing."),
        ({}, {"emptied": {"proven": 0}}, f"{BROKEN}it is proven by empty evidence, so it proves nothing."),
        ({}, {"emptied": {"proven": None}}, f"{BROKEN}it is proven by empty evidence, so it proves nothing."),
        ({"deny": [], "proven": True}, {}, BROKEN + MIXED),
        ({"violation": [], "refuted": True}, {}, BROKEN + MIXED),
        ({"deny": []}, {"policy": CONSULTS}, BROKEN + NAMES_ALL),
        ({"warn": []}, {}, BROKEN + NO_JUDGE),
        ({"proven": True}, {"policy": UNCHECKED}, "The policy declares no checks, so there is no evidence for it."),
        ({"proven": True}, {"facts": {}}, "The check `counts` was not measured."),
        ({"deny": []}, {"facts": {"counts": {"a": [{"b": UNDEFINED}]}}}, "A fact is undefined (one class)."),
        ({"deny": ["no"]}, {"facts": {"counts": {"a": UNDEFINED}}}, "A fact is undefined (one class)."),
    ],
)  # fmt: skip
def test_what_was_not_evaluated_says_why(answer: Any, more: dict[str, Any], reason: str) -> None:
    """E1, E6, E8: a word of another type, a broken policy and a fact that does not exist each have a sentence."""
    assert said(answer, **more) == ("not_evaluated", (reason,))


@pytest.mark.parametrize("name", ["deny", "violation", "warn"])
@pytest.mark.parametrize("messages", [True, "no", {"a": 1}, 3, None])
def test_messages_are_a_set(name: str, messages: Any) -> None:
    told = f"{BROKEN}`{name}` is not a set of messages; write `{name} contains message if {{ … }}`."
    assert said({"deny": [], name: messages}) == ("not_evaluated", (told,))


def test_a_bar_without_its_number_says_why() -> None:
    assert said({"proven": True}, bar("missing")) == ("not_evaluated", ("rows: the fact was not measured.",))
    missing_labels = bar("undefined", reason="missing_labels")
    assert said({"proven": True}, missing_labels) == ("not_evaluated", ("rows: undefined (missing labels).",))
    few = bar("undefined", reason="too_few")
    assert said({"refuted": True, "reasons": ["b", "a"]}, few) == ("fail", ("a", "b"))
    told = f"{BROKEN}it is proven although a bar is undefined."
    assert said({"proven": True}, few) == ("not_evaluated", (told,))


def test_the_reason_of_a_check_is_told() -> None:
    measurement = Measurement(check="counts", outcome="error", reason="The file is gone.")
    assert said({"proven": True}, facts={}, measurements=[measurement]) == ("not_evaluated", ("The file is gone.",))


def test_what_passes_says_what_the_policy_said() -> None:
    assert said({"proven": True, "reasons": ["fine"]}) == ("pass", ("fine",))
    assert said({"reasons": ["who knows"]}) == ("inconclusive", ("who knows",))
    assert said({"deny": [], "warn": ["look"]}) == ("pass", ("look",))
    assert said({"warn": ["look"]}, policy=WARNS) == ("pass", ("look",))


def test_a_denial_beside_too_few_rows() -> None:
    """E3: a group that is too small refutes nothing, hides nothing, and is never part of a proof."""
    facts = {"counts": {"groups": [{"a": FEW}]}}
    assert said({"deny": []}, facts=facts) == ("inconclusive", ("The facts neither prove nor refute the policy.",))
    assert said({"deny": ["no"]}, facts=facts) == ("fail", ("no",))
    assert said({"violation": ["no"], "deny": []}, facts=facts) == ("fail", ("no",))
    assert said({"deny": [], "violation": []}) == ("pass", ())


def test_messages_of_every_type_are_told() -> None:
    messages = ["b", {"msg": "a"}, {"msg": 3}, 1.0, 1, [True], float("nan")]
    told = ("1", "[true]", "a", "b", "something that is not JSON", '{"msg":3}')
    assert said({"deny": messages}) == ("fail", told)


WAIVER = Waiver(policy=POLICY.id, owner="us", reason="for now", expires="2027-01-01", scope={"by": "x"})


def test_a_ruling_holds_what_was_judged_and_who_answers_for_it() -> None:
    judged = bar(subject={"by": "x"}, value=0.2, low=0.1, high=0.3, n=5)
    ruling = ruled({"refuted": True, "offenders": ["counts/1"]}, judged, waivers=[WAIVER])
    assert (ruling.bars, ruling.remedy, ruling.offenders) == ((judged,), "Count again.", ("counts/1",))
    assert ruling.waiver is not None
    assert ruling.waiver.model_dump() == WAIVER.model_dump(exclude={"policy"})
    assert (ruling.title, ruling.effect, ruling.opens) == ("t", "block", True)


@pytest.mark.parametrize(
    ("offenders", "opens"),
    [(["counts/1"], True), (["counts/2"], False), (["counts/1", "counts/2"], False), (["unknown"], False), ([], False)],
)
def test_a_waiver_is_about_the_subjects_of_bars(offenders: list[str], opens: bool) -> None:
    """E12: an offender that is no bar has no subject, so a waiver with a scope does not cover it."""
    bars = (bar(subject={"by": "x", "set": "holdout"}), bar(name="counts/2", subject={"by": "y"}))
    assert ruled({"offenders": offenders}, *bars, waivers=[WAIVER]).opens is opens
    wider = WAIVER.model_copy(update={"scope": {}})
    assert ruled({"offenders": offenders}, *bars, waivers=[wider]).opens


def test_a_later_waiver_counts_where_an_earlier_one_does_not() -> None:
    other = WAIVER.model_copy(update={"policy": "house/other", "scope": {}})
    ended = WAIVER.model_copy(update={"expires": "2026-11-19", "scope": {}})
    good = WAIVER.model_copy(update={"scope": {}, "owner": "them"})
    ruling = ruled({}, waivers=[other, ended, good])
    assert ruling.waiver is not None
    assert ruling.waiver.owner == "them"


MEASURED = {"x": exact(0.0, 9).model_dump()}
CHANGE = ManifestChange(path="a", kind="changed", file="assay.yaml", line=1)


def asked_of(outcome: str, *changes: ManifestChange, consults: tuple[str, ...] = ()) -> DecisionInput:
    planned = [
        PlannedBar.model_validate(
            {
                "id": f"{check}/x", "check": check, "fact": "/x", "title": "t", "direction": "at_most", "limit": 0,
                "file": "assay.yaml", "line": 1,
            }
        )
        for check in ("counts", "nowhere")
    ]  # fmt: skip
    policy = POLICY.model_copy(update={"checks": ("counts", "nowhere"), "consults": consults})
    plan = Plan(
        model="m", task="t", risk="high", stage="staging", as_of="2026-11-20", bundle=(), bundle_digest=DIGEST,
        policies=(policy,), checks=(), bars=tuple(planned), recipes=(), inputs=(), changes=changes or None,
    )  # fmt: skip
    evidence = Evidence.model_validate(
        {
            "measurements": [
                {"check": "counts", "outcome": outcome, "facts": MEASURED},
                {"check": "bias", "outcome": "measured", "facts": {"y": 1}},
                {"check": "drift", "outcome": "measured", "facts": {"z": 1}},
            ]
        }
    )
    return policy_input(plan, evidence, ManifestPage(file="f", source=DIGEST, manifest={"assay": 1}), policy)


def test_a_policy_sees_what_it_needs_and_consults_and_nothing_else() -> None:
    asked = asked_of("measured", CHANGE, consults=("bias",))
    assert (asked.policy, asked.stage, asked.as_of, asked.manifest) == (
        POLICY.id,
        "staging",
        "2026-11-20",
        {"assay": 1},
    )
    assert asked.facts == {"counts": MEASURED, "bias": {"y": 1}}
    assert {check: each.outcome for check, each in asked.checks.items()} == {"counts": "measured", "bias": "measured"}
    assert asked.changes == (CHANGE,)
    assert [(each.id, each.status) for each in asked.bars] == [("counts/x", "measured"), ("nowhere/x", "missing")]
    assert asked_of("measured").changes == ()


@pytest.mark.parametrize("outcome", ["error", "unavailable"])
def test_facts_of_a_check_that_was_not_measured_are_not_seen(outcome: str) -> None:
    """E1: an error that left facts behind has no facts."""
    asked = asked_of(outcome)
    assert asked.facts == {}
    assert asked.checks["counts"].outcome == outcome


def test_empty_evidence_is_about_the_same_policy_stage_and_day() -> None:
    emptied = asked_of("measured", CHANGE).emptied()
    assert emptied.model_dump() == {
        "assay": 1, "policy": POLICY.id, "stage": "staging", "as_of": "2026-11-20", "checks": {}, "facts": {},
        "bars": (), "manifest": {}, "changes": (),
    }  # fmt: skip


def test_on_the_bases_data_a_policy_sees_the_same_names() -> None:
    """T-easier-data: the facts and bars of the second measurement, under the names of the first."""
    at_base = POLICY.model_copy(update={"id": "house/own@base", "checks": ("counts@base", "governance")})
    planned = [
        PlannedBar(
            id=f"{check}/x:at_most",
            check=check,
            fact="/x",
            title="rows",
            direction="at_most",
            limit=2,
            file="f",
            line=1,
        )
        for check in ("counts", "counts@base")
    ]
    found = {"counts": 1.0, "counts@base": 3.0, "governance": 0.0}
    evidence = Evidence(
        measurements=tuple(
            Measurement(check=check, outcome="measured", facts={"x": exact(value, 9).model_dump(mode="json")})
            for check, value in found.items()
        )
    )
    plan = Plan(
        model="m", task="t", risk="high", stage="staging", as_of="2026-11-20", bundle=(), bundle_digest=DIGEST,
        policies=(at_base,), checks=(), bars=tuple(planned), recipes=(), inputs=(),
    )  # fmt: skip
    manifest = ManifestPage(file="assay.yaml", source=DIGEST, manifest={})
    asked = policy_input(plan, evidence, manifest, at_base)
    assert (asked.policy, asked.checks.keys()) == ("house/own", {"counts", "governance"})
    assert asked.facts["counts"]["x"]["value"] == 3
    (bar_seen,) = asked.bars
    assert (bar_seen.id, bar_seen.check, bar_seen.value) == ("counts/x:at_most", "counts", 3)
    answer = {"refuted": True, "offenders": ["counts/x:at_most", "something else"]}
    waiver = Waiver(policy="house/own", owner="o", reason="r", expires="2026-11-20")
    ruling = rule(at_base, asked, answer=answer, emptied={}, waivers=[waiver])
    assert ruling.policy == "house/own@base"
    assert ruling.offenders == ("counts@base/x:at_most", "something else")
    assert [(each.id, each.check) for each in ruling.bars] == [("counts@base/x:at_most", "counts@base")]
    # The base's own waiver of the policy holds on its data too.
    assert ruling.opens
    without = asked.model_copy(update={"facts": {}})
    assert rule(at_base, without, answer=answer, emptied={}).outcome == "not_evaluated"
