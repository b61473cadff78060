"""The numbers of a profile: exact quantiles of sorted values, and what lies between edges."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

LARGEST_WHOLE = 2.0**52
Values = NDArray[np.float64]


@dataclass(frozen=True)
class Bins:
    """Finite values between inner edges: how many, the least, the largest and their sum, None where there are none."""

    counts: tuple[int, ...]
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]
    total: tuple[float | None, ...]


def quantiles_of(values: Values, shares: Sequence[float]) -> tuple[float, ...]:
    """Quantiles of sorted values by Hyndman and Fan 1996, type 1: each is one of the values; none of no values."""
    n = len(values)
    if n == 0:
        return ()
    places = np.ceil(np.asarray(shares, dtype=np.float64) * n).astype(np.int64) - 1
    return tuple(values[np.clip(places, 0, n - 1)].tolist())


def edges_of(values: Values, buckets: int, *, whole: bool = False) -> tuple[float, ...]:
    """The inner edges of buckets that hold about equal shares of sorted values.

    A value that fills a bucket or more is alone in its own, so that it is told from what lies below it; `whole` says
    that all values are whole numbers.
    """
    if len(values) == 0:
        return ()
    inner = np.asarray(quantiles_of(values, [index / buckets for index in range(buckets)]))
    heavy = np.unique(inner[1:][inner[1:] == inner[:-1]])
    with np.errstate(over="ignore"):
        below = heavy - 1 if whole and np.abs(heavy).max(initial=0) < LARGEST_WHOLE else np.nextafter(heavy, -np.inf)
    edges = np.unique(np.concatenate([inner[1:], below]))
    return tuple((edges[np.isfinite(edges)] + 0.0).tolist())


def bins_of(values: Values, edges: Sequence[float]) -> Bins:
    """Sorted finite values between ascending edges; a value equal to an edge lies below it."""
    ends = np.concatenate([np.searchsorted(values, np.asarray(edges, dtype=np.float64), side="right"), [len(values)]])
    starts = np.concatenate([[0], ends[:-1]])
    counts = ends - starts
    held = np.flatnonzero(counts)
    low: list[float | None] = [None] * len(counts)
    high, total = list(low), list(low)
    if len(held):
        with np.errstate(over="ignore"):
            sums = np.add.reduceat(values, starts[held])
        for place, least, largest, added in zip(
            held.tolist(), values[starts[held]].tolist(), values[ends[held] - 1].tolist(), sums.tolist(), strict=True
        ):
            low[place], high[place] = least, largest
            total[place] = added if np.isfinite(added) else None
    return Bins(tuple(counts.tolist()), tuple(low), tuple(high), tuple(total))


def finite_part(values: NDArray[Any]) -> tuple[Values, int, int, int]:
    """The finite values, sorted, and how many are missing, -∞ and ∞."""
    numbers = np.asarray(values, dtype=np.float64)
    finite = np.sort(numbers[np.isfinite(numbers)])
    negative, positive = int((numbers == -np.inf).sum()), int((numbers == np.inf).sum())
    # A negative zero is a zero.
    return finite + 0.0, len(numbers) - len(finite) - negative - positive, negative, positive


def seconds_of(texts: Sequence[str | None]) -> Values:
    """Times in ISO 8601 as seconds from 1970 in UTC, NaN where there is none."""
    plain = [None if text is None else _without_zone(text) for text in texts]
    moments = np.array(["NaT" if text is None else text for text in plain], dtype="datetime64[us]")
    seconds = moments.astype(np.int64) / 1e6
    return np.where(np.isnat(moments), np.nan, seconds)


def _without_zone(text: str) -> str:
    return text[:-1] if text.endswith("Z") else text.removesuffix("+00:00").removesuffix("+00")


def distinct_of(values: Values) -> int:
    """How many sorted values differ."""
    return int((values[1:] != values[:-1]).sum()) + 1 if len(values) else 0


def moments_of(values: Values) -> tuple[float | None, float | None]:
    """The mean, and the sum of squared deviations from it; None where there are no values or no float holds it."""
    if len(values) == 0:
        return None, None
    with np.errstate(over="ignore", invalid="ignore"):
        mean = float(values.mean())
        deviations = float(np.square(values - mean).sum())
    return mean if math.isfinite(mean) else None, deviations if math.isfinite(deviations) else None
