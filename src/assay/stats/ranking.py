"""Ranking by scores: ROC AUC, average precision, the ROC curve."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from assay.facts.values import Curve, Measure, Point, Undefined
from assay.stats.intervals import Limits, estimate, normal_quantile
from assay.stats.proportions import WILSON, wilson_limits

Positive = NDArray[np.bool_]
Scores = NDArray[np.float64]
FEW = 10
"""With fewer rows of a class, DeLong's estimate of the variance is unreliable."""


def unrankable(positive: Positive, scores: Scores) -> Undefined | None:
    """Why rows cannot be ranked: there are none, a score is not finite, or all have one class."""
    n = len(positive)
    if n == 0:
        return Undefined(reason="empty")
    if not np.isfinite(scores).all():
        return Undefined(reason="not_finite", n=n)
    if positive.all() or not positive.any():
        return Undefined(reason="one_class", n=n)
    return None


def roc_auc(positive: Positive, scores: Scores, *, level: float = 0.95) -> Measure:
    """The chance that a positive scores above a negative, ties counting half.

    The variance is DeLong's (1988) by the midranks of Sun and Xu (2014), the interval is symmetric on the logit scale.
    If that variance is unreliable (an area of 0 or 1, no spread at all, fewer than 10 rows of a class), the interval is
    Wilson's with the size of the smaller class: the variance of an area A is at most A(1-A)/min(m, n) (Birnbaum and
    Klose 1957).
    """
    undefined = unrankable(positive, scores)
    if undefined:
        return undefined
    above, below = _placements(positive, scores)
    smaller = min(len(above), len(below))
    value = float(above.sum()) / (len(above) * len(below))
    flat = bool(np.ptp(above) == 0 and np.ptp(below) == 0)
    if smaller < FEW or flat or not 0 < value < 1:
        limits = wilson_limits(value * smaller, smaller, level)
        return estimate(value, limits, n=len(scores), method="birnbaum-klose-wilson", level=level)
    variance = _mean_variance(above / len(below)) + _mean_variance(below / len(above))
    limits = _logit_limits(value, math.sqrt(variance) / (value * (1 - value)), level)
    return estimate(value, limits, n=len(scores), method="delong-logit", level=level)


def average_precision(positive: Positive, scores: Scores, *, level: float = 0.95) -> Measure:
    """The precision averaged over the recall that each distinct score adds (no interpolation).

    The interval is the logit interval of Boyd, Eng and Page (2013), whose effective size is the number of positives;
    it is Wilson's with that size if the average is 1.
    """
    undefined = unrankable(positive, scores)
    if undefined:
        return undefined
    true, selected = _cumulative(positive, scores)
    positives = int(true[-1])
    gained = np.diff(true, prepend=0) / positives
    value = math.fsum((gained * (true / selected)).tolist())
    if ((true == positives) & (selected == positives)).any():
        return estimate(1.0, wilson_limits(positives, positives, level), n=len(scores), method=WILSON, level=level)
    limits = _logit_limits(value, 1 / math.sqrt(positives * value * (1 - value)), level)
    return estimate(value, limits, n=len(scores), method="logit", level=level)


def roc_curve(positive: Positive, scores: Scores, *, points: int = 100) -> Curve | Undefined:
    """The true positive rate against the false positive rate, with at most about `points` points and both ends."""
    undefined = unrankable(positive, scores)
    if undefined:
        return undefined
    true, selected = _cumulative(positive, scores)
    true, false = np.concatenate([[0], true]), np.concatenate([[0], selected - true])
    corner = np.ones(len(true), dtype=bool)
    corner[1:-1] = np.diff(true)[1:] * np.diff(false)[:-1] != np.diff(true)[:-1] * np.diff(false)[1:]
    kept = np.flatnonzero(corner)
    if len(kept) > points:
        kept = kept[np.unique(np.linspace(0, len(kept) - 1, points).round().astype(np.intp))]
    rates = zip((false[kept] / false[-1]).tolist(), (true[kept] / true[-1]).tolist(), strict=True)
    return Curve(
        title="ROC curve",
        x_label="false positive rate",
        y_label="true positive rate",
        points=tuple(Point(x=x, y=y) for x, y in rates),
        diagonal=True,
    )


def _placements(positive: Positive, scores: Scores) -> tuple[Scores, Scores]:
    """For each positive, how many negatives it scores above; for each negative, how many positives score above it."""
    high, low = scores[positive], scores[~positive]
    everything = midranks(np.concatenate([high, low]))
    above = everything[: len(high)] - midranks(high)
    below = len(high) - (everything[len(high) :] - midranks(low))
    return above, below


def midranks(values: Scores) -> Scores:
    """Places from 1, those of equal values being their mean."""
    _, place, times = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(times)
    return np.asarray((last - (times - 1) / 2)[place], dtype=np.float64)


def _mean_variance(values: Scores) -> float:
    """The variance of the mean of independent values."""
    n = len(values)
    mean = math.fsum(values.tolist()) / n
    return math.fsum(((values - mean) ** 2).tolist()) / (n - 1) / n


def _cumulative(positive: Positive, scores: Scores) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Positives and rows at or above each distinct score, from the highest score down."""
    order = np.argsort(-scores, kind="stable")
    falling = scores[order]
    last = np.flatnonzero(np.concatenate([falling[1:] != falling[:-1], [True]]))
    true = np.cumsum(positive[order].astype(np.int64))[last]
    return true, (last + 1).astype(np.int64)


def _logit_limits(value: float, error: float, level: float) -> Limits:
    centre, reach = math.log(value / (1 - value)), normal_quantile(level) * error
    return _expit(centre - reach), _expit(centre + reach)


def _expit(number: float) -> float:
    return 1 / (1 + math.exp(-number)) if number >= 0 else math.exp(number) / (1 + math.exp(number))
