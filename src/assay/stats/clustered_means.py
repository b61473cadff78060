"""Mean errors and losses where rows come in clusters: sums over clusters take the place of rows."""

from __future__ import annotations

import math

import numpy as np

from assay.facts.values import Estimate, Measure, Undefined
from assay.stats import losses, residuals
from assay.stats.clusters import (
    FEWEST,
    FEWEST_OF_SQUARES,
    Clusters,
    Mask,
    Numbers,
    design_effect,
    of_clusters,
    thinning,
)
from assay.stats.intervals import Limits, finite_estimate
from assay.stats.means import total
from assay.stats.skewed_means import highest_ratio, mean_limits
from assay.stats.unseen_rows import added_rows, unseen_share


def clustered_mean_error(truth: Numbers, predicted: Numbers, clusters: Clusters, *, level: float = 0.95) -> Measure:
    """The mean of prediction minus truth; the cluster with the largest or smallest sum is added on either side."""
    found = residuals.mean_error(truth, predicted, level=level)
    few = clusters.why_too_few()
    if isinstance(found, Undefined) or few is not None:
        return few or found
    away = (predicted - truth) - found.value
    by_cluster = found.value + clusters.sums(away) * clusters.count / clusters.rows
    low, high = mean_limits(by_cluster, found.value, level=level)
    reach = student_reach(away, clusters, level)
    return _with_limits(found, (min(low, found.value - reach), max(high, found.value + reach)), away, clusters)


def clustered_absolute_error(truth: Numbers, predicted: Numbers, clusters: Clusters, *, level: float = 0.95) -> Measure:
    """The mean distance of the prediction from the truth."""
    found = residuals.mean_absolute_error(truth, predicted, level=level)
    return _of_sizes(found, np.abs(predicted - truth), clusters, level, FEWEST)


def clustered_squared_error(truth: Numbers, predicted: Numbers, clusters: Clusters, *, level: float = 0.95) -> Measure:
    """The root of the mean squared distance; undefined if one cluster has more than a fifth of the squares."""
    found = residuals.root_mean_squared_error(truth, predicted, level=level)
    squares = (predicted - truth) ** 2
    if isinstance(found, Undefined):
        return found
    mean_square = total(squares) / len(squares)
    mean = found.revised(value=mean_square, low=mean_square, high=mean_square)
    measured = _of_sizes(mean, squares, clusters, level, FEWEST_OF_SQUARES)
    if isinstance(measured, Undefined):
        return measured
    limits = math.sqrt(measured.low), math.sqrt(measured.high)
    rooted = {"value": found.value, "low": min(limits[0], found.value), "high": max(limits[1], found.value)}
    return _dominated(squares, clusters) or measured.revised(**rooted)


def clustered_median_error(truth: Numbers, predicted: Numbers, clusters: Clusters, *, level: float = 0.95) -> Measure:
    """The median distance, between order statistics chosen as for as many rows as these are worth (Woodruff 1952)."""
    from scipy.special import bdtr

    found = residuals.median_absolute_error(truth, predicted, level=level)
    few = clusters.why_too_few()
    if isinstance(found, Undefined) or few is not None:
        return few or found
    errors = np.abs(predicted - truth)
    halves = (errors <= found.value).astype(np.float64) - 0.5
    thin = thinning(halves, clusters)
    n, worth = len(errors), math.floor(len(errors) / thin.factor)
    tail = (1 - thin.level(level)) / 2
    below = int(np.searchsorted(bdtr(np.arange(worth // 2 + 1), worth, 0.5), tail, side="right"))
    if below == 0:
        return Undefined(reason="too_few_clusters", n=clusters.count, needed=FEWEST)
    ordered, place = np.sort(errors), max(1, math.floor(below * n / worth))
    limits = float(ordered[place - 1]), float(ordered[n - place])
    measured = finite_estimate(found.value, limits, n=n, method=found.method, level=level)
    return of_clusters(measured, clusters, thin.factor)


def clustered_r2(truth: Numbers, predicted: Numbers, clusters: Clusters, *, level: float = 0.95) -> Measure:
    """The share of the truth's variance that is predicted, by the clusters' sums of squares."""
    found = residuals.r2(truth, predicted, level=level)
    few = clusters.why_too_few(FEWEST_OF_SQUARES)
    if isinstance(found, Undefined) or few is not None:
        return few or found
    squares, away = (predicted - truth) ** 2, (truth - total(truth) / len(truth)) ** 2
    variance, lost = total(away) / len(away), 1 - found.value
    influence = (away * lost - squares) / variance
    low = 1 - highest_ratio(clusters.sums(squares), clusters.sums(away), level=level)
    limits = low, min(1.0, found.value + student_reach(influence, clusters, level))
    return _dominated(squares, clusters) or _with_limits(found, limits, influence, clusters)


def clustered_log_loss(positive: Mask, scores: Numbers, clusters: Clusters, *, level: float = 0.95) -> Measure:
    """The mean of -log p of the true class."""
    found = losses.log_loss(positive, scores, level=level)
    given = np.where(positive, scores, 1 - scores)
    return _of_losses(found, losses.surprise_of(given), losses.surprise_of(1 - given), clusters, level)


def clustered_multiclass_loss(truth: Numbers, scores: Numbers, clusters: Clusters, *, level: float = 0.95) -> Measure:
    """The same for several classes."""
    found = losses.multiclass_log_loss(truth.astype(np.int64), scores, level=level)
    surprise = losses.surprise_of(scores)
    given = surprise[np.arange(len(truth)), truth.astype(np.int64)]
    otherwise = (surprise.sum(axis=1) - given) / max(1, scores.shape[1] - 1)
    return _of_losses(found, given, otherwise, clusters, level)


def clustered_brier(positive: Mask, scores: Numbers, clusters: Clusters, *, level: float = 0.95) -> Measure:
    """The mean squared distance of the score from the outcome."""
    found = losses.brier_score(positive, scores, level=level)
    lost = (scores - positive) ** 2
    measured = _of_losses(found, lost, (1 - np.sqrt(lost)) ** 2, clusters, level)
    if isinstance(measured, Undefined):
        return measured
    return measured.revised(high=max(measured.value, min(1.0, measured.high)))


def student_reach(influence: Numbers, clusters: Clusters, level: float) -> float:
    """How far Student's interval of a mean reaches, from its rows' influences, by clusters."""
    from scipy.special import stdtrit

    squares = total(clusters.sums(influence) ** 2)
    deviation = math.sqrt(squares * clusters.count / (clusters.count - 1)) / clusters.rows
    return -float(stdtrit(max(1.0, clusters.effective - 1), (1 - level) / 2)) * deviation


def _of_sizes(found: Measure, sizes: Numbers, clusters: Clusters, level: float, fewest: int) -> Measure:
    """The mean of numbers ≥ 0: Student's lower limit, and Hall's upper one with an unseen cluster like the worst."""
    few = clusters.why_too_few(fewest)
    if isinstance(found, Undefined) or few is not None:
        return few or found
    away = sizes - found.value
    high = highest_ratio(clusters.sums(sizes), clusters.sizes.astype(np.float64), level=level)
    low = max(0.0, found.value - student_reach(away, clusters, level))
    return _with_limits(found, (low, high), away, clusters)


def _of_losses(found: Measure, lost: Numbers, otherwise: Numbers, clusters: Clusters, level: float) -> Measure:
    """The mean of losses; z²/2 clusters are added to the upper limit, all rows of which had the other outcome."""
    from scipy.special import stdtrit

    few = clusters.why_too_few()
    if isinstance(found, Undefined) or few is not None:
        return few or found
    added, count, size = added_rows(level), clusters.count, clusters.rows / clusters.count
    sizes, sums, others = clusters.sizes.astype(np.float64), clusters.sums(lost), clusters.sums(otherwise)
    number = count + added
    centre = (total(sums) + added * total(others) / count) / (number * size)
    squares = total((sums - centre * sizes) ** 2) + added * total((others - centre * sizes) ** 2) / count
    quantile = -float(stdtrit(max(1.0, clusters.effective - 1), (1 - level) / 2))
    high = centre + quantile * math.sqrt(squares / (number - 1) / number) / size
    away = lost - found.value
    low = max(0.0, found.value - student_reach(away, clusters, level))
    return _with_limits(found, (low, high), away, clusters)


def _with_limits(found: Estimate, limits: Limits, influence: Numbers, clusters: Clusters) -> Measure:
    """The value with other limits; what so many clusters have not shown is rarer than what as many rows have not."""
    unseen = unseen_share(clusters.count, found.level)
    method = found.method.replace("unseen-rows", "unseen-clusters")
    measured = finite_estimate(found.value, limits, n=found.n, method=method, level=found.level, unseen=unseen)
    factor = max(1.0, design_effect(influence, clusters))
    return of_clusters(measured, clusters, factor)


def _dominated(squares: Numbers, clusters: Clusters) -> Undefined | None:
    """Why squared errors have no mean worth the name: most of it is one cluster's."""
    most = float(clusters.sums(squares).max())
    over = most > residuals.DOMINANT * total(squares)
    return Undefined(reason="tail_dominates", n=len(squares)) if over else None
