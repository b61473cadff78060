"""Metrics that are shares of rows, or made of counts of rows, where rows come in clusters: fewer rows count."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay.facts.values import Measure, Undefined
from assay.stats import calibration, confusion, multiclass
from assay.stats.clusters import (
    Clusters,
    Mask,
    Numbers,
    Thinning,
    design_effect,
    fewest_clusters,
    of_clusters,
    thinning,
    with_all,
)
from assay.stats.intervals import estimate, normal_quantile
from assay.stats.proportions import WILSON, proportion, wilson_limits
from assay.stats.skewed_means import highest_ratio

ALIKE = 1.0
"""Mistakes that are rare and alike move a correlation most, so its rows are worth no more than their clusters."""
STEP = 1e-6
"""The share of all rows by which a count is moved to see how a metric follows."""


def clustered_proportion(
    success: Mask, among: Mask, clusters: Clusters, *, level: float = 0.95, smallest: int = 1
) -> Measure:
    """The share of the rows `among` that are a `success`: Wilson's interval for as many rows as these are worth."""
    counted, n, inside = int((success & among).sum()), int(among.sum()), clusters.among(among)
    if n < max(1, smallest) or inside.are_single:
        return proportion(counted, n, level=level, smallest=smallest)
    few = inside.why_too_few()
    if few is not None:
        return few
    found = thinned_share(success[among], inside)
    limits = wilson_limits(counted / found.factor, n / found.factor, found.level(level))
    measured = estimate(counted / n, limits, n=n, method=WILSON, level=level)
    return of_clusters(measured, inside, found.factor)


def thinned_share(success: Mask, clusters: Clusters) -> Thinning:
    """How many rows of a share count as one: at least as many as rows would that are as alike as the rarer ones are.

    If few clusters have the rarer rows, these happen to be small too often, and so does the variance that they show.
    """
    found = thinning(success.astype(np.float64) - float(success.mean()), clusters)
    rarer = (success if 2 * int(success.sum()) <= len(success) else ~success).astype(np.float64)
    mine, sizes, share = clusters.sums(rarer), clusters.sizes, float(rarer.mean())
    beside = float((mine * (sizes - 1)).sum())
    if not beside:
        return found
    # The share of rarer rows among the other rows of their clusters, and the correlation that it means.
    alike = max(0.0, (float((mine * (mine - 1)).sum()) / beside - share) / (1 - share))
    factor = 1 + alike * (clusters.rows / clusters.effective - 1)
    return Thinning(max(found.factor, factor), found.clusters)


def clustered_f1(
    positive: Mask, predicted: Mask, clusters: Clusters, *, level: float = 0.95, smallest: int = 1
) -> Measure:
    """F1, whose limits are those of the share of true positives among all rows that either side calls positive."""
    touched = positive | predicted
    found = confusion.f1(confusion.count(positive, predicted), level=level, smallest=smallest)
    inside = clusters.among(touched)
    if isinstance(found, Undefined) or inside.are_single:
        return found
    few = inside.why_too_few()
    if few is not None:
        return few
    both = (positive & predicted)[touched]
    thin = thinned_share(both, inside)
    limits = wilson_limits(both.sum() / thin.factor, len(both) / thin.factor, thin.level(level))
    low, high = (2 * share / (1 + share) for share in limits)
    # An unseen cluster that is all wrong touches more rows than one that is right.
    wrong, right = (positive != predicted).astype(np.float64), (positive & predicted).astype(np.float64)
    if wrong.any():
        lost = highest_ratio(clusters.sums(wrong), clusters.sums(wrong + 2 * right), level=level)
    else:
        unseen = normal_quantile(thin.level(level)) ** 2 * clusters.rows / clusters.effective
        lost = unseen / (unseen + 2 * float(right.sum()))
    low = min(low, max(0.0, 1 - lost))
    measured = estimate(found.value, (low, high), n=found.n, method=found.method, level=level)
    return of_clusters(measured, clusters, thin.factor)


def clustered_mean_of_shares(
    success: Mask, parts: Sequence[Mask], clusters: Clusters, *, level: float = 0.95, smallest: int = 1
) -> Measure:
    """The plain mean of the shares of successes in several parts of the rows, such as the recalls of classes."""
    sizes, counted = [int(part.sum()) for part in parts], [int((success & part).sum()) for part in parts]
    found = confusion.mean_of_proportions(tuple(zip(counted, sizes, strict=True)), level=level, smallest=smallest)
    if isinstance(found, Undefined):
        return found
    few = fewest_clusters(clusters, parts)
    if few is not None:
        return few
    influence = np.zeros(clusters.rows)
    for part, rows, right in zip(parts, sizes, counted, strict=True):
        influence[part] = (success[part] - right / rows) / rows
    thin = thinning(influence, clusters, with_all(parts, clusters))
    shares = [(right / thin.factor, rows / thin.factor) for right, rows in zip(counted, sizes, strict=True)]
    _, limits = confusion.mean_of_shares(shares, thin.level(level))
    measured = estimate(found.value, limits, n=found.n, method=found.method, level=level)
    return of_clusters(measured, clusters, thin.factor)


def clustered_matthews(
    positive: Mask, predicted: Mask, clusters: Clusters, *, level: float = 0.95, seed: int = 0
) -> Measure:
    """Matthews' correlation; the bootstrap draws as many rows as these are worth."""
    counts = confusion.count(positive, predicted)
    found = confusion.matthews_correlation(counts, level=level, seed=seed)
    few = fewest_clusters(clusters, (positive, ~positive))
    if isinstance(found, Undefined) or few is not None:
        return few or found
    cells = np.array([counts.tp, counts.fp, counts.tn, counts.fn], dtype=np.float64)
    place = np.select([positive & predicted, ~positive & predicted, ~positive], [0, 1, 2], 3)
    parts = with_all((positive, ~positive), clusters)
    thin = thinning(_influence(confusion.matthews, cells)[place], clusters, parts, ALIKE)
    draws = confusion.draw_cells(cells / thin.factor, level=thin.level(level), seed=seed)
    least = confusion.least_matthews(cells / thin.factor, level=thin.level(level))
    return _drawn(found.value, confusion.matthews(draws), clusters, (thin, least), level)


def clustered_matrix(
    metric: multiclass.Metric,
    found: Measure,
    rows: tuple[NDArray[np.int64], NDArray[np.int64], int],
    clusters: Clusters,
    *,
    level: float = 0.95,
    seed: int = 0,
) -> Measure:
    """A metric of a confusion matrix; `rows` are true and predicted classes and their number, `found` is by rows."""
    truth, predicted, classes = rows
    parts = [truth == each for each in np.unique(truth).tolist()]
    few = fewest_clusters(clusters, parts)
    if isinstance(found, Undefined) or few is not None:
        return few or found
    matrix = multiclass.count(truth, predicted, classes)

    def value(cells: NDArray[Any]) -> Numbers:
        return metric(*multiclass.margins(matrix, cells))

    keys = matrix.truth * classes + matrix.predicted
    place = np.searchsorted(keys, truth * classes + predicted)
    influence = _influence(value, matrix.cells.astype(np.float64))[place]
    thin = thinning(influence, clusters, with_all(parts, clusters))
    draws = confusion.draw_cells(matrix.cells / thin.factor, level=thin.level(level), seed=seed)
    block = max(1, multiclass.BLOCK // len(matrix.cells))
    drawn = np.concatenate([value(draws[at : at + block]) for at in range(0, len(draws), block)])
    least = multiclass.least_of(metric, matrix, thin.factor, level=thin.level(level))
    return _drawn(found.value, drawn, clusters, (thin, least), level)


def clustered_calibration(
    positive: Mask, scores: Numbers, clusters: Clusters, *, level: float = 0.95, seed: int = 0
) -> Measure:
    """The expected calibration error; as many rows as these are worth are drawn, bin by bin and over all bins."""
    found = calibration.expected_calibration_error(positive, scores, level=level, seed=seed)
    few = clusters.why_too_few()
    if isinstance(found, Undefined) or few is not None:
        return few or found
    place = np.minimum((scores * calibration.BINS).astype(np.int64), calibration.BINS - 1)
    away = positive - scores
    bins = Clusters(place)
    means = (bins.sums(away) / bins.sizes)[bins.places]
    thin = thinning(np.sign(means) * (away - means), clusters)
    within = Clusters(clusters.places * calibration.BINS + place)
    factor = max(thin.factor, design_effect(away - means, within))
    measured = calibration.expected_calibration_error(
        positive, scores, level=thin.level(level), seed=seed, thinned=factor
    )
    if isinstance(measured, Undefined):
        return measured
    return of_clusters(measured.revised(level=level), clusters, factor)


def _influence(metric: Callable[[NDArray[Any]], Numbers], cells: Numbers) -> Numbers:
    """How far one more row in each cell moves a metric of counts."""
    step = STEP * float(cells.sum())
    moved = metric(cells[None, :] + step * np.eye(len(cells)))
    return np.asarray((moved - metric(cells[None, :])) / step, dtype=np.float64)


def _drawn(value: float, draws: Numbers, clusters: Clusters, known: tuple[Thinning, float], level: float) -> Measure:
    thin, least = known
    found = confusion.bootstrapped(value, draws, n=clusters.rows, level=thin.level(level), least=least)
    if isinstance(found, Undefined):
        return found
    return of_clusters(found.revised(level=level), clusters, thin.factor)
