"""What a dossier must hold to be promoted."""

from datetime import UTC, datetime, timedelta

import pytest

from assay.dossier.page_set import Dossier
from assay.dossier.pages import Decision, ManifestPage, Ruling
from assay.ledger.promotion_page import PromotionError
from assay.steps.promoting.requirements import APPROVAL, _refuse_unapproved, require_recent


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
