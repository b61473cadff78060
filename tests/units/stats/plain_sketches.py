"""A sketch and buckets of values in plain numpy, as the questions about whole columns define them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay.stats.binning import sketch_scale

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class PlainSketch:
    negative: int
    positive: int
    bucket: Any
    count: Any
    low: Any
    high: Any
    total: Any


def sketch(values: Numbers, centre: float, scale: float) -> PlainSketch:
    negative, positive = int((values == -np.inf).sum()), int((values == np.inf).sum())
    rising = np.sort(values[np.isfinite(values)])
    with np.errstate(over="ignore"):
        steps = (rising - centre) / scale
    size = np.abs(steps)
    octave = np.zeros(len(steps))
    for each in range(1, 21):
        octave[size >= 8.0**each] = each
    numbers = np.where(steps >= 0, 1, -1) * (
        1 + 8192 * octave + np.minimum(np.floor(size * (1024 / 8.0**octave)), 8191)
    )
    bucket, first, count = np.unique(numbers.astype(np.int64), return_index=True, return_counts=True)
    total = np.add.reduceat(rising, first) if len(first) else np.array([])
    return PlainSketch(negative, positive, bucket, count, rising[first], rising[first + count - 1], total)


def middle(values: Numbers) -> tuple[float, float]:
    """The centre and the scale that suit a reference."""
    finite = values[np.isfinite(values)]
    low, centre, high = np.quantile(finite, [0.25, 0.5, 0.75], method="inverted_cdf").tolist()
    return centre, sketch_scale((low, centre, high), float(finite.min()), float(finite.max()))


def buckets(values: Numbers, edges: tuple[float, ...]) -> list[int]:
    place = np.searchsorted(np.asarray(edges), values, side="left")
    return [int(count) for count in np.bincount(place, minlength=len(edges) + 1)]
