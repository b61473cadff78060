"""A sketch and buckets of values in plain numpy, as the questions about whole columns define them."""

import math
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from assay.stats.binning import sketch_scale
from assay.tables.aggregates import BucketCounts, SketchCounts

Numbers = NDArray[np.float64]


def sketch(values: Numbers, centre: float, scale: float) -> SketchCounts:
    rising = np.sort(values[np.isfinite(values)]) + 0.0
    most = 8.0**21
    with np.errstate(over="ignore"):
        t = np.clip((rising - centre) / scale, -most, most)
    level = np.searchsorted(8.0 ** np.arange(1, 21), np.abs(t), side="right")
    places = np.rint(t * (2.0**44 / 8.0**level)).astype(np.int64)
    numbers = np.where(t < 0, -1, 1) * 8192 * level + (places >> 34)
    bucket, first, count = np.unique(numbers, return_index=True, return_counts=True)
    low, high = rising[first], rising[first + count - 1]
    # So many whole numbers of that size add up without rounding.
    added = np.add.reduceat(places.astype(np.longdouble), first) if len(first) else np.array([])
    with np.errstate(over="ignore", invalid="ignore"):
        total = count * centre + added.astype(np.float64) * (8.0 ** level[first] / 2.0**44) * scale
        total = np.where(low == high, low * count, total)
    outermost = (np.abs(bucket) >= 21 * 8192) & (low != high)
    return SketchCounts(
        missing=int(np.isnan(values).sum()),
        negative=int((values == -np.inf).sum()),
        positive=int((values == np.inf).sum()),
        bucket=bucket,
        count=count,
        low=low,
        high=high,
        total=np.where(np.isfinite(total) & ~outermost, total, np.nan),
    )


def middle(values: Numbers) -> tuple[float, float]:
    """The centre and the scale that suit a reference."""
    finite = values[np.isfinite(values)]
    low, centre, high = np.quantile(finite, [0.25, 0.5, 0.75], method="inverted_cdf").tolist()
    return centre, sketch_scale((low, centre, high), float(finite.min()), float(finite.max()))


def buckets(values: Numbers, edges: Sequence[float]) -> BucketCounts:
    """What lies between edges, in plain loops and exact fractions."""
    finite = [value + 0.0 for value in values.tolist() if math.isfinite(value)]
    least, largest = (min(finite), max(finite)) if finite else (0.0, 0.0)
    held: list[list[float]] = [[] for _ in range(len(edges) + 1)]
    for value in finite:
        held[sum(edge < value for edge in edges)].append(value)
    summed: list[list[Fraction]] = []
    for index, part in enumerate(held):
        start = max(edges[index - 1], least) if index else least
        end = min(edges[index], largest) if index < len(edges) else largest
        summed.append(placed(part, start, end))
    everything = [value for part in summed for value in part]
    mean = sum(everything) / len(finite) if finite else Fraction(0)
    return BucketCounts(
        missing=int(np.isnan(values).sum()),
        negative=int((values == -np.inf).sum()),
        positive=int((values == np.inf).sum()),
        counts=tuple(len(part) for part in held),
        low=tuple(min(part) if part else None for part in held),
        high=tuple(max(part) if part else None for part in held),
        total=tuple(as_float(sum(part, Fraction(0))) if part else None for part in summed),
        mean=as_float(mean) if finite else None,
        deviations=as_float(sum(((each - mean) ** 2 for each in everything), Fraction(0))) if finite else None,
    )


def placed(values: list[float], start: float, end: float) -> list[Fraction]:
    """Values of a bucket, rounded to the multiples of its unit."""
    if not values or min(values) == max(values):
        return [Fraction(value) for value in values]
    unit = Fraction(1, 2**1074)
    while unit * 2**44 <= Fraction(end) - Fraction(start):
        unit *= 2
    return [round(Fraction(value) / unit) * unit for value in values]


def as_float(value: Fraction) -> float | None:
    try:
        return float(value)
    except OverflowError:
        return None


def counts(values: Numbers, edges: tuple[float, ...]) -> list[int]:
    """How many values lie between edges."""
    place = np.searchsorted(np.asarray(edges), values, side="left")
    return [int(count) for count in np.bincount(place, minlength=len(edges) + 1)]
