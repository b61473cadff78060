"""The few buckets that PSI and its kin look at: shares of the reference with open tails, and categories."""

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
"""Fewer rows than this expected in a category make χ² a poor guide, so it joins the rest; so does a rest like that."""


@dataclass(frozen=True)
class CategoryCounts:
    """How many rows hold each category that is listed, and how many hold one that is not."""

    listed: Mapping[Any, int]
    rest: int = 0

    @property
    def n(self) -> int:
        """How many rows hold a category."""
        return sum(self.listed.values()) + self.rest

    @cached_property
    def most_unlisted(self) -> int:
        """How many rows can hold a category that is not listed: it is no more frequent than any that is."""
        return min([self.rest, *self.listed.values()])

    def limits(self, category: Any) -> tuple[int, int]:
        """How many rows can hold a category."""
        known = self.listed.get(category)
        return (0, self.most_unlisted) if known is None else (known, known)


@dataclass(frozen=True)
class PairedCategories:
    """Two samples by category; the last bucket, which has no name, is the rest where there is one."""

    names: tuple[Any, ...]
    reference: Shares
    current: Shares


def reference_edges(cells: PairedCells, buckets: int = BUCKETS) -> tuple[float, ...]:
    """The inner edges of buckets that hold about equal shares of the reference; each bucket ends at its edge.

    Edges lie between cells, so counts are exact. A cell that alone fills a bucket is one, however its values compare
    with others: the constant of a constant column is told from what lies below it.
    """
    if cells.n == 0 or buckets <= 1:
        raise ValueError("a reference with values, and at least two buckets, are wanted")
    below = np.cumsum(cells.reference)
    wanted = np.ceil(np.arange(1, buckets) * (cells.n / buckets) - 1e-9)
    after = np.searchsorted(below, np.maximum(wanted, 1), side="left")
    heavy = np.flatnonzero(cells.reference >= cells.n / buckets)
    ends = np.unique(np.concatenate([after, heavy, heavy - 1]))
    ends = ends[(ends >= 0) & (ends < len(cells.place) - 1)]
    return tuple(np.unique(cells.high[ends]).tolist())


def hides_edges(cells: PairedCells, buckets: int = BUCKETS) -> bool:
    """Whether a cell is too coarse to tell the reference's edges, so that the values must be looked at.

    It holds much of the reference and more than one of its values, or a whole bucket of it and other values besides.
    """
    share = cells.reference / cells.n
    coarse = (cells.reference_low < cells.reference_high) & (share > 1 / (FINER * buckets))
    crowded = (cells.low < cells.high) & (share >= 1 / buckets)
    return bool((coarse | crowded).any())


def sketch_scale(quarters: tuple[float, float, float], least: float, largest: float) -> float:
    """The scale of a sketch centred on the middle quartile: the interquartile range, else a sliver of the whole range.

    Where all values are equal, it is a sliver of the value, so that whatever differs from it lies in other buckets.
    """
    low, centre, high = quarters
    spreads = (high - low, SLIVER * max(largest - centre, centre - least), SLIVER * abs(centre))
    return next((each for each in spreads if 0 < each < math.inf), SMALLEST)


def bucket_counts(cells: PairedCells, edges: Sequence[float]) -> tuple[Shares, Shares]:
    """Both samples between inner edges; a cell that an edge cuts counts where most of it can lie, within limits."""
    inner = np.asarray(edges, dtype=np.float64)
    sides = (
        (cells.reference, cells.reference_low, cells.reference_high),
        (cells.current, cells.current_low, cells.current_high),
    )
    reference, current = (_counted(count, low, high, inner) for count, low, high in sides)
    return reference, current


def shared_categories(reference: CategoryCounts, current: CategoryCounts) -> PairedCategories:
    """Two samples on the same categories, rare ones joined with the rest.

    Where one sample does not list a category, its count is known within limits.
    """
    n, m = reference.n, current.n
    if min(n, m) == 0:
        raise ValueError("two samples with rows are wanted")
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
    """The categories that stay apart: the least frequent join a rest that is itself too rare, while two are left."""
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
    # Guesses may not take more rows than there are.
    likely = np.where(likely.sum() > rows, low, likely)
    rest = rows - np.array([likely.sum(), high.sum(), low.sum()])
    return shares(
        np.append(likely, rest[0]), low=np.append(low, max(0.0, rest[1])), high=np.append(high, max(0.0, rest[2]))
    )
