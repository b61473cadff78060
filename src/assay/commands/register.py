"""Register a version: verify the dossier, then tag the commit."""

from __future__ import annotations

from pydantic import Field

from assay.commands.parts.dossier_location import locate_dossier
from assay.commands.parts.ledger_lines import print_promotion
from assay.errors import OPEN
from assay.steps.promoting.transition import PromotionOptions, record_transition

GROUP = "promote"


class Options(PromotionOptions):
    """Options of `register`."""

    version: str = Field(description="Version to register, such as 1.2.3 (SemVer, lower case). Required.")


def run(options: Options) -> int:
    """Registers the commit that is checked out; returns 0 once tag and ledger are written, now or earlier."""
    page = record_transition(locate_dossier(options), options, "register", options.version)
    print_promotion(page, options.format, options.place())
    return OPEN
