"""Two samples of numbers on the same cells: values, a sketch's buckets, or buckets between edges.

A cell has a count, a smallest and a largest value, and perhaps a sum. So a statistic that depends on the order of the
values in a cell is known only within bounds. A cell with one value is exact; so are sorted values, where each distinct
value is a cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Counts = NDArray[np.int64]


class SketchBuckets(Protocol):
    """A sketch: the occupied buckets, ascending, each with its count, smallest and largest value and sum."""

    @property
    def negative(self) -> int:
        """How many values are -∞."""

    @property
    def positive(self) -> int:
        """How many values are ∞."""

    @property
    def bucket(self) -> Any:
        """The numbers of the buckets."""

    @property
    def count(self) -> Any:
        """The number of values in each bucket."""

    @property
    def low(self) -> Any:
        """The smallest value in each."""

    @property
    def high(self) -> Any:
        """The largest value in each."""

    @property
    def total(self) -> Any:
        """The sum of the values in each."""


@dataclass(frozen=True)
class Sample:
    """The occupied cells of one sample: their places, ascending, and what is known of each.

    `total` is NaN if a cell's sum is not known.
    """

    place: Numbers
    count: Counts
    low: Numbers
    high: Numbers
    total: Numbers

    @property
    def n(self) -> int:
        """The number of values."""
        return int(self.count.sum())


def sample_of_values(values: NDArray[Any]) -> Sample:
    """The sample of sorted values, infinities included, each a cell of its own; this form is exact."""
    numbers = np.asarray(values, dtype=np.float64)
    if np.isnan(numbers).any():
        raise ValueError("a sample has no missing values")
    first = np.flatnonzero(np.concatenate([[True], numbers[1:] != numbers[:-1]])) if len(numbers) else np.array([], int)
    count = np.diff(np.append(first, len(numbers))).astype(np.int64)
    place = numbers[first]
    if (np.diff(place) < 0).any():
        raise ValueError("the values of a sample are sorted")
    return Sample(place, count, place, place, place * count)


def sample_of_sketch(sketch: SketchBuckets) -> Sample:
    """The sample of a sketch; two samples can be compared if their sketches have the same centre and scale."""
    place, count = np.asarray(sketch.bucket, dtype=np.float64), np.asarray(sketch.count, dtype=np.int64)
    limits = (np.asarray(each, dtype=np.float64) for each in (sketch.low, sketch.high, sketch.total))
    return _with_infinities(Sample(place, count, *limits), sketch.negative, sketch.positive)


def sample_of_buckets(
    counts: Any, low: Any, high: Any, total: Any = None, *, negative: int = 0, positive: int = 0
) -> Sample:
    """The sample of counts in buckets that both samples share, with the limits of the values in each occupied one.

    A sum that is not known may be None. Infinite values are counted separately.
    """
    count = np.asarray(counts, dtype=np.int64)
    held = np.flatnonzero(count)
    sums = np.full(len(count), np.nan) if total is None else np.asarray(total, dtype=np.float64)
    lows, highs = np.asarray(low, dtype=np.float64)[held], np.asarray(high, dtype=np.float64)[held]
    sample = Sample(held.astype(np.float64), count[held], lows, highs, sums[held])
    return _with_infinities(sample, negative, positive)


def bucket_limits(edges: Sequence[float], least: float, largest: float) -> tuple[Numbers, Numbers]:
    """The smallest and largest value that each bucket between inner edges can hold; tails end at the given values."""
    inner = np.asarray(edges, dtype=np.float64)
    # A bucket begins just above its edge.
    low = np.concatenate([[least], np.maximum(np.nextafter(inner, np.inf), least)])
    return low, np.concatenate([np.minimum(inner, largest), [largest]])


def merged(first: Sample, second: Sample) -> Sample:
    """Both samples as one, as a sketch of all their values would give it."""
    cells = PairedCells.of(first, second)
    return Sample(
        cells.place,
        cells.reference + cells.current,
        np.fmin(cells.reference_low, cells.current_low),
        np.fmax(cells.reference_high, cells.current_high),
        cells.reference_total + cells.current_total,
    )


@dataclass(frozen=True)
class PairedCells:
    """A reference and a current sample on all cells that either occupies, ascending.

    In an empty cell of a side, limits are NaN and sums 0.
    """

    place: Numbers
    reference: Counts
    current: Counts
    reference_low: Numbers
    reference_high: Numbers
    reference_total: Numbers
    current_low: Numbers
    current_high: Numbers
    current_total: Numbers

    @classmethod
    def of(cls, reference: Sample, current: Sample) -> PairedCells:
        """The cells of two samples that share their places."""
        # Both are sorted, which a stable sort notices.
        both = np.sort(np.concatenate([reference.place, current.place]), kind="stable")
        place = both[np.concatenate([[True], both[1:] != both[:-1]])] if len(both) else both
        sides = [_spread(each, place) for each in (reference, current)]
        (count, low, high, total), (other_count, other_low, other_high, other_total) = sides
        return cls(place, count, other_count, low, high, total, other_low, other_high, other_total)

    @cached_property
    def n(self) -> int:
        """The number of values of the reference."""
        return int(self.reference.sum())

    @cached_property
    def m(self) -> int:
        """The number of values of the current sample."""
        return int(self.current.sum())

    @cached_property
    def low(self) -> Numbers:
        """The smallest value in each cell."""
        return np.asarray(np.fmin(self.reference_low, self.current_low), dtype=np.float64)

    @cached_property
    def high(self) -> Numbers:
        """The largest value in each cell."""
        return np.asarray(np.fmax(self.reference_high, self.current_high), dtype=np.float64)

    def differences(self) -> Numbers:
        """The reference's cumulative share minus the current one's, at the end of each cell."""
        left = np.cumsum(self.reference) * self.m - np.cumsum(self.current) * self.n
        return left / (float(self.n) * self.m)


def _with_infinities(sample: Sample, negative: int, positive: int) -> Sample:
    """A sample with the cells of -∞ and ∞ around it."""
    for place, count in ((-np.inf, negative), (np.inf, positive)):
        if count:
            one = np.array([place])
            outer = Sample(one, np.array([count], dtype=np.int64), one, one, one)
            pair = (outer, sample) if place < 0 else (sample, outer)
            names = ("place", "count", "low", "high", "total")
            sample = Sample(*(np.concatenate([getattr(each, name) for each in pair]) for name in names))
    return sample


def _spread(sample: Sample, place: Numbers) -> tuple[Counts, Numbers, Numbers, Numbers]:
    at = np.searchsorted(place, sample.place)
    count, total = np.zeros(len(place), dtype=np.int64), np.zeros(len(place))
    low, high = np.full(len(place), np.nan), np.full(len(place), np.nan)
    count[at], total[at], low[at], high[at] = sample.count, sample.total, sample.low, sample.high
    return count, low, high, total
