"""Dossiers to render: the mortgage model with every outcome, the same admitted, and one without any ruling."""

from __future__ import annotations

import hashlib
from math import log
from typing import Any

from assay.dossier.page_set import Dossier
from assay.dossier.pages import (
    Card,
    CardNumber,
    CardPicture,
    Decision,
    Evidence,
    ManifestPage,
    Measurement,
    Plan,
    PredictedSet,
    Predictions,
    Ruling,
    Waived,
)
from assay.dossier.plan_parts import JoinedBar, PlannedBar, PlannedCheck, PlannedFile, PlannedInput, PlannedPolicy
from assay.facts.values import (
    Curve,
    Estimate,
    GroupRow,
    GroupTable,
    Histogram,
    Measure,
    Overlay,
    Point,
    Undefined,
    exact,
)

MODEL: dict[str, Any] = {
    "name": "mortgage-approval",
    "task": "binary-classification",
    "owner": "credit-risk",
    "risk": "high",
    "intended_use": "Rank mortgage applications for a loan officer, who decides.",
    "out_of_scope": ["automatic refusal", "applicants under 18"],
    "ethical_considerations": [
        {
            "name": "Historical refusals reflect past discrimination.",
            "mitigation": "Race is not a feature; gaps are gated below.",
        },
        {"name": "A low rank may discourage an officer from reading the file."},
    ],
    "success": {"metric": "profit", "target": ">= 120 per application"},
}
DATA = {"label": "approve", "id": "application", "sensitive": ["black", "hispan", "male"]}
TITLES = {
    "artifact": "What the model file is and what loading it can do.",
    "behaviour": "How the score moves when an application is changed.",
    "bias": "How differently groups of people are treated.",
    "data_contract": "Whether the data are as agreed.",
    "governance": "What the manifest declares about the model.",
    "quality": "How well the score ranks and predicts.",
}
POLICIES = {
    "artifact/safe_format": ("The model file cannot execute anything when it is loaded", "artifact", ""),
    "behaviour/expectations_hold": (
        "The score moves as the behaviour tests expect",
        "behaviour",
        "Read the failing rows.",
    ),
    "bias/within_bounds": (
        "Gaps between groups stay within their bounds",
        "bias",
        "Look at false refusals of `black = 1`; the group gaps on the card show where they come from.",
    ),
    "data/contract_holds": ("The data keep their contract", "data_contract", "Fix the rows named in the facts."),
    "governance/names_owner": ("Somebody answers for the model", "governance", "Name an owner in the manifest."),
    "quality/clears_bars": ("Every metric clears its bar", "quality", "Measure on a larger holdout set."),
}
SETTLED = ("data/contract_holds", "governance/names_owner")


def sha(text: str) -> str:
    """A digest that stands for some content."""
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def estimate(value: float, low: float, high: float, n: int, method: str = "bootstrap") -> Estimate:
    """An estimate with its interval."""
    return Estimate(value=value, low=low, high=high, n=n, method=method)


ROC_AUC = estimate(0.7214, 0.6796, 0.7631, 596, "DeLong")
ECE = estimate(0.0412, 0.0287, 0.0581, 596)
GAP_BLACK = estimate(0.2098, 0.1391, 0.2816, 596, "bootstrap over cells")
GAP_HISPAN = Undefined(reason="too_few", n=20, needed=30)
INCOME_UP = estimate(0.9765, 0.9608, 0.9861, 596, "Wilson")


def planned_bars() -> tuple[PlannedBar, ...]:
    """The manifest's bars."""
    of: list[tuple[str, str, str, dict[str, str], str, float, int]] = [
        ("quality", "/sets/holdout/roc_auc", "ROC AUC", {"set": "holdout"}, "at_least", 0.70, 36),
        ("quality", "/sets/holdout/ece", "expected calibration error", {"set": "holdout"}, "at_most", 0.06, 36),
        (
            "bias",
            "/by/black/equalized_odds",
            "equalized odds gap",
            {"set": "holdout", "by": "black"},
            "at_most",
            0.1,
            41,
        ),
        (
            "bias",
            "/by/hispan/equalized_odds",
            "equalized odds gap",
            {"set": "holdout", "by": "hispan"},
            "at_most",
            0.1,
            41,
        ),
        ("bias", "/by/male/equalized_odds", "equalized odds gap", {"set": "holdout", "by": "male"}, "at_most", 0.1, 41),
        ("behaviour", "/tests/income/rate", "pass rate", {"test": "income up never hurts"}, "at_least", 0.98, 45),
        ("data_contract", "/sets/holdout/rows", "rows", {"set": "holdout"}, "at_least", 500, 29),
    ]
    return tuple(
        PlannedBar.model_validate(
            {
                "id": f"{check}{fact}",
                "check": check,
                "fact": fact,
                "title": title,
                "subject": subject,
                "direction": direction,
                "limit": limit,
                "file": "assay.yaml",
                "line": line,
            }
        )
        for check, fact, title, subject, direction, limit, line in of
    )


def measures() -> dict[str, Measure]:
    """What was measured for each bar, by bar id."""
    return {
        "quality/sets/holdout/roc_auc": ROC_AUC,
        "quality/sets/holdout/ece": ECE,
        "bias/by/black/equalized_odds": GAP_BLACK,
        "bias/by/hispan/equalized_odds": GAP_HISPAN,
        "bias/by/male/equalized_odds": estimate(0.0312, 0.0041, 0.0799, 596, "bootstrap over cells"),
        "behaviour/tests/income/rate": INCOME_UP,
        "data_contract/sets/holdout/rows": exact(596, 596),
    }


def joined(bar: PlannedBar, measure: Measure, needed: int | None = None) -> JoinedBar:
    """A bar beside what was measured."""
    planned = bar.model_dump()
    if isinstance(measure, Undefined):
        return JoinedBar(**planned, status="undefined", reason=measure.reason, n=measure.n, needed=measure.needed)
    seen = {name: getattr(measure, name) for name in ("value", "low", "high", "n")}
    keys = ("A0007", "A0413") if bar.direction == "at_most" else ()
    return JoinedBar(**planned, status="measured", **seen, needed=needed, keys=keys)


def pictures() -> tuple[CardPicture, ...]:
    """A picture of every type."""
    reliability = Curve(
        title="Reliability on holdout",
        x_label="predicted probability of approval",
        y_label="share approved",
        diagonal=True,
        points=tuple(
            Point(x=x, y=y, low=low, high=high, n=n)
            for x, y, low, high, n in (
                (0.18, 0.25, 0.09, 0.53, 12),
                (0.42, 0.38, 0.22, 0.57, 26),
                (0.61, 0.66, 0.53, 0.77, 59),
                (0.78, 0.80, 0.72, 0.86, 118),
                (0.89, 0.90, 0.86, 0.93, 231),
                (0.96, 0.97, 0.93, 0.99, 150),
            )
        ),
    )
    steps = [index / 60 for index in range(61)]
    roc = Curve(
        title="ROC on holdout",
        x_label="false positive rate",
        y_label="true positive rate",
        diagonal=True,
        points=tuple(
            Point(x=x, y=x**0.42, low=max(x, x**0.42 - 0.06 * (1 - x)), high=min(1.0, x**0.42 + 0.05 * (1 - x)))
            for x in steps
        ),
    )
    scores = Histogram(
        title="Scores on holdout",
        label="predicted probability of approval",
        edges=tuple(index / 10 for index in range(11)),
        counts=(2, 5, 8, 11, 17, 34, 62, 128, 205, 124),
    )
    return (
        CardPicture(check="bias", fact="/by/black/groups", picture=group_table()),
        CardPicture(check="quality", fact="/sets/holdout/reliability", picture=reliability),
        CardPicture(check="quality", fact="/sets/holdout/roc", picture=roc),
        CardPicture(check="quality", fact="/sets/holdout/scores", picture=scores),
        *(CardPicture(check="drift", fact=f"/columns/{each.label}/picture", picture=each) for each in overlays()),
    )


def overlays() -> tuple[Overlay, ...]:
    """Columns of every kind: nearly alike, drifted, of times, of categories, and with a single edge."""
    edges = tuple(round(-1500 * log(1 - share / 24), 1) for share in range(1, 24))
    shifted = (9, 14, 16, 21, 25, 30, 33, 38, 41, 46, 51, 55, 60, 63, 70, 76, 81, 90, 99, 114, 130, 152, 191, 402)
    day = 86_400.0
    return (
        overlay("age", tuple(range(20, 70, 5)), (4, 9, 15, 22, 25, 28, 24, 19, 14, 8, 3), current=None),
        overlay("income", edges, (500,) * 24, shifted),
        overlay("applied", tuple(1_760_000_000 + 7 * day * week for week in range(9)), (30,) * 10, (0,) * 9 + (300,)),
        overlay("purpose", ("car", "home", "study"), (510, 320, 120, 50), (130, 90, 41, 335)),
        overlay("seats", (2.0,), (596, 0), (590, 6)),
    )


def overlay(
    label: str,
    buckets: tuple[float, ...] | tuple[str, ...],
    reference: tuple[int, ...],
    current: tuple[int, ...] | None = None,
) -> Overlay:
    """Two distributions of a column; without a current one, both are alike."""
    named = isinstance(buckets[0], str)
    given = {"names" if named else "edges": buckets, "times": label == "applied"}
    counts = {"reference": reference, "current": current or tuple(round(each * 3.4) for each in reference)}
    return Overlay.model_validate({"title": f"{label}, train against holdout", "label": label, **given, **counts})


def group_table() -> GroupTable:
    """Rates of three groups, one of them too small."""
    few = Undefined(reason="too_few", n=20, needed=30)
    return GroupTable(
        title="Rates by ethnicity on holdout",
        attribute="ethnicity",
        rows=(
            GroupRow(
                group="white",
                n=517,
                measures={
                    "selection_rate": estimate(0.9072, 0.8790, 0.9294, 517, "Wilson"),
                    "true_positive_rate": estimate(0.9412, 0.9152, 0.9596, 459, "Wilson"),
                    "false_positive_rate": estimate(0.6379, 0.5093, 0.7496, 58, "Wilson"),
                },
            ),
            GroupRow(
                group="black",
                n=59,
                measures={
                    "selection_rate": estimate(0.6949, 0.5684, 0.7976, 59, "Wilson"),
                    "true_positive_rate": estimate(0.7314, 0.5800, 0.8430, 41, "Wilson"),
                    "false_positive_rate": few,
                },
            ),
            GroupRow(
                group="hispanic",
                n=20,
                measures={"selection_rate": few, "true_positive_rate": few, "false_positive_rate": few},
            ),
        ),
    )


def inputs() -> tuple[PlannedInput, ...]:
    """The model file and the data sets."""
    columns = {f"column_{index:02d}": "number" for index in range(24)} | {"approve": "integer", "black": "integer"}
    return (
        PlannedInput(path="model/approval.skops", digest=sha("model"), bytes=48_211, role="model", name="model"),
        PlannedInput(
            path="data/holdout.parquet",
            digest=sha("holdout"),
            bytes=61_002,
            role="data",
            name="holdout",
            columns=columns,
        ),
        PlannedInput(
            path="data/train.parquet", digest=sha("train"), bytes=140_553, role="data", name="train", columns=columns
        ),
    )


def plan(policies: tuple[str, ...]) -> Plan:
    """A plan of some of the policies."""
    checks = sorted({POLICIES[policy][1] for policy in policies})
    return Plan(
        parents={"manifest": manifest().digest()},
        model="mortgage-approval",
        task="binary-classification",
        risk="high",
        stage="validation",
        as_of="2026-11-20",
        bundle=(PlannedFile(path="bias/within_bounds.rego", digest=sha("rego"), bytes=812),),
        bundle_digest=sha("bundle"),
        policies=tuple(
            PlannedPolicy(
                id=each, title=POLICIES[each][0], remedy=POLICIES[each][2], effect="block", checks=(POLICIES[each][1],)
            )
            for each in policies
        ),
        checks=tuple(PlannedCheck(id=check, title=TITLES[check], spec={}, seed="1") for check in checks),
        bars=tuple(bar for bar in planned_bars() if bar.check in checks),
        recipes=(),
        inputs=inputs(),
    )


def manifest() -> ManifestPage:
    """The manifest that judges."""
    return ManifestPage(
        file="assay.yaml", source=sha("assay.yaml"), manifest={"assay": 1, "model": MODEL, "data": DATA}
    )


def dossier(
    rulings: tuple[Ruling, ...], numbers: tuple[CardNumber, ...], verdict: str, reason: str | None = None
) -> Dossier:
    """A whole dossier around some rulings, every page naming its parents."""
    planned = plan(tuple(ruling.policy for ruling in rulings))
    predictions = Predictions(
        parents={"plan": planned.digest()},
        format="skops",
        classes=(0, 1),
        sets=(PredictedSet(set="holdout", rows=596, columns=("@score",), digest=sha("scores")),),
    )
    evidence = Evidence(
        parents={"plan": planned.digest(), "predictions": predictions.digest()},
        measurements=tuple(
            Measurement(check=check.id, outcome="unavailable", reason=reason)
            if check.id == "artifact" and reason
            else Measurement(check=check.id, outcome="measured", facts={})
            for check in planned.checks
        ),
    )
    decision = Decision.model_validate(
        {
            "parents": {"plan": planned.digest(), "evidence": evidence.digest()},
            "model": planned.model,
            "stage": planned.stage,
            "as_of": planned.as_of,
            "verdict": verdict,
            "rulings": rulings,
        }
    )
    card = Card(
        parents={"decision": decision.digest()},
        title="mortgage-approval → validation",
        model=MODEL,
        stage=planned.stage,
        as_of=planned.as_of,
        verdict=decision.verdict,
        data=inputs()[1:],
        inputs=inputs()[:1],
        rulings=rulings,
        numbers=numbers,
        pictures=pictures() if numbers else (),
        decision=decision.digest(),
    )
    return Dossier(
        manifest=manifest(), plan=planned, predictions=predictions, evidence=evidence, decision=decision, card=card
    )


def ruling(policy: str, outcome: str, **more: Any) -> Ruling:
    """A ruling on one of the policies, on all bars of its check."""
    title, check, remedy = POLICIES[policy]
    seen = measures()
    needed = {"quality/sets/holdout/roc_auc": 1936}
    bars = tuple(joined(bar, seen[bar.id], needed.get(bar.id)) for bar in planned_bars() if bar.check == check)
    fields = {"bars": bars, "opens": outcome == "pass", **more}
    return Ruling.model_validate(
        {"policy": policy, "title": title, "effect": "block", "outcome": outcome, "remedy": remedy, **fields}
    )


def numbers() -> tuple[CardNumber, ...]:
    """Every number that was measured."""
    listed = [
        CardNumber(check=key.split("/")[0], fact=key[key.index("/") :], measure=each)
        for key, each in measures().items()
    ]
    return (
        *listed,
        CardNumber(check="quality", fact="/sets/holdout/log_loss", measure=estimate(0.3127, 0.2768, 0.3499, 596)),
    )


def closed() -> Dossier:
    """Every outcome at once: passed, failed, inconclusive, not evaluated, waived."""
    reason = "The model file could not be read as skops: the archive ends early."
    repair = "Correct what the reason names, in the manifest or in the data. Then run `assay check` again."
    waiver = Waived(owner="octocat", reason="Rounding of incomes; new test data due in January.", expires="2027-02-01")
    rulings = (
        ruling("artifact/safe_format", "not_evaluated", reasons=(reason,), remedy=repair),
        ruling("behaviour/expectations_hold", "inconclusive", waiver=waiver, opens=True),
        ruling(
            "bias/within_bounds", "fail", offenders=("bias/by/black/equalized_odds", "bias/by/hispan/equalized_odds")
        ),
        *(ruling(policy, "pass") for policy in SETTLED),
        ruling("quality/clears_bars", "inconclusive", offenders=("quality/sets/holdout/roc_auc",)),
    )
    return dossier(rulings, numbers(), "closed", reason)


def opened() -> Dossier:
    """A gate that is open."""
    return dossier(tuple(ruling(policy, "pass") for policy in SETTLED), numbers(), "open")


def empty() -> Dossier:
    """A plan of no policy, which proves nothing."""
    return dossier((), (), "closed")


BY_NAME = {"closed": closed, "opened": opened, "empty": empty}
