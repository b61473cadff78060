"""ROC AUC and average precision where rows come in clusters."""

from __future__ import annotations

import numpy as np

from assay.facts.values import Measure, Undefined
from assay.stats import ranking
from assay.stats.clusters import Clusters, Mask, Numbers, design_effect, fewest_clusters, of_clusters, thinning
from assay.stats.intervals import estimate


def clustered_roc_auc(positive: Mask, scores: Numbers, clusters: Clusters, *, level: float = 0.95) -> Measure:
    """The area; its placements are summed by cluster (Obuchowski 1997) to see how many rows those of a class are worth.

    As for rows, one positive and one negative with random scores are added.
    """
    found = ranking.roc_auc(positive, scores, level=level)
    few = fewest_clusters(clusters, (positive, ~positive))
    if isinstance(found, Undefined) or few is not None:
        return few or found
    high, low = int(positive.sum()), int((~positive).sum())
    above, below = ranking.placements(positive, scores)
    above, below = above / low, below / high
    influence = np.zeros(len(scores))
    influence[positive], influence[~positive] = (above - found.value) / high, (below - found.value) / low
    thin = thinning(influence, clusters, (positive, ~positive))
    effect = max(1.0, design_effect(influence, clusters))
    worth = (
        min(high / effect, _most(influence, positive, clusters)),
        min(low / effect, _most(influence, ~positive, clusters)),
    )
    limits = ranking.area_limits(above, below, level=thin.level(level), worth=worth)
    measured = estimate(found.value, limits, n=found.n, method=found.method, level=level)
    return of_clusters(measured, clusters, thin.factor)


def clustered_average_precision(positive: Mask, scores: Numbers, clusters: Clusters, *, level: float = 0.95) -> Measure:
    """The average precision; its trials are fewer where rows are alike, and half a cluster of negatives is added."""
    found = ranking.average_precision(positive, scores, level=level)
    few = fewest_clusters(clusters, (positive, ~positive))
    if isinstance(found, Undefined) or few is not None:
        return few or found
    ranked = ranking.RankedPrecision(ranking.RankedRows.of(positive, scores))
    place = np.unique(-scores, return_inverse=True)[1]
    of_positive, of_negative = ranked.influences()
    influence = np.where(positive, of_positive[place], -of_negative[place])
    thin = thinning(influence, clusters, (positive, ~positive))
    trials = float(ranked.positives)
    if ranked.is_perfect:
        trials = min(trials, clusters.among(positive).effective)
    else:
        trials = min(trials, ranked.value * (1 - ranked.value) / ranked.variance())
        effect = max(1.0, design_effect(influence, clusters))
        trials = min(trials / effect, _most(influence, positive, clusters))
    negatives = clusters.among(~positive)
    unseen = ranking.UNSEEN_NEGATIVE * negatives.rows / negatives.effective
    limits = ranked.limits(trials, thin.level(level), unseen)
    measured = estimate(ranked.value, limits, n=found.n, method=found.method, level=level)
    return of_clusters(measured, clusters, thin.factor)


def _most(influence: Numbers, part: Mask, clusters: Clusters) -> float:
    """The most independent rows that the rows of a part are worth: twice their clusters, or these if all are alike."""
    inside = clusters.among(part)
    return min(float(inside.rows), inside.effective * (2 if (influence[part] != 0).any() else 1))
