"""The few buckets of PSI and similar statistics: equal shares of the reference with open tails, and categories."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay.stats.divergences import Shares, shares
from assay.stats.samples import PairedCells

BUCKETS = 10
FINER, SLIVER, SMALLEST = 4, 2.0**-40, 2.0**-900
LEAST_EXPECTED = 10
"""A category joins the rest if fewer rows are expected, because χ² is then inaccurate; so does a rest like that."""


@dataclass(frozen=True)
class CategoryCounts:
    """The number of rows of each listed category, and of all others (`rest`)."""

    listed: Mapping[Any, int]
    rest: int = 0

    @property
    def n(self) -> int:
        """The number of rows with a category."""
        return sum(self.listed.values()) + self.rest

    @cached_property
    def most_unlisted(self) -> int:
        """The most rows that an unlisted category can have: it is not more frequent than any listed one."""
        return min([self.rest, *self.listed.values()])

    def limits(self, category: Any) -> tuple[int, int]:
        """The least and the most rows that a category can have."""
        known = self.listed.get(category)
        return (0, self.most_unlisted) if known is None else (known, known)


@dataclass(frozen=True)
class PairedCategories:
    """Two samples by category; the last bucket, which has no name, is the rest if there is one."""

    names: tuple[Any, ...]
    reference: Shares
    current: Shares


def reference_edges(cells: PairedCells, buckets: int = BUCKETS) -> tuple[float, ...]:
    """The inner edges of buckets that hold about equal shares of the reference; each bucket ends at its edge.

    Edges lie between cells, so counts are exact. A cell that fills a bucket alone is a bucket, so that the value of a
    constant column is separate from anything below it.
    """
    if cells.n == 0 or buckets <= 1:
        raise ValueError("expected a reference with values and at least two buckets")
    below = np.cumsum(cells.reference)
    wanted = np.ceil(np.arange(1, buckets) * (cells.n / buckets) - 1e-9)
    after = np.searchsorted(below, np.maximum(wanted, 1), side="left")
    heavy = np.flatnonzero(cells.reference >= cells.n / buckets)
    ends = np.unique(np.concatenate([after, heavy, heavy - 1]))
    ends = ends[(ends >= 0) & (ends < len(cells.place) - 1)]
    return tuple(np.unique(cells.high[ends]).tolist())


def hides_edges(cells: PairedCells, buckets: int = BUCKETS) -> bool:
    """Whether a cell is too coarse to find the reference's edges, so that the values must be read.

    Such a cell holds a large share of the reference and several values of it, or a whole bucket and other values too.
    """
    share = cells.reference / cells.n
    coarse = (cells.reference_low < cells.reference_high) & (share > 1 / (FINER * buckets))
    crowded = (cells.low < cells.high) & (share >= 1 / buckets)
    return bool((coarse | crowded).any())


def sketch_scale(quarters: tuple[float, float, float], least: float, largest: float) -> float:
    """The scale of a sketch centred on the middle quartile: the interquartile range, else a sliver of the whole range.

    If all values are equal, it is a sliver of the value, so that any other value lies in another bucket.
    """
    low, centre, high = quarters
    spreads = (high - low, SLIVER * max(largest - centre, centre - least), SLIVER * abs(centre))
    return next((each for each in spreads if 0 < each < math.inf), SMALLEST)


def bucket_counts(cells: PairedCells, edges: Sequence[float]) -> tuple[Shares, Shares]:
    """Both samples between inner edges; a cell that an edge cuts counts where most of it may lie, within limits."""
    inner = np.asarray(edges, dtype=np.float64)
    sides = (
        (cells.reference, cells.reference_low, cells.reference_high),
        (cells.current, cells.current_low, cells.current_high),
    )
    reference, current = (_counted(count, low, high, inner) for count, low, high in sides)
    return reference, current


def shared_categories(reference: CategoryCounts, current: CategoryCounts) -> PairedCategories:
    """Two samples on the same categories, with rare ones in the rest.

    If one sample does not list a category, its count is known within limits.
    """
    n, m = reference.n, current.n
    if min(n, m) == 0:
        raise ValueError("expected two samples with rows")
    known = sorted({*reference.listed, *current.listed}, key=lambda each: (type(each).__name__, str(each)))
    limits = [(each, reference.limits(each), current.limits(each)) for each in known]
    least = LEAST_EXPECTED * (n + m) / min(n, m)
    rows = {name: first[1] + second[1] for name, first, second in limits}
    frequent = _frequent({name: count for name, count in rows.items() if count >= least}, n + m, least)
    kept = [each for each in limits if each[0] in frequent]
    return PairedCategories(
        names=tuple(name for name, _, _ in kept),
        reference=_with_rest([first for _, first, _ in kept], n),
        current=_with_rest([second for _, _, second in kept], m),
    )


def _frequent(rows: Mapping[Any, int], every: int, least: float) -> set[Any]:
    """The categories outside the rest; the least frequent join a rest that is itself too rare, while two are left."""
    rest = every - sum(rows.values())
    rising = sorted(rows, key=lambda name: rows[name])
    joined = 0
    while 0 < rest < least and len(rising) - joined > 1:
        rest += rows[rising[joined]]
        joined += 1
    return set(rising[joined:])


def _counted(
    count: NDArray[np.int64], low: NDArray[np.float64], high: NDArray[np.float64], edges: NDArray[np.float64]
) -> Shares:
    held = np.flatnonzero(count)
    first = np.searchsorted(edges, low[held], side="left")
    last = np.searchsorted(edges, high[held], side="left")
    whole = np.bincount(first[first == last], weights=count[held][first == last], minlength=len(edges) + 1)
    likely, most = whole.copy(), whole.copy()
    for place in np.flatnonzero(first != last).tolist():
        most[first[place] : last[place] + 1] += count[held][place]
        likely[first[place]] += count[held][place]
    return shares(likely, low=whole, high=most)


def _with_rest(limits: Sequence[tuple[int, int]], rows: int) -> Shares:
    low = np.array([least for least, _ in limits], dtype=np.float64)
    high = np.array([most for _, most in limits], dtype=np.float64)
    likely = np.floor((low + high) / 2)
    # Guesses may not exceed the number of rows.
    likely = np.where(likely.sum() > rows, low, likely)
    rest = rows - np.array([likely.sum(), high.sum(), low.sum()])
    return shares(
        np.append(likely, rest[0]), low=np.append(low, max(0.0, rest[1])), high=np.append(high, max(0.0, rest[2]))
    )
