"""A change under judgement: the closed mortgage gate, what it does to the manifest, and the base's decision."""

from __future__ import annotations

from dataclasses import replace

from tests.support import sample_dossiers

from assay.dossier.page_set import Dossier
from assay.dossier.pages import Decision, Ruling
from assay.dossier.plan_parts import JoinedBar, ManifestChange
from assay.render.wording.trends import base_of

JUDGED_BY = "OPA 1.21.1 with the bars of `main`"
REVISION = "origin/main"
SHIFTS = {"ROC AUC": -0.0112, "expected calibration error": 0.0041, "equalized odds gap": -0.12, "pass rate": 0.0}


def changes() -> tuple[ManifestChange, ...]:
    """A bar that was tightened, one that was loosened, and another owner."""
    return (
        ManifestChange(
            path="model.owner",
            kind="changed",
            before='"credit"',
            after='"credit-risk"',
            descriptive=True,
            file="assay.yaml",
            line=5,
        ),
        ManifestChange(
            path="checks.quality.bars.roc_auc",
            kind="changed",
            before='">= 0.65"',
            after='">= 0.70"',
            tightens=True,
            file="assay.yaml",
            line=36,
        ),
        ManifestChange(
            path="checks.bias.bounds.equalized_odds",
            kind="changed",
            before='"<= 0.10"',
            after='"<= 0.25"',
            file="assay.yaml",
            line=41,
        ),
    )


def changed() -> Dossier:
    """The closed gate, judged by a base that the change departs from."""
    pages: Dossier = sample_dossiers.closed()
    assert pages.plan is not None
    assert pages.decision is not None
    assert pages.evidence is not None
    assert pages.predictions is not None
    plan = pages.plan.model_copy(update={"changes": changes()})
    parents = {"plan": plan.digest()}
    predictions = pages.predictions.model_copy(update={"parents": parents})
    evidence = pages.evidence.model_copy(update={"parents": {**parents, "predictions": predictions.digest()}})
    decision = pages.decision.model_copy(update={"parents": {**parents, "evidence": evidence.digest()}})
    return replace(pages, plan=plan, predictions=predictions, evidence=evidence, decision=decision, card=None)


def base() -> Decision:
    """The base's decision: open, with numbers a little different, and a policy that is not planned any more."""
    pages: Dossier = sample_dossiers.closed()
    assert pages.decision is not None
    earlier = [_passed(ruling) for ruling in pages.decision.rulings if ruling.policy != "governance/names_owner"]
    retired = _passed(pages.decision.rulings[0]).model_copy(update={"policy": "governance/retired", "bars": ()})
    return pages.decision.model_copy(
        update={"rulings": (*earlier, retired), "as_of": "2026-11-13", "verdict": "open", "parents": {}}
    )


def compared() -> Dossier:
    """The closed gate, whose card knows the base's decision."""
    pages: Dossier = sample_dossiers.closed()
    assert pages.card is not None
    return replace(pages, card=pages.card.model_copy(update={"base": base_of(base())}))


def crowd(number: int, outcome: str = "fail") -> Dossier:
    """As many closed gates as asked for."""
    pages: Dossier = sample_dossiers.closed()
    assert pages.decision is not None
    one: Ruling = sample_dossiers.ruling("bias/within_bounds", outcome, opens=False)
    rulings = tuple(one.model_copy(update={"policy": f"team/gate_{index:05d}"}) for index in range(number))
    return Dossier(plan=pages.plan, decision=pages.decision.model_copy(update={"rulings": rulings}))


def _passed(ruling: Ruling) -> Ruling:
    kept = {"outcome": "pass", "opens": True, "offenders": (), "reasons": (), "waiver": None}
    return ruling.model_copy(update={**kept, "bars": tuple(_shifted(bar) for bar in ruling.bars)})


def _shifted(bar: JoinedBar) -> JoinedBar:
    shift = SHIFTS.get(bar.title, 0.0)
    if bar.value is None or bar.low is None or bar.high is None or bar.subject.get("by") == "male":
        return bar
    moved = {name: round(getattr(bar, name) + shift, 6) for name in ("value", "low", "high")}
    return bar.model_copy(update=moved)
