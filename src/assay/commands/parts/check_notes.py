"""What a check's own text says beyond its title: how it measures, what it cannot measure, what it costs."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

from assay.checks import CHECKS

NOTES = ("Method", "Undefined", "Cost")


def check_notes(name: str) -> dict[str, str]:
    """The paragraphs of a check's docstring that begin with one of these words."""
    return dict(_notes(inspect.cleandoc(CHECKS.load(name).__doc__ or "")))


def _notes(text: str) -> Iterator[tuple[str, str]]:
    for paragraph in text.split("\n\n"):
        head, _, rest = " ".join(paragraph.split()).partition(": ")
        if head in NOTES:
            yield head, rest
