"""An overlay prepared for display: a few shares between edges, and separate tails beyond them."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from assay.facts.values import Overlay

ALIKE = 1.01
_FEW_EDGES, _DEVIATIONS = 5, 3
_INNER = 0.1
"""The middle of the reference leaves a tenth of it on either side."""
REST, EVERYTHING = "all others", "all rows"


@dataclass(frozen=True, kw_only=True)
class DistributionShares:
    """Shares of the reference rows and of the current rows, between edges and beyond both ends."""

    edges: tuple[float, ...]
    reference: tuple[float, ...]
    current: tuple[float, ...]
    below: tuple[float, float]
    above: tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Pair:
    """The reference rows and the current rows of a category or an open bucket."""

    name: str
    reference: int
    current: int


def shaped(overlay: Overlay, most: int, *, uneven: float = ALIKE) -> DistributionShares | None:
    """An overlay of numbers in at most `most` cells; None if there is nothing between two edges.

    Buckets stay as they are if they are few and none is more than `uneven` times wider than another. Else the rows of a
    bucket are spread evenly over cells of one width. Buckets far from the reference's middle belong to the tails.
    """
    if len(overlay.edges) < 2:  # noqa: PLR2004  # there is nothing between fewer
        return None
    first, last = _middle(overlay)
    edges = overlay.edges[first : last + 1]
    cells = edges
    widths = [right / 2 - left / 2 for left, right in pairwise(edges)]
    if len(widths) > most or max(widths) > uneven * min(widths):
        even = (*(edges[0] * (1 - step / most) + edges[-1] * (step / most) for step in range(most)), edges[-1])
        cells = even if all(one < other for one, other in pairwise(even)) else edges
    reference, current = (
        _cut(counts, overlay.edges, cells, (first, last)) for counts in (overlay.reference, overlay.current)
    )
    return DistributionShares(
        edges=cells,
        reference=tuple(reference[1:-1]),
        current=tuple(current[1:-1]),
        below=(reference[0], current[0]),
        above=(reference[-1], current[-1]),
    )


def paired(overlay: Overlay, most: int, between: str) -> tuple[Pair, ...]:
    """An overlay's categories or open buckets in their order; beyond `most` the last are joined.

    `between` is the text of the only edge, if there is just one.
    """
    names = [*overlay.names, REST]
    if not overlay.names:
        names = [f"up to {between}", f"above {between}"] if overlay.edges else [EVERYTHING]
    pairs = [
        Pair(name=name, reference=reference, current=current)
        for name, reference, current in zip(names, overlay.reference, overlay.current, strict=False)
    ]
    if len(pairs) <= most:
        return tuple(pairs)
    kept, others = pairs[: most - 1], pairs[most - 1 :]
    rest = Pair(
        name=REST, reference=sum(each.reference for each in others), current=sum(each.current for each in others)
    )
    return (*kept, rest)


def distance(overlay: Overlay) -> float:
    """The distance of two distributions, at most 2, minus what chance alone gives with so few rows.

    It is the triangular discrimination of their shares; without a shift, a χ² by the rows. It only orders pictures.
    """
    n, m = sum(overlay.reference), sum(overlay.current)
    if not n or not m:
        return 2.0 if n != m else 0.0
    shares = [
        (one / n, other / m) for one, other in zip(overlay.reference, overlay.current, strict=True) if one + other
    ]
    found = sum((one - other) ** 2 / (one + other) for one, other in shares)
    freedom = len(shares) - 1
    return found - (freedom + _DEVIATIONS * math.sqrt(2 * freedom)) / 2 * (1 / n + 1 / m)


def worst_first(overlays: Iterable[Overlay]) -> tuple[Overlay, ...]:
    """Overlays by the distance of their distributions, otherwise in the given order."""
    return tuple(sorted(overlays, key=distance, reverse=True))


def shares(counts: Sequence[int]) -> list[float]:
    """Counts as shares of their sum, all zero if there are none."""
    total = sum(counts)
    return [each / total if total else 0.0 for each in counts]


def _middle(overlay: Overlay) -> tuple[int, int]:
    """The first and the last edge within three times the width of the reference's middle."""
    edges, run = overlay.edges, [*accumulate(overlay.reference)]
    last = len(edges) - 1
    if len(edges) < _FEW_EDGES or not run[-1]:
        return 0, last
    left = max((index for index in range(last) if run[index] <= _INNER * run[-1]), default=0)
    right = min((index for index in range(1, last + 1) if run[index] >= (1 - _INNER) * run[-1]), default=last)
    reach, center = 1.5 * (edges[right] / 4 - edges[left] / 4), edges[left] / 8 + edges[right] / 8
    near = [index for index, edge in enumerate(edges) if abs(edge / 4 - center) <= reach]
    return (near[0], near[-1]) if len(near) > 1 else (0, last)


def _cut(counts: Sequence[int], edges: Sequence[float], cells: Sequence[float], kept: tuple[int, int]) -> list[float]:
    """The share of rows below the kept edges, in each cell between them, and above them."""
    run = [*accumulate(counts)]
    first, last = kept
    between = [_reached(edges, run, cell) for cell in cells[1:-1]]
    reached = [0, run[first], *between, run[last], run[-1]]
    total = run[-1] or 1
    return [max(0, after - before) / total for before, after in pairwise(reached)]


def _reached(edges: Sequence[float], run: Sequence[int], at: float) -> float:
    """The rows up to a number between the first and the last edge, with each bucket's rows spread evenly."""
    index = min(max(bisect_right(edges, at) - 1, 0), len(edges) - 2)
    inside = (at / 2 - edges[index] / 2) / (edges[index + 1] / 2 - edges[index] / 2)
    return run[index] + (run[index + 1] - run[index]) * min(1.0, max(0.0, inside))
