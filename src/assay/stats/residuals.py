"""Errors of predicted numbers, with intervals that allow for rows which the sample has not shown."""

from __future__ import annotations

import math

import numpy as np

from assay.facts.values import Measure, Undefined
from assay.stats.intervals import estimate, finite_estimate
from assay.stats.means import Numbers, mean, total
from assay.stats.skewed_means import highest_ratio, mean_limits
from assay.stats.unseen_rows import unseen_share

HALL = "hall-unseen-rows"
DOMINANT = 0.2
"""If one row has more than this share of the squared errors, their sum says little about rows not seen."""


def mean_error(truth: Numbers, predicted: Numbers, *, level: float = 0.95) -> Measure:
    """The mean of prediction minus truth: positive if the model predicts too much."""
    errors = _errors(truth, predicted)
    found = mean(errors, level=level)
    if isinstance(found, Undefined):
        return found
    low, high = mean_limits(errors, found.value, level=level)
    limits, unseen = (min(low, found.low), max(high, found.high)), unseen_share(found.n, level)
    return finite_estimate(found.value, limits, n=found.n, method=HALL, level=level, unseen=unseen)


def mean_absolute_error(truth: Numbers, predicted: Numbers, *, level: float = 0.95) -> Measure:
    """The mean distance of the prediction from the truth."""
    return _mean_of_sizes(np.abs(_errors(truth, predicted)), level)


def root_mean_squared_error(truth: Numbers, predicted: Numbers, *, level: float = 0.95) -> Measure:
    """The root of the mean squared distance; its limits are the roots of the mean's limits.

    Undefined if one row has more than a fifth of the squared errors.
    """
    with np.errstate(over="ignore"):
        squares = _errors(truth, predicted) ** 2
    squared = _mean_of_sizes(squares, level)
    if isinstance(squared, Undefined):
        return squared
    limits = math.sqrt(squared.low), math.sqrt(squared.high)
    return _dominated(squares) or estimate(
        math.sqrt(squared.value), limits, n=squared.n, method=HALL, level=level, unseen=squared.unseen
    )


def median_absolute_error(truth: Numbers, predicted: Numbers, *, level: float = 0.95) -> Measure:
    """The median distance, between order statistics that contain the true median at the level (a sign test's)."""
    from scipy.special import bdtr

    errors = np.sort(np.abs(_errors(truth, predicted)))
    n = len(errors)
    if n == 0:
        return Undefined(reason="empty")
    if not np.isfinite(errors).all():
        return Undefined(reason="not_finite", n=n)
    below = int(np.searchsorted(bdtr(np.arange(n // 2 + 1), n, 0.5), (1 - level) / 2, side="right"))
    if below == 0:
        return Undefined(reason="too_few", n=n, needed=math.ceil(-math.log2((1 - level) / 2)))
    limits = float(errors[below - 1]), float(errors[n - below])
    return finite_estimate(float(np.median(errors)), limits, n=n, method="order-statistics", level=level)


def r2(truth: Numbers, predicted: Numbers, *, level: float = 0.95) -> Measure:
    """The share of the truth's variance that is predicted; a truth that never varies is one class.

    The lower limit is that of the ratio of the squared errors to the squared distances from the mean, the upper one the
    delta method's: with A the mean squared error and B the variance, 1 - A/B moves with each row by
    ((y - ȳ)² A/B - e²) / B. Undefined if one row has more than a fifth of the squared errors.
    """
    errors, n = _errors(truth, predicted), len(truth)
    checked = mean(errors, level=level)
    if isinstance(checked, Undefined):
        return checked
    with np.errstate(over="ignore"):
        away, squared = (truth - total(truth) / n) ** 2, errors**2
        variance, cost = total(away) / n, total(squared) / n
    if not math.isfinite(variance) or not math.isfinite(cost):
        return Undefined(reason="not_finite", n=n)
    if np.ptp(truth) == 0 or variance == 0:
        return Undefined(reason="one_class", n=n)
    value = 1 - cost / variance
    influence = mean((away * (cost / variance) - squared) / variance, level=level)
    if isinstance(influence, Undefined) or not math.isfinite(value):
        return Undefined(reason="not_finite", n=n)
    limits = 1 - highest_ratio(squared, away, level=level), min(1.0, value + (influence.high - influence.low) / 2)
    unseen = unseen_share(n, level)
    return _dominated(squared) or finite_estimate(value, limits, n=n, method=HALL, level=level, unseen=unseen)


def _mean_of_sizes(sizes: Numbers, level: float) -> Measure:
    """The mean of numbers ≥ 0: Student's lower limit, and Hall's upper one with unseen rows."""
    found = mean(sizes, level=level)
    if isinstance(found, Undefined):
        return found
    limits = max(0.0, found.low), highest_ratio(sizes, None, level=level)
    unseen = unseen_share(found.n, level)
    return finite_estimate(found.value, limits, n=found.n, method=HALL, level=level, unseen=unseen)


def _dominated(squares: Numbers) -> Undefined | None:
    """Why squared errors have no mean worth the name: most of it is one row's."""
    return Undefined(reason="tail_dominates", n=len(squares)) if squares.max() > DOMINANT * total(squares) else None


def _errors(truth: Numbers, predicted: Numbers) -> Numbers:
    with np.errstate(over="ignore", invalid="ignore"):
        return predicted - truth
