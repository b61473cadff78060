"""Go back to an earlier version in a stage: a promotion of its own, verified again, with a reason."""

from __future__ import annotations

from pydantic import Field

from assay.commands.parts.dossier_location import locate_dossier
from assay.commands.parts.ledger_lines import print_promotion
from assay.errors import OPEN
from assay.steps.promoting.transition import PromotionOptions, record_transition

GROUP = "promote"


class Options(PromotionOptions):
    """Options of `rollback`."""

    to: str = Field(description="Version to go back to, as 1.2.2; it must have been in the stage before.")
    reason: str = Field(description="Why, in one line; it stands in the tag.")


def run(options: Options) -> int:
    """Rolls a stage back; the dossier must be that of the older version (see --dossier)."""
    page = record_transition(locate_dossier(options), options, "rollback", options.to, options.reason)
    print_promotion(page, options.format)
    return OPEN
