"""The metrics of each task where rows come in clusters, by the names they have for independent rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from assay.facts.values import Measure
from assay.stats import clustered_means, clustered_ranking, clustered_shares, confusion, multiclass
from assay.stats.clusters import Clusters, Mask
from assay.stats.measured_rows import ScoredRows, Setting

Metric = Callable[[ScoredRows, Setting, Clusters], Measure]


def _predicted(rows: ScoredRows, setting: Setting) -> Mask:
    return np.asarray(rows.scores >= setting.threshold)


def _share(rows: ScoredRows, setting: Setting, clusters: Clusters, *, of: str) -> Measure:
    """A share of rows, as `confusion` counts it, which refuses rows of one class."""
    positive, predicted = rows.truth, _predicted(rows, setting)
    every = np.ones(len(positive), dtype=np.bool_)
    success, among = {
        "accuracy": (positive == predicted, every),
        "precision": (positive, predicted),
        "recall": (predicted, positive),
        "specificity": (~predicted, ~positive),
    }[of]
    undefined = confusion.why_unmeasurable(confusion.count(positive, predicted))
    return undefined or clustered_shares.clustered_proportion(
        success, among, clusters, level=setting.level, smallest=setting.smallest
    )


def _balanced(rows: ScoredRows, setting: Setting, clusters: Clusters) -> Measure:
    positive, predicted = rows.truth, _predicted(rows, setting)
    return clustered_shares.clustered_mean_of_shares(
        positive == predicted, (positive, ~positive), clusters, level=setting.level, smallest=setting.smallest
    )


def _classes(rows: ScoredRows) -> tuple[np.ndarray, np.ndarray, int]:
    return rows.truth, rows.scores.argmax(axis=1).astype(np.int64), rows.scores.shape[1]


def _several_accuracy(rows: ScoredRows, setting: Setting, clusters: Clusters) -> Measure:
    truth, predicted, classes = _classes(rows)
    undefined = multiclass.one_class(multiclass.count(truth, predicted, classes))
    every = np.ones(len(truth), dtype=np.bool_)
    return undefined or clustered_shares.clustered_proportion(truth == predicted, every, clusters, level=setting.level)


def _several_balanced(rows: ScoredRows, setting: Setting, clusters: Clusters) -> Measure:
    truth, predicted, classes = _classes(rows)
    matrix = multiclass.count(truth, predicted, classes)
    undefined = multiclass.one_class(matrix) or multiclass.rare_class(matrix, setting.smallest)
    parts = [truth == each for each in range(classes)]
    return undefined or clustered_shares.clustered_mean_of_shares(
        truth == predicted, parts, clusters, level=setting.level
    )


def _macro_f1(rows: ScoredRows, setting: Setting, clusters: Clusters) -> Measure:
    parts = _classes(rows)
    found = multiclass.macro_f1(
        multiclass.count(*parts), level=setting.level, seed=setting.seed, smallest=setting.smallest
    )
    return clustered_shares.clustered_matrix(
        multiclass.macro_f1_of, found, parts, clusters, level=setting.level, seed=setting.seed
    )


def _kappa(rows: ScoredRows, setting: Setting, clusters: Clusters) -> Measure:
    parts = _classes(rows)
    found = multiclass.cohen_kappa(multiclass.count(*parts), level=setting.level, seed=setting.seed)
    return clustered_shares.clustered_matrix(
        multiclass.kappa_of, found, parts, clusters, level=setting.level, seed=setting.seed
    )


CLUSTERED: Mapping[str, Mapping[str, Metric]] = {
    "binary-classification": {
        "roc_auc": lambda r, s, c: clustered_ranking.clustered_roc_auc(r.truth, r.scores, c, level=s.level),
        "average_precision": lambda r, s, c: clustered_ranking.clustered_average_precision(
            r.truth, r.scores, c, level=s.level
        ),
        "log_loss": lambda r, s, c: clustered_means.clustered_log_loss(r.truth, r.scores, c, level=s.level),
        "brier_score": lambda r, s, c: clustered_means.clustered_brier(r.truth, r.scores, c, level=s.level),
        "expected_calibration_error": lambda r, s, c: clustered_shares.clustered_calibration(
            r.truth, r.scores, c, level=s.level, seed=s.seed
        ),
        "accuracy": lambda r, s, c: _share(r, s, c, of="accuracy"),
        "balanced_accuracy": _balanced,
        "precision": lambda r, s, c: _share(r, s, c, of="precision"),
        "recall": lambda r, s, c: _share(r, s, c, of="recall"),
        "specificity": lambda r, s, c: _share(r, s, c, of="specificity"),
        "f1": lambda r, s, c: clustered_shares.clustered_f1(
            r.truth, _predicted(r, s), c, level=s.level, smallest=s.smallest
        ),
        "matthews_correlation": lambda r, s, c: clustered_shares.clustered_matthews(
            r.truth, _predicted(r, s), c, level=s.level, seed=s.seed
        ),
    },
    "multiclass-classification": {
        "accuracy": _several_accuracy,
        "balanced_accuracy": _several_balanced,
        "macro_f1": _macro_f1,
        "cohen_kappa": _kappa,
        "log_loss": lambda r, s, c: clustered_means.clustered_multiclass_loss(r.truth, r.scores, c, level=s.level),
    },
    "regression": {
        "mean_absolute_error": lambda r, s, c: clustered_means.clustered_absolute_error(
            r.truth, r.scores, c, level=s.level
        ),
        "root_mean_squared_error": lambda r, s, c: clustered_means.clustered_squared_error(
            r.truth, r.scores, c, level=s.level
        ),
        "median_absolute_error": lambda r, s, c: clustered_means.clustered_median_error(
            r.truth, r.scores, c, level=s.level
        ),
        "mean_error": lambda r, s, c: clustered_means.clustered_mean_error(r.truth, r.scores, c, level=s.level),
        "r2": lambda r, s, c: clustered_means.clustered_r2(r.truth, r.scores, c, level=s.level),
    },
}
