"""Run all steps and print the rulings; the exit code is the verdict."""

from __future__ import annotations

import os

from pydantic import Field

from assay.commands.parts.dossier_location import locate_dossier
from assay.commands.parts.printing import print_pages
from assay.commands.parts.step_row import run_steps
from assay.dossier.plan_parts import Digest
from assay.edges.git_checkout import read_checkout
from assay.errors import CLOSED, OPEN, PageError
from assay.steps import card, collect, decide, plan, predict

GROUP = "judge"


class Options(plan.Options, predict.Options, collect.Options, decide.Options, card.Options):
    """Options of `check`: those of its steps."""

    expect: Digest | None = Field(None, description="Digest that the decision must have, as another run printed it.")


def run(options: Options) -> int:
    """Runs the steps, prints the rulings, and returns 0 only for an open gate."""
    dossier = locate_dossier(options)
    # Read before the model runs, so that nothing that it writes changes which commit was judged.
    checkout = read_checkout(dossier.root) if os.environ.get("GITHUB_OUTPUT") else None
    run_steps(dossier, options)
    pages = dossier.pages()
    decision = pages.decision
    if decision is None:
        raise PageError("The decision is missing.")
    print_pages(pages, dossier, options.format)
    if options.expect is not None and decision.digest() != options.expect:
        raise PageError(
            f"The decision is {decision.digest()}, but {options.expect} was expected.",
            hint="Compare the digests of the inputs in plan.json, and the --as-of date.",
        )
    if os.environ.get("GITHUB_OUTPUT"):
        # Later steps publish this decision and no other that may be in the folder.
        from assay.edges.github.outputs import write_outputs

        outputs = {"verdict": decision.verdict, "decision": decision.digest(), "dossier": str(dossier.folder)}
        commit = {} if checkout is None else {"commit": checkout.commit}
        write_outputs(os.environ, {**outputs, "card": str(dossier.path("card.html")), **commit})
    return OPEN if decision.verdict == "open" else CLOSED
