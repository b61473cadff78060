"""What a dossier must hold to be promoted."""

from datetime import UTC, datetime, timedelta

import pytest

from assay.dossier.page_set import Dossier
from assay.dossier.pages import Decision, ManifestPage, Ruling
from assay.ledger.promotion_page import PromotionError
from assay.manifest.document import Manifest, Stage
from assay.manifest.model_blocks import Artifact, Model
from assay.steps.promoting.requirements import APPROVAL, _refuse_unapproved, require_bound, require_recent


def test_approval_is_held_apart_from_the_verdict() -> None:
    """However open the gate is: the ruling must be there, and must have passed, not been waived."""
    asking = {"approvals": ("domain_expert", "ml_engineer")}
    page = ManifestPage.model_construct(manifest={"assay": 1, "model": {"name": "m"}, "stages": {"production": asking}})
    for rulings, holds in (
        ((), False),
        ((Ruling.model_construct(policy=APPROVAL, outcome="not_evaluated", opens=True),), False),
        ((Ruling.model_construct(policy="governance/other", outcome="pass", opens=True),), False),
        ((Ruling.model_construct(policy=APPROVAL, outcome="pass", opens=True),), True),
    ):
        pages = Dossier(manifest=page, decision=Decision.model_construct(rulings=rulings))
        if holds:
            _refuse_unapproved(pages, "production")
            continue
        with pytest.raises(PromotionError, match="approval of domain_expert and ml_engineer"):
            _refuse_unapproved(pages, "production")
        _refuse_unapproved(pages, "staging")


@pytest.mark.parametrize("days", [1, 7, 30])
def test_a_decision_is_valid_for_some_days(days: int) -> None:
    """C12, D14: to its last day and no longer; a date ahead would make it valid for longer."""
    today = datetime.now(UTC).date()

    def dated(before: int) -> Decision:
        day = (today - timedelta(days=before)).isoformat()
        return Decision.model_construct(model="m", stage="staging", as_of=day)

    for before in (0, 1, days):
        require_recent(dated(before), days)
    for before, said in ((days + 1, f"of the last {days} days"), (700, "was valid until"), (-2, "is in the future")):
        with pytest.raises(PromotionError, match=said):
            require_recent(dated(before), days)


def test_files_of_predictions_need_somebody_who_vouches() -> None:
    """F-14: above experimentation, by whatever name the stage goes; a model of its own needs nobody."""
    stages = {"trial": Stage(after="experimentation"), "live": Stage(), "experimentation": Stage()}
    for stages_named, stage, free in (
        ({}, "experimentation", True), ({}, "data-preparation", True), ({}, "retirement", True),
        ({}, "validation", False), ({}, "deployment", False), ({}, "production", False),
        (stages, "trial", True), (stages, "live", False),
    ):  # fmt: skip
        made = Artifact(format="predictions", predictions={"holdout": "scores.csv"})
        manifest = Manifest(assay=1, model=Model(name="m", artifact=made), stages=stages_named)
        require_bound(manifest, stage, "the credit risk team")
        model = Model(name="m", artifact=Artifact(format="onnx", path="m.onnx"))
        require_bound(manifest.model_copy(update={"model": model}), stage, None)
        for nobody in (None, "", "  "):
            if free:
                require_bound(manifest, stage, nobody)
                continue
            with pytest.raises(PromotionError, match=f"nobody vouches for them at {stage}"):
                require_bound(manifest, stage, nobody)
