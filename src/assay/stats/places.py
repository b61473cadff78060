"""Sums of floats in whole places: each number is rounded, then all are summed exactly in any order."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

DIGITS, LEAST = 44, -1074
AT_ONCE = 1 << 18
_HALF, _LOW = DIGITS // 2, (1 << (DIGITS // 2)) - 1
Values = NDArray[np.float64]


@dataclass(frozen=True)
class Frame:
    """How the values of a bucket become places: x / `unit` − `start`, rounded half to even.

    The unit is a power of two and the start an even whole number, so a place is a whole multiple of the unit.
    """

    unit: float
    start: float


@dataclass(frozen=True)
class BucketSums:
    """Sums over a bucket: the number of values, the smallest, the largest, the sum of places and of their squares."""

    count: int
    low: float
    high: float
    places: int
    squares: int


@dataclass(frozen=True)
class Bins:
    """Finite values between inner edges: their number, the smallest, the largest and the sum, or None without values.

    `mean` and `deviations` (the sum of squared deviations from the mean) are of all values. Sums are rounded once, and
    are None if no float can hold them.
    """

    counts: tuple[int, ...]
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]
    total: tuple[float | None, ...]
    mean: float | None
    deviations: float | None


def frames_of(edges: Sequence[float], least: float, largest: float) -> list[Frame]:
    """The frames of the buckets between edges, for values from the smallest to the largest."""
    starts = [least, *(max(edge, least) for edge in edges)]
    ends = [*(min(edge, largest) for edge in edges), largest]
    return [_frame(*pair) for pair in zip(starts, ends, strict=True)]


def _frame(start: float, end: float) -> Frame:
    # Halves, because the distance of two floats may overflow; any unit will do if all values are equal.
    width = end / 2 - start / 2
    unit = math.ldexp(1.0, max(math.frexp(width)[1] + 1 - DIGITS, LEAST)) if width > 0 else 1.0
    return Frame(unit, 2.0 * float(np.floor(start / 2 / unit)))


def bucket_sums(values: Values, frame: Frame) -> BucketSums:
    """The sums over some sorted values, at least one, in a frame."""
    places = squares = 0
    for first in range(0, len(values), AT_ONCE):
        place = np.rint(values[first : first + AT_ONCE] / frame.unit - frame.start).astype(np.int64)
        above, below = place >> _HALF, place & _LOW
        places += int(place.sum())
        whole, mixed, rest = (
            int((one * other).sum()) for one, other in ((above, above), (above, below), (below, below))
        )
        squares += (whole << 2 * _HALF) + (mixed << _HALF + 1) + rest
    return BucketSums(len(values), float(values[0]), float(values[-1]), places, squares)


def bins_from(buckets: int, frames: Sequence[Frame], sums: Mapping[int, BucketSums]) -> Bins:
    """The bins of some buckets, from their sums."""
    counts = [0] * buckets
    low: list[float | None] = [None] * buckets
    high, total = list(low), list(low)
    n, first, second = 0, Fraction(0), Fraction(0)
    for index, each in sums.items():
        added, squared = _sums(each, frames[index])
        counts[index], low[index], high[index], total[index] = each.count, each.low, each.high, _float(added)
        n, first, second = n + each.count, first + added, second + squared
    mean, deviations = (_float(first / n), _float(second - first**2 / n)) if n else (None, None)
    return Bins(tuple(counts), tuple(low), tuple(high), tuple(total), mean, deviations)


def _sums(sums: BucketSums, frame: Frame) -> tuple[Fraction, Fraction]:
    """The sum of a bucket's values and the sum of their squares; equal values need no places."""
    if sums.low == sums.high:
        value = Fraction(sums.low)
        return sums.count * value, sums.count * value**2
    unit, start = Fraction(frame.unit), Fraction(frame.start)
    places = sums.count * start + sums.places
    return places * unit, (sums.count * start**2 + 2 * start * sums.places + sums.squares) * unit**2


def _float(number: Fraction) -> float | None:
    try:
        return float(number)
    except OverflowError:
        return None
