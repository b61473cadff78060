"""Return a stage to an earlier version, with a reason.

A rollback is a promotion of its own: it verifies the dossier of the earlier version, which --dossier names.
"""

from __future__ import annotations

from pydantic import Field

from assay.commands.parts.dossier_location import locate_dossier
from assay.commands.parts.ledger_lines import print_promotion
from assay.errors import OPEN
from assay.steps.promoting.transition import PromotionOptions, record_transition

GROUP = "promote"


class Options(PromotionOptions):
    """Options of `rollback`."""

    to: str = Field(description="Version to return to, such as 1.2.2; it must have been in the stage before. Required.")
    reason: str = Field(description="Reason in one line; the tag records it. Required.")


def run(options: Options) -> int:
    """Rolls a stage back; the dossier must be that of the earlier version."""
    page = record_transition(locate_dossier(options), options, "rollback", options.to, options.reason)
    print_promotion(page, options.format, options.place())
    return OPEN
