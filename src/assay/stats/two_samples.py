"""Tests of whether chance alone explains a difference of two samples: Kolmogorov–Smirnov, χ², Cramér's V."""

from __future__ import annotations

import math

import numpy as np

from assay.stats.bounded import Bounded, between, known
from assay.stats.divergences import Numbers, Shares, total_of_terms
from assay.stats.kolmogorov import two_sample_p

MOST_ROWS = 100_000
NEARLY = 1 + 1e-7
"""A chance this little above another counts as equal to it, as in scipy."""


def kolmogorov_smirnov_p(distance: Bounded, n: int, m: int) -> Bounded:
    """The p-value of a distance D, with limits from those of D."""
    low, value, high = (two_sample_p(each, n, m) for each in (distance.high, distance.value, distance.low))
    return between(low, value, high)


def chi_squared(reference: Shares, current: Shares) -> Bounded:
    """Pearson's χ² of two samples over the same buckets; a bucket that is empty in both adds nothing."""
    n, m = reference.n, current.n

    def term(p: Numbers, q: Numbers) -> Numbers:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(p + q > 0, float(n) * m * (p - q) ** 2 / (n * p + m * q), 0.0)

    return total_of_terms(term, reference, current)


def freedom(reference: Shares, current: Shares) -> int:
    """The degrees of freedom of that χ²: the number of occupied buckets minus one."""
    return max(0, int(((reference.high > 0) | (current.high > 0)).sum()) - 1)


def chi_squared_p(statistic: Bounded, degrees: int) -> Bounded:
    """The p-value of χ², with limits from those of χ²; 1 if there is only one bucket."""
    if degrees == 0:
        return Bounded(1.0, 1.0, 1.0)
    from scipy.special import chdtrc

    low, value, high = (float(chdtrc(degrees, each)) for each in (statistic.high, statistic.value, statistic.low))
    return between(low, value, high)


def categories_p(reference: Shares, current: Shares) -> Bounded:
    """The p-value of two samples by category: Fisher's exact test for two categories, χ² for more.

    With a rare category and a small sample, χ² alarms three times too often at the small p-values that the correction
    for many columns needs. With so many rows that both agree, χ² is used.
    """
    degrees = freedom(reference, current)
    held = np.flatnonzero((reference.high > 0) | (current.high > 0))
    vague = any(not np.array_equal(each.low, each.high) for each in (reference, current))
    if degrees != 1 or vague:
        return chi_squared_p(chi_squared(reference, current), degrees)
    (first, second), (third, fourth) = (each.count[held].astype(np.int64).tolist() for each in (reference, current))
    if min(first + second, third + fourth, first + third, second + fourth) > MOST_ROWS:
        return chi_squared_p(chi_squared(reference, current), degrees)
    return known(fisher_p(first, second, third, fourth))


def fisher_p(first: int, second: int, third: int, fourth: int) -> float:
    """Fisher's exact two-sided p-value of the table [[first, second], [third, fourth]]."""
    n, m, positive = first + second, third + fourth, first + third
    least, most = max(0, positive - m), min(positive, n)
    place = np.arange(least, most, dtype=np.float64)
    steps = np.log((positive - place) / (place + 1)) + np.log((n - place) / (m - positive + place + 1))
    logs = np.concatenate([[0.0], np.cumsum(steps)])
    chances = np.exp(logs - logs.max())
    observed = chances[first - least]
    return min(1.0, float(chances[chances <= observed * NEARLY].sum() / chances.sum()))


def cramers_v(statistic: Bounded, rows: int) -> Bounded:
    """Cramér's V of the two samples against the buckets: the root of χ² per row, from 0 to 1."""
    low, value, high = (math.sqrt(min(1.0, each / rows)) for each in (statistic.low, statistic.value, statistic.high))
    return Bounded(value, low, high)


def cramers_v_corrected(statistic: Bounded, rows: int, degrees: int) -> Bounded | None:
    """Cramér's V without the bias of chance (Bergsma 2013); None for one bucket or one row."""
    if degrees == 0 or rows <= 1:
        return None
    columns = degrees + 1 - degrees**2 / (rows - 1)
    # Two samples have one degree of freedom between them, so their correction is 1 / (rows - 1).
    smaller = min(columns - 1, 1 - 1 / (rows - 1))
    if smaller <= 0:
        return None

    def corrected(number: float) -> float:
        return math.sqrt(min(1.0, max(0.0, number / rows - degrees / (rows - 1)) / smaller))

    return between(corrected(statistic.low), corrected(statistic.value), corrected(statistic.high))
