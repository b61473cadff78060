"""Tables and titles in Markdown that reads well as it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

REPOSITORY = "https://github.com/assay-ml/assay/blob/main"
"""Where a file lies that is no page of the manual."""
MADE = "<!-- Made by `python -m tests.manual` from the code; do not edit. -->\n"


def page(title: str, *blocks: str) -> str:
    """A whole page: its title, the note on where it comes from, its blocks."""
    return "\n\n".join([f"# {title}", *(block.strip("\n") for block in blocks if block), MADE.strip()]) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table, or nothing without rows; a bar in a cell is escaped."""
    lines = [[_cell(text) for text in row] for row in rows]
    if not lines:
        return ""
    every = [list(head), ["---"] * len(head), *lines]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in every)


def anchor(name: str) -> str:
    """The anchor that GitHub gives a heading."""
    kept = "".join(letter for letter in name.lower() if letter.isalnum() or letter in " -_")
    return kept.strip().replace(" ", "-")


def _cell(text: str) -> str:
    """A text that neither ends the cell nor begins a tag; code keeps its angle brackets."""
    parts = text.replace("|", "\\|").replace("\n", " ").split("`")
    return "`".join(part if index % 2 else part.replace("<", "&lt;") for index, part in enumerate(parts))
