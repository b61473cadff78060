"""Run every step in a row and print the rulings; the exit code is the verdict."""

from __future__ import annotations

import os
import sys
import textwrap
import time
from types import ModuleType
from typing import Any

from pydantic import Field

from assay import registry
from assay.commands.parts.dossier_location import locate_dossier
from assay.commands.parts.printing import print_pages
from assay.dossier.pages import Card
from assay.dossier.plan_parts import Digest
from assay.edges.store import DossierFolder
from assay.errors import CLOSED, OPEN, PageError
from assay.options.step_options import StepOptions
from assay.steps import card, collect, decide, plan, predict

ROW = ("plan", "predict", "collect", "decide", "card")


class Options(plan.Options, predict.Options, collect.Options, decide.Options, card.Options):
    """Options of `check`: those of its steps."""

    expect: Digest | None = Field(None, description="Digest that the decision must have, as another run printed it.")


def run(options: Options) -> int:
    """Runs the steps, prints the rulings, and returns 0 only for an open gate."""
    dossier = locate_dossier(options)
    walk(dossier, options)
    pages = dossier.pages()
    decision = pages.decision
    if decision is None:
        raise PageError("The decision is missing.")
    print_pages(pages, dossier, options.format)
    if options.expect is not None and decision.digest() != options.expect:
        raise PageError(
            f"The decision is {decision.digest()}, but {options.expect} was expected.",
            hint="Compare the inputs' digests in plan.json, and the date given by --as-of.",
        )
    if os.environ.get("GITHUB_OUTPUT"):
        # Later steps publish this decision and no other one that lies about.
        from assay.edges.github.outputs import write_outputs

        told = {"verdict": decision.verdict, "decision": decision.digest(), "dossier": str(dossier.folder)}
        write_outputs(os.environ, {**told, "card": str(dossier.path("card.html"))})
    return OPEN if decision.verdict == "open" else CLOSED


def walk(dossier: DossierFolder, options: StepOptions) -> Card:
    """The row of steps; each is told the digest of the page before it."""
    page: Any = None
    for name in ROW:
        module = registry.module("assay.steps", name)
        expect = None if page is None else page.digest()
        with _Progress(name, module):
            page = module.run(dossier, step_options(module, options, expect))
    return Card.model_validate(page)


def step_options(module: ModuleType, options: StepOptions, expect: str | None) -> Any:
    """The part of a command's options that a step takes."""
    known = {name: getattr(options, name) for name in module.Options.model_fields if hasattr(options, name)}
    return module.Options(**{**known, "expect": expect})


class _Progress:
    """A line on a terminal while a step is at work; nothing in a log."""

    def __init__(self, name: str, module: ModuleType) -> None:
        self.text = textwrap.shorten(f"{name}: {(module.__doc__ or '').splitlines()[0]}", 78, placeholder=" …")
        self.shown = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self.started = time.monotonic()

    def __enter__(self) -> None:
        if self.shown:
            sys.stderr.write(f"\r\x1b[2K{self.text}")
            sys.stderr.flush()

    def __exit__(self, *_: object) -> None:
        if self.shown:
            sys.stderr.write("\r\x1b[2K")
            sys.stderr.flush()
