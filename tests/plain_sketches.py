"""A sketch and buckets of values in plain numpy, as the questions about whole columns define them."""

import numpy as np
from numpy.typing import NDArray

from assay.stats.binning import sketch_scale
from assay.tables.aggregates import SketchCounts

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


def buckets(values: Numbers, edges: tuple[float, ...]) -> list[int]:
    place = np.searchsorted(np.asarray(edges), values, side="left")
    return [int(count) for count in np.bincount(place, minlength=len(edges) + 1)]
