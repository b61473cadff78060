"""Sums of floats by whole places: numbers rounded one by one and then summed exactly, whatever their order."""

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
    """How a bucket's values become places: x / `unit` − `start`, rounded half to even.

    The unit is a power of two and the start an even whole number, so places stand for the unit's whole multiples.
    """

    unit: float
    start: float


@dataclass(frozen=True)
class BucketSums:
    """A bucket's values: how many, the least and the largest, the sum of their places and of the places' squares."""

    count: int
    low: float
    high: float
    places: int
    squares: int


@dataclass(frozen=True)
class Bins:
    """Finite values between inner edges: how many, the least, the largest and their sum, None where there are none.

    `mean` and `deviations` (the sum of squared deviations from the mean) are of all values. Sums are rounded once, and
    None where no float holds them.
    """

    counts: tuple[int, ...]
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]
    total: tuple[float | None, ...]
    mean: float | None
    deviations: float | None


def frames_of(edges: Sequence[float], least: float, largest: float) -> list[Frame]:
    """The frames of the buckets between edges, for values from the least to the largest."""
    starts = [least, *(max(edge, least) for edge in edges)]
    ends = [*(min(edge, largest) for edge in edges), largest]
    return [_frame(*pair) for pair in zip(starts, ends, strict=True)]


def _frame(start: float, end: float) -> Frame:
    # Halves, as the distance of two floats may be none; a unit of any size will do where all values are equal.
    width = end / 2 - start / 2
    unit = math.ldexp(1.0, max(math.frexp(width)[1] + 1 - DIGITS, LEAST)) if width > 0 else 1.0
    return Frame(unit, 2.0 * float(np.floor(start / 2 / unit)))


def hold(values: Values, frame: Frame) -> BucketSums:
    """Some sorted values, at least one, in a frame."""
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


def bins_from(buckets: int, frames: Sequence[Frame], held: Mapping[int, BucketSums]) -> Bins:
    """What some buckets hold, by the sums of their places."""
    counts = [0] * buckets
    low: list[float | None] = [None] * buckets
    high, total = list(low), list(low)
    n, first, second = 0, Fraction(0), Fraction(0)
    for index, each in held.items():
        added, squared = _sums(each, frames[index])
        counts[index], low[index], high[index], total[index] = each.count, each.low, each.high, _float(added)
        n, first, second = n + each.count, first + added, second + squared
    mean, deviations = (_float(first / n), _float(second - first**2 / n)) if n else (None, None)
    return Bins(tuple(counts), tuple(low), tuple(high), tuple(total), mean, deviations)


def _sums(held: BucketSums, frame: Frame) -> tuple[Fraction, Fraction]:
    """The sum of a bucket's values and that of their squares; values that are all equal need no places."""
    if held.low == held.high:
        value = Fraction(held.low)
        return held.count * value, held.count * value**2
    unit, start = Fraction(frame.unit), Fraction(frame.start)
    places = held.count * start + held.places
    return places * unit, (held.count * start**2 + 2 * start * held.places + held.squares) * unit**2


def _float(number: Fraction) -> float | None:
    try:
        return float(number)
    except OverflowError:
        return None
