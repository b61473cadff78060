"""Write the model card: purpose, measurements and rulings."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from assay.dossier.pages import Card, Decision
from assay.edges.store import DossierFolder
from assay.options.step_options import StepOptions
from assay.steps.composing.card_content import compose_card, read_earlier_decision
from assay.steps.composing.rendered_files import render_files

AFTER = "decide"


class Options(StepOptions):
    """Options of `card`."""

    base_decision: Path | None = Field(
        None,
        description="Earlier decision page (`decision.json`) of the same model and stage to compare with.",
    )


def run(dossier: DossierFolder, options: Options) -> Card:
    """The card of a decision; writes it with its renderings."""
    pages, decision = dossier.need_current(Decision, options.expect)
    base, message = read_earlier_decision(options.base_decision, decision)
    card = compose_card(pages, decision, base)
    dossier.write(card)
    dossier.write_renderings(render_files(dossier.pages()))
    if message:
        dossier.record("card", {**dossier.recorded().get("card", {}), "compared": message})
    return card
