"""Mean losses of probabilities, with limits that allow for rows which the sample has not shown."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from assay.facts.values import Measure, Undefined
from assay.stats.calibration import why_not_probabilities
from assay.stats.intervals import estimate, finite_estimate
from assay.stats.means import Numbers, highest_mean, mean
from assay.stats.proportions import wilson_limits
from assay.stats.unseen_rows import unseen_share

EPSILON = float(np.finfo(np.float64).eps)
"""Probabilities are kept this far from 0 and 1 in the log loss, as scikit-learn does."""
SUM_TOLERANCE = 1e-6
OTHER_OUTCOME = "t-unseen-rows"


def log_loss(positive: NDArray[np.bool_], scores: Numbers, *, level: float = 0.95) -> Measure:
    """The mean of -log p of the true class, in nats."""
    undefined = why_not_probabilities(scores)
    if undefined:
        return undefined
    given = np.where(positive, scores, 1 - scores)
    return _mean_loss(surprise_of(given), surprise_of(1 - given), level)


def multiclass_log_loss(truth: NDArray[np.int64], scores: Numbers, *, level: float = 0.95) -> Measure:
    """The mean of -log p of the true class, from probabilities [rows × classes] that sum to 1.

    If another class had been the true one, each of the others is thought to be as likely.
    """
    undefined = why_not_probabilities(scores.reshape(-1))
    if undefined:
        return undefined if undefined.reason == "empty" else Undefined(reason=undefined.reason, n=len(scores))
    if np.abs(scores.sum(axis=1) - 1).max() > SUM_TOLERANCE:
        return Undefined(reason="not_probabilities", n=len(scores))
    surprise = surprise_of(scores)
    given = surprise[np.arange(len(truth)), truth]
    return _mean_loss(given, (surprise.sum(axis=1) - given) / max(1, scores.shape[1] - 1), level)


def brier_score(positive: NDArray[np.bool_], scores: Numbers, *, level: float = 0.95) -> Measure:
    """The mean squared distance of the score from the outcome; Wilson's lower limit if every row has the same loss."""
    undefined = why_not_probabilities(scores)
    if undefined:
        return undefined
    losses = (scores - positive) ** 2
    found = _mean_loss(losses, (1 - np.sqrt(losses)) ** 2, level)
    if isinstance(found, Undefined):
        return found
    low, high = found.low, min(1.0, found.high)
    if (losses == losses[0]).all():
        wilson = wilson_limits(float(losses[0]) * found.n, found.n, level)
        low, high = min(low, wilson[0]), max(high, wilson[1])
    return estimate(found.value, (low, high), n=found.n, method=found.method, level=level, unseen=found.unseen)


def _mean_loss(losses: Numbers, otherwise: Numbers, level: float) -> Measure:
    """The mean of losses ≥ 0, whose upper limit adds rows with the losses of the other outcome."""
    found = mean(losses, level=level)
    if isinstance(found, Undefined):
        return found
    limits, unseen = (max(0.0, found.low), highest_mean(losses, otherwise, level=level)), unseen_share(found.n, level)
    return finite_estimate(found.value, limits, n=found.n, method=OTHER_OUTCOME, level=level, unseen=unseen)


def surprise_of(chances: Numbers) -> Numbers:
    """-log of probabilities, none of which counts as 0 or 1."""
    return np.asarray(-np.log(np.clip(chances, EPSILON, 1 - EPSILON)), dtype=np.float64)
