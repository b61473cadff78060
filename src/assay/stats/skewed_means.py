"""Limits of means and ratios of sums whose largest rows weigh most, such as squared errors."""

from __future__ import annotations

import math

import numpy as np

from assay.stats.intervals import Limits, t_quantile
from assay.stats.means import Numbers, total
from assay.stats.unseen_rows import added_rows

NEARLY_EVEN = 1e-6
"""Below this skewness, the correction is less than a float shows."""


def highest_ratio(parts: Numbers, wholes: Numbers | None, *, level: float) -> float:
    """The highest that the ratio of the sums of parts ≥ 0 and of wholes may be; NaN or infinite if it overflows.

    Each number belongs to a row, or to a group of rows that depend on each other. Without `wholes` each is 1, and the
    ratio is a mean. The row that moves the logarithm of the ratio up most is added z²/2 times, for those that the
    sample has not shown. The limit is Hall's (1992) for skewed data, on the logarithm, with Student's quantile.
    """
    n, added = len(parts), added_rows(level)
    whole = float(n) if wholes is None else total(wholes)
    ratio = total(parts) / whole
    if ratio == 0 or not math.isfinite(ratio):
        return ratio
    share = np.ones(1) if wholes is None else wholes
    with np.errstate(over="ignore", invalid="ignore"):
        pulled = parts - ratio * share
        # Of rows that pull alike the largest counts, so that the order of the rows does not.
        alike = pulled == pulled.max()
        part, one = float(parts[alike].max()), float(np.broadcast_to(share, n)[alike].max())
        mean = (ratio * whole + added * part) / (n + added)
        ratio = (ratio * whole + added * part) / (whole + added * one)
        spread, skewness = _shape((parts - ratio * share) / mean, (part - ratio * one) / mean, added)
        return float(ratio * np.exp(spread * hall_reach(n, n + added, skewness, level)))


def mean_limits(values: Numbers, mean: float, *, level: float) -> Limits:
    """The limits of a mean of values of either sign; the largest or the smallest is added z²/2 times."""
    return -_highest_mean(-values, -mean, level), _highest_mean(values, mean, level)


def hall_reach(n: int, rows: float, skewness: float, level: float) -> float:
    """How many standard deviations above the mean of some rows the mean of all may be.

    Hall (1992, "On the removal of skewness by transformation") bends the standardised mean by a cubic, after which its
    skewness is gone to the order 1/n; this is the inverse of the cubic. `n` is the number of independent rows.
    """
    reach = t_quantile(n - 1, level) / math.sqrt(rows)
    if abs(skewness) < NEARLY_EVEN:
        return reach
    return 3 / skewness * (1 - math.cbrt(1 - skewness * (reach + skewness / (6 * rows))))


def _highest_mean(values: Numbers, mean: float, level: float) -> float:
    n, added = len(values), added_rows(level)
    worst = float(values.max())
    centre = (mean * n + added * worst) / (n + added)
    with np.errstate(over="ignore", invalid="ignore"):
        spread, skewness = _shape(values - centre, worst - centre, added)
    return centre + spread * hall_reach(n, n + added, skewness, level)


def _shape(away: Numbers, worst: float, added: float) -> tuple[float, float]:
    """The standard deviation and the skewness of deviations from their mean, of which one counts `added` times more."""
    rows = len(away) + added
    squares = total(away**2) + added * worst**2
    deviation = math.sqrt(squares / rows)
    if not 0 < deviation < math.inf:
        return deviation, 0.0
    cubes = total((away / deviation) ** 3) + added * (worst / deviation) ** 3
    return math.sqrt(squares / (rows - 1)), cubes / rows
