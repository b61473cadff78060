"""Mean losses over rows, with intervals from the spread of the rows."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from assay.facts.values import Measure, Undefined
from assay.stats.calibration import why_not_probabilities
from assay.stats.intervals import Limits, estimate, t_quantile
from assay.stats.proportions import WILSON, wilson_limits

Numbers = NDArray[np.float64]
EPSILON = float(np.finfo(np.float64).eps)
"""Probabilities are kept this far from 0 and 1 in the log loss, as scikit-learn does."""
SUM_TOLERANCE = 1e-6
T_INTERVAL = "t"


def mean(values: Numbers, *, level: float = 0.95) -> Measure:
    """The mean of per-row values with Student's interval; at least two rows, all finite."""
    n = len(values)
    if n == 0:
        return Undefined(reason="empty")
    if not np.isfinite(values).all():
        return Undefined(reason="not_finite", n=n)
    if n < 2:  # noqa: PLR2004  # one row has no spread
        return Undefined(reason="too_few", n=n, needed=2)
    centre = float(_total(values)) / n
    with np.errstate(over="ignore"):
        spread = _total((values - centre) ** 2)
    if not math.isfinite(centre) or not math.isfinite(spread):
        return Undefined(reason="not_finite", n=n)
    reach = t_quantile(n - 1, level) * math.sqrt(spread / (n - 1) / n)
    return _finite(centre, (centre - reach, centre + reach), n=n, method=T_INTERVAL, level=level)


def log_loss(positive: NDArray[np.bool_], scores: Numbers, *, level: float = 0.95) -> Measure:
    """The mean of -log p of the true class, in nats."""
    undefined = why_not_probabilities(scores)
    if undefined:
        return undefined
    return _surprise(np.where(positive, scores, 1 - scores), level)


def multiclass_log_loss(truth: NDArray[np.int64], scores: Numbers, *, level: float = 0.95) -> Measure:
    """The mean of -log p of the true class, from probabilities [rows × classes] that sum to 1."""
    undefined = why_not_probabilities(scores.reshape(-1))
    if undefined:
        return undefined if undefined.reason == "empty" else Undefined(reason=undefined.reason, n=len(scores))
    if np.abs(scores.sum(axis=1) - 1).max() > SUM_TOLERANCE:
        return Undefined(reason="not_applicable", n=len(scores))
    return _surprise(scores[np.arange(len(truth)), truth], level)


def brier_score(positive: NDArray[np.bool_], scores: Numbers, *, level: float = 0.95) -> Measure:
    """The mean squared distance of the score from the outcome; Wilson's limits if every row has the same loss."""
    undefined = why_not_probabilities(scores)
    if undefined:
        return undefined
    losses = (scores - positive) ** 2
    found = mean(losses, level=level)
    if isinstance(found, Undefined):
        return found
    if found.low == found.high:
        limits = wilson_limits(float(losses[0]) * found.n, found.n, level)
        return estimate(found.value, limits, n=found.n, method=WILSON, level=level)
    limits = max(0.0, found.low), min(1.0, found.high)
    return estimate(found.value, limits, n=found.n, method=T_INTERVAL, level=level)


def mean_error(truth: Numbers, predicted: Numbers, *, level: float = 0.95) -> Measure:
    """The mean of prediction minus truth: positive if the model predicts too much."""
    return mean(_errors(truth, predicted), level=level)


def mean_absolute_error(truth: Numbers, predicted: Numbers, *, level: float = 0.95) -> Measure:
    """The mean distance of the prediction from the truth."""
    return _not_negative(mean(np.abs(_errors(truth, predicted)), level=level))


def root_mean_squared_error(truth: Numbers, predicted: Numbers, *, level: float = 0.95) -> Measure:
    """The root of the mean squared distance; its limits are the roots of the mean's limits."""
    with np.errstate(over="ignore"):
        squared = _not_negative(mean(_errors(truth, predicted) ** 2, level=level))
    if isinstance(squared, Undefined):
        return squared
    limits = math.sqrt(squared.low), math.sqrt(squared.high)
    return estimate(math.sqrt(squared.value), limits, n=squared.n, method="t-transformed", level=level)


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
    return _finite(float(np.median(errors)), limits, n=n, method="order-statistics", level=level)


def r2(truth: Numbers, predicted: Numbers, *, level: float = 0.95) -> Measure:
    """The share of the truth's variance that is predicted; a truth that never varies is one class.

    The interval is the delta method's: with A the mean squared error and B the variance, 1 - A/B moves with each row by
    ((y - ȳ)² A/B - e²) / B.
    """
    errors, n = _errors(truth, predicted), len(truth)
    checked = mean(errors, level=level)
    if isinstance(checked, Undefined):
        return checked
    with np.errstate(over="ignore"):
        away, squared = (truth - _total(truth) / n) ** 2, errors**2
        variance, cost = _total(away) / n, _total(squared) / n
    if not math.isfinite(variance) or not math.isfinite(cost):
        return Undefined(reason="not_finite", n=n)
    if np.ptp(truth) == 0 or variance == 0:
        return Undefined(reason="one_class", n=n)
    value = 1 - cost / variance
    influence = mean((away * (cost / variance) - squared) / variance, level=level)
    if isinstance(influence, Undefined) or not math.isfinite(value):
        return Undefined(reason="not_finite", n=n)
    reach = (influence.high - influence.low) / 2
    return _finite(value, (value - reach, min(1.0, value + reach)), n=n, method="delta", level=level)


def _surprise(given: Numbers, level: float) -> Measure:
    """The mean of -log of the probabilities of the true classes."""
    return _not_negative(mean(-np.log(np.clip(given, EPSILON, 1 - EPSILON)), level=level))


def _errors(truth: Numbers, predicted: Numbers) -> Numbers:
    with np.errstate(over="ignore", invalid="ignore"):
        return predicted - truth


def _total(values: Numbers) -> float:
    """The correctly rounded sum, the same on every machine; infinite if it overflows."""
    try:
        return math.fsum(values.tolist())
    except OverflowError:
        return math.inf


def _not_negative(measure: Measure) -> Measure:
    if isinstance(measure, Undefined) or measure.low >= 0:
        return measure
    return measure.model_copy(update={"low": 0.0})


def _finite(value: float, limits: Limits, *, n: int, method: str, level: float) -> Measure:
    if not all(math.isfinite(number) for number in (value, *limits)):
        return Undefined(reason="not_finite", n=n)
    return estimate(value, limits, n=n, method=method, level=level)
