"""Promote a registered version to a stage; verify everything first."""

from __future__ import annotations

from pydantic import Field

from assay.edges.store import DossierFolder
from assay.ledger.promotion_page import Promotion
from assay.steps.promoting.transition import PromotionOptions, record_transition

AFTER = "card"


class Options(PromotionOptions):
    """Options of `promote`."""

    version: str | None = Field(None, description="Registered version to promote, such as 1.2.3. Required.")


def run(dossier: DossierFolder, options: Options) -> Promotion:
    """The promotion of a version to a stage; writes its tag and its ledger entry."""
    return record_transition(dossier, options, "promote", options.version)
