"""The standard deviation of a sample in cells, within the limits of its cells."""

from __future__ import annotations

import math

import numpy as np

from assay.stats.bounded import Bounded, between
from assay.stats.samples import Sample


def spread_of(sample: Sample) -> Bounded | None:
    """The standard deviation of the finite values; None if it is 0, not known, or beyond a float.

    The variance of values within a cell is at most (mean - low) · (high - mean).
    """
    finite = np.isfinite(sample.low) & np.isfinite(sample.high)
    count, low, high = sample.count[finite], sample.low[finite], sample.high[finite]
    n = int(count.sum())
    total = sample.total[finite]
    if n == 0 or not np.isfinite(total).all():
        return None
    with np.errstate(over="ignore", invalid="ignore"):
        centre = low[len(low) // 2]
        means = np.clip(total / count, low, high)
        shifted = means - centre
        between_cells = float((count * (shifted - (count * shifted).sum() / n) ** 2).sum()) / n
        within = float((count * ((means - low) * (high - means))).sum()) / n
        likely = float((count * ((high - low) ** 2 / 12)).sum()) / n
    if not math.isfinite(between_cells + within) or between_cells + within <= 0:
        return None
    least, most = math.sqrt(between_cells), math.sqrt(between_cells + within)
    return between(least, math.sqrt(between_cells + min(likely, within)), most)
