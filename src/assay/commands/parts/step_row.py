"""The row of steps of a judgement, from the plan to the card."""

from __future__ import annotations

import os
import sys
import textwrap
import time
from typing import Any

from assay.dossier.pages import Card
from assay.edges.store import DossierFolder
from assay.options.step_options import StepOptions
from assay.steps import STEPS, Step, in_order

LAST = "card"


def row() -> tuple[str, ...]:
    """The steps of a judgement, in their order; a promotion is not one of them."""
    ordered = in_order()
    return ordered[: ordered.index(LAST) + 1]


def run_steps(dossier: DossierFolder, options: StepOptions) -> Card:
    """Runs the row of steps; each must find the page of the step before it."""
    page: Any = None
    for name in row():
        step = STEPS.load(name)
        expect = None if page is None else page.digest()
        with _Progress(name):
            page = step.run(dossier, _options_of(step, options, expect))
    return Card.model_validate(page)


def _options_of(step: Step, options: StepOptions, expect: str | None) -> Any:
    """A step's part of a command's options."""
    known = {name: getattr(options, name) for name in step.Options.model_fields if hasattr(options, name)}
    return step.Options(**{**known, "expect": expect})


class _Progress:
    """A line on a terminal while a step runs; nothing in a log."""

    def __init__(self, name: str) -> None:
        self.text = textwrap.shorten(f"{name}: {STEPS.title(name)}", 78, placeholder=" …")
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
