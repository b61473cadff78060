"""The numbers of a profile: exact quantiles of sorted values, and counts between edges."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay.stats.places import Bins, bins_from, bucket_sums, frames_of

LARGEST_WHOLE = 2.0**52
INFINITE = {"infinity": np.inf, "-infinity": -np.inf}
_BEFORE = re.compile(r"(?P<year>\d+)(?P<day>-\d\d-\d\d)[T ]\(BC\)(?P<time>T.*)?")
Values = NDArray[np.float64]


def quantiles_of(values: Values, shares: Sequence[float]) -> tuple[float, ...]:
    """Quantiles of sorted values by Hyndman and Fan 1996, type 1: each is one of the values; none without values."""
    n = len(values)
    if n == 0:
        return ()
    places = np.ceil(np.asarray(shares, dtype=np.float64) * n).astype(np.int64) - 1
    return tuple(values[np.clip(places, 0, n - 1)].tolist())


def edges_of(inner: Sequence[float], *, whole: bool = False) -> tuple[float, ...]:
    """The inner edges of buckets with about equal shares, from the quantiles at which they begin, including 0.

    A value that fills a bucket or more has a bucket of its own, separate from the values below it; `whole` says that
    all values are whole numbers.
    """
    starts = np.asarray(inner, dtype=np.float64)
    heavy = np.unique(starts[1:][starts[1:] == starts[:-1]])
    with np.errstate(over="ignore"):
        below = heavy - 1 if whole and np.abs(heavy).max(initial=0) < LARGEST_WHOLE else np.nextafter(heavy, -np.inf)
    edges = np.unique(np.concatenate([starts[1:], below]))
    return tuple((edges[np.isfinite(edges)] + 0.0).tolist())


def bins_of(values: Values, edges: Sequence[float]) -> Bins:
    """Sorted finite values between ascending edges; a value equal to an edge belongs to the bucket below it."""
    if len(values) == 0:
        return bins_from(len(edges) + 1, [], {})
    frames = frames_of(edges, float(values[0]), float(values[-1]))
    ends = [*np.searchsorted(values, np.asarray(edges, dtype=np.float64), side="right").tolist(), len(values)]
    parts = enumerate(pairwise([0, *ends]))
    sums = {index: bucket_sums(values[start:end], frames[index]) for index, (start, end) in parts if end > start}
    return bins_from(len(ends), frames, sums)


def finite_part(values: NDArray[Any]) -> tuple[Values, int, int, int]:
    """The finite values, sorted, and the numbers of missing, -∞ and ∞ values."""
    numbers = np.asarray(values, dtype=np.float64)
    finite = numbers[np.isfinite(numbers)]
    finite.sort()
    # A negative zero is a zero.
    finite += 0.0
    negative, positive = int((numbers == -np.inf).sum()), int((numbers == np.inf).sum())
    return finite, len(numbers) - len(finite) - negative - positive, negative, positive


def seconds_of(texts: Sequence[str | None]) -> Values:
    """Times as seconds since 1970 in UTC; NaN is missing.

    They are in ISO 8601, or as the database writes those that it does not know: infinite, or `(BC)`.
    """
    found = np.array(["NaT" if text is None or text in INFINITE else _plain(text) for text in texts], "datetime64[us]")
    seconds = np.where(np.isnat(found), np.nan, found.astype(np.int64) / 1e6)
    for place, text in enumerate(texts):
        if text in INFINITE:
            seconds[place] = INFINITE[text]
    return seconds


def _plain(text: str) -> str:
    """A time as numpy reads it."""
    before = _BEFORE.fullmatch(text)
    if before is not None:
        return f"{1 - int(before['year'])}{before['day']}{before['time'] or ''}"
    return text[:-1] if text.endswith("Z") else text.removesuffix("+00:00").removesuffix("+00")


def distinct_of(values: Values) -> int:
    """The number of distinct values among sorted ones."""
    return int((values[1:] != values[:-1]).sum()) + 1 if len(values) else 0
