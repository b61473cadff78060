"""Whether all columns together separate two samples: a classifier, judged on rows that it has not seen.

The joint distribution may shift although each column alone looks the same. The classifier is a linear discriminant on
ranks, their squares and the products of pairs, so that neither units nor outliers matter; it needs no library.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay.facts.values import Measure, Undefined
from assay.stats.clustered_ranking import clustered_roc_auc
from assay.stats.clusters import Clusters
from assay.stats.permuted_clusters import TwoSidedClusters
from assay.stats.ranking import midranks, roc_auc

FOLDS, DRAWS = 5, 199
FEWEST = 50
"""The fewest rows of either sample that are worth training a classifier."""
MOST_COLUMNS = 24
"""With more columns than this, products of pairs are drawn at random, as many as these columns have."""
RIDGE = 1e-2
BATCH, DIGITS = 64, 9
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Separation:
    """How well the classifier separates the samples: its ROC AUC with DeLong's interval, and a p-value.

    `p` comes from permuted labels, so it is exact for any classifier, and never below 1 / (draws + 1).
    """

    auc: Measure
    p: float | None


def separate(
    reference: NDArray[Any],
    current: NDArray[Any],
    *,
    seed: int,
    level: float = 0.95,
    draws: int = DRAWS,
    clusters: TwoSidedClusters | None = None,
) -> Separation:
    """The separation of two samples [rows × columns]; NaN is missing, categories are numbers such as their share.

    Rows of a cluster are never both learned from and judged, and change sides together.
    """
    n, m = len(reference), len(current)
    if min(n, m) < FEWEST:
        return Separation(Undefined(reason="too_few", n=n + m, needed=2 * FEWEST), None)
    random = np.random.Generator(np.random.PCG64(seed))
    features = _features(np.concatenate([reference, current]).astype(np.float64), random)
    labels = np.repeat([0.0, 1.0], [n, m])
    if clusters is None:
        fold = random.permutation(np.arange(n + m) % FOLDS)
        drawn = (random.permutation(labels) for _ in range(draws))
    else:
        places = np.concatenate([clusters.reference, clusters.current])
        fold = random.permutation(np.arange(clusters.count) % FOLDS)[places]
        drawn = (each.astype(np.float64) for each in clusters.labels(draws))
    scores = _unseen(features, labels[:, None], fold)[:, 0]
    auc = (
        roc_auc(labels > 0, scores, level=level)
        if clusters is None or Clusters(places).are_single
        else clustered_roc_auc(labels > 0, scores, Clusters(places), level=level)
    )
    observed = _area(scores, labels > 0)
    reached = 0
    for first in range(0, draws, BATCH):
        shuffled = np.column_stack([next(drawn) for _ in range(first, min(first + BATCH, draws))])
        guesses = _unseen(features, shuffled, fold)
        areas = [_area(guesses[:, each], shuffled[:, each] > 0) for each in range(shuffled.shape[1])]
        reached += sum(area >= observed for area in areas)
    return Separation(auc, (1 + reached) / (1 + draws))


def _features(rows: Numbers, random: np.random.Generator) -> Numbers:
    """Ranks between -1 and 1 (0 if missing), their squares, products of pairs, and which values are missing."""
    absent = np.isnan(rows)
    ranks = np.column_stack([_signed_ranks(rows[:, each]) for each in range(rows.shape[1])])
    one, other = np.triu_indices(ranks.shape[1], 1)
    most = MOST_COLUMNS * (MOST_COLUMNS - 1) // 2
    if len(one) > most:
        kept = random.choice(len(one), size=most, replace=False)
        one, other = one[kept], other[kept]
    told = absent[:, absent.any(axis=0) & ~absent.all(axis=0)].astype(np.float64)
    found = np.column_stack([ranks, ranks**2, ranks[:, one] * ranks[:, other], told])
    found -= found.mean(axis=0)
    spread = found.std(axis=0)
    return np.asarray(found[:, spread > 0] / spread[spread > 0])


def _signed_ranks(values: Numbers) -> Numbers:
    present = ~np.isnan(values)
    ranks = np.zeros(len(values))
    if present.any():
        ranks[present] = (2 * midranks(values[present]) - 1) / present.sum() - 1
    return ranks


def _unseen(features: Numbers, labels: Numbers, fold: NDArray[np.int64]) -> Numbers:
    """Scores [rows × draws] of each row by the discriminant of the other folds, for each draw of labels."""
    scores = np.zeros(labels.shape)
    whole, pulled = features.T @ features, features.T @ labels
    for each in range(FOLDS):
        held = fold == each
        inside, outcome = features[held], labels[held]
        trained = len(features) - len(inside)
        gram = whole - inside.T @ inside + RIDGE * trained * np.eye(features.shape[1])
        middle = (labels.sum(axis=0) - outcome.sum(axis=0)) / trained
        pull = pulled - inside.T @ outcome - (features.sum(axis=0) - inside.sum(axis=0))[:, None] * middle
        scores[held] = inside @ np.linalg.solve(gram, pull)
    # Equal rows stay equal however a processor adds up.
    return np.asarray(np.round(scores, DIGITS))


def _area(scores: Numbers, positive: NDArray[np.bool_]) -> float:
    high = int(positive.sum())
    low = len(positive) - high
    return float((midranks(scores)[positive].sum() - high * (high + 1) / 2) / (high * low))
