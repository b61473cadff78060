"""Two distributions as two rows of blocks on one scale, for a line of text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assay.facts.values import Overlay
from assay.render.wording import ranges
from assay.render.wording.distribution_shares import paired, shaped, shares
from assay.render.wording.number_text import number_of

CELLS = 16
NO_ROWS = "no rows"
_BLOCKS = "▁▂▃▄▅▆▇█"


@dataclass(frozen=True, kw_only=True)
class Spark:
    """The blocks of the reference and of the current rows, and their range.

    If there are edges, the first and the last block are the tails beyond them.
    """

    reference: str
    current: str
    over: str


def spark(overlay: Overlay, cells: int = CELLS) -> Spark:
    """An overlay as at most `cells` blocks (3 or more) for each side."""
    shape = shaped(overlay, cells - 2)
    if shape is None:
        edge = ranges.ends(overlay.edges[0], overlay.edges[0], times=overlay.times)[0] if overlay.edges else ""
        pairs = paired(overlay, cells, edge)
        reference, current = shares([each.reference for each in pairs]), shares([each.current for each in pairs])
        over = number_of(len(overlay.names), "category", "categories") if overlay.names else f"about {edge}".strip()
        over = over if overlay.names or overlay.edges else "one bucket"
    else:
        reference = [shape.below[0], *shape.reference, shape.above[0]]
        current = [shape.below[1], *shape.current, shape.above[1]]
        over = " to ".join(ranges.ends(shape.edges[0], shape.edges[-1], times=overlay.times))
    shown = blocks([*reference, *current])
    return Spark(
        reference=shown[: len(reference)] if sum(overlay.reference) else NO_ROWS,
        current=shown[len(reference) :] if sum(overlay.current) else NO_ROWS,
        over=over,
    )


def blocks(numbers: Sequence[float]) -> str:
    """Numbers as a row of blocks from the lowest (or zero) to the highest."""
    low, high = min(0.0, *numbers), max(0.0, *numbers)
    width = high / 2 - low / 2
    parts = [(each / 2 - low / 2) / width if width else 0.0 for each in numbers]
    return "".join(_BLOCKS[round(part * (len(_BLOCKS) - 1))] for part in parts)
