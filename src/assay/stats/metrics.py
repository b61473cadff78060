"""The metrics of each task by name, computed from rows of truth and scores."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

import numpy as np

from assay.facts.check_parts import Direction
from assay.facts.values import FEW, Estimate, Measure, Undefined
from assay.stats import calibration, confusion, losses, multiclass, ranking, residuals
from assay.stats.clustered_metrics import CLUSTERED
from assay.stats.intervals import bonferroni, estimate
from assay.stats.measured_rows import ScoredRows, Setting

Metric = Callable[[ScoredRows, Setting], Measure]


def _binary_counts(rows: ScoredRows, setting: Setting) -> confusion.Confusion:
    return confusion.count(rows.truth, rows.scores >= setting.threshold)


def _matrix(rows: ScoredRows) -> multiclass.Matrix:
    return multiclass.count(rows.truth, rows.scores.argmax(axis=1).astype(np.int64), rows.scores.shape[1])


METRICS: Mapping[str, Mapping[str, Metric]] = {
    "binary-classification": {
        "roc_auc": lambda r, s: ranking.roc_auc(r.truth, r.scores, level=s.level, ranked=r.ranked),
        "average_precision": lambda r, s: ranking.average_precision(r.truth, r.scores, level=s.level, ranked=r.ranked),
        "log_loss": lambda r, s: losses.log_loss(r.truth, r.scores, level=s.level),
        "brier_score": lambda r, s: losses.brier_score(r.truth, r.scores, level=s.level),
        "expected_calibration_error": lambda r, s: calibration.expected_calibration_error(
            r.truth, r.scores, level=s.level, seed=s.seed
        ),
        "accuracy": lambda r, s: confusion.accuracy(_binary_counts(r, s), level=s.level, smallest=s.smallest),
        "balanced_accuracy": lambda r, s: confusion.balanced_accuracy(
            _binary_counts(r, s), level=s.level, smallest=s.smallest
        ),
        "precision": lambda r, s: confusion.precision(_binary_counts(r, s), level=s.level, smallest=s.smallest),
        "recall": lambda r, s: confusion.recall(_binary_counts(r, s), level=s.level, smallest=s.smallest),
        "specificity": lambda r, s: confusion.specificity(_binary_counts(r, s), level=s.level, smallest=s.smallest),
        "f1": lambda r, s: confusion.f1(_binary_counts(r, s), level=s.level, smallest=s.smallest),
        "matthews_correlation": lambda r, s: confusion.matthews_correlation(
            _binary_counts(r, s), level=s.level, seed=s.seed
        ),
    },
    "multiclass-classification": {
        "accuracy": lambda r, s: multiclass.accuracy(_matrix(r), level=s.level),
        "balanced_accuracy": lambda r, s: multiclass.balanced_accuracy(_matrix(r), level=s.level, smallest=s.smallest),
        "macro_f1": lambda r, s: multiclass.macro_f1(_matrix(r), level=s.level, seed=s.seed, smallest=s.smallest),
        "cohen_kappa": lambda r, s: multiclass.cohen_kappa(_matrix(r), level=s.level, seed=s.seed),
        "log_loss": lambda r, s: losses.multiclass_log_loss(r.truth, r.scores, level=s.level),
    },
    "regression": {
        "mean_absolute_error": lambda r, s: residuals.mean_absolute_error(r.truth, r.scores, level=s.level),
        "root_mean_squared_error": lambda r, s: residuals.root_mean_squared_error(r.truth, r.scores, level=s.level),
        "median_absolute_error": lambda r, s: residuals.median_absolute_error(r.truth, r.scores, level=s.level),
        "mean_error": lambda r, s: residuals.mean_error(r.truth, r.scores, level=s.level),
        "r2": lambda r, s: residuals.r2(r.truth, r.scores, level=s.level),
    },
}


RANKING = frozenset({"roc_auc", "average_precision"})
"""The metrics of two classes that need only the order of the scores; all others need probabilities."""


def measure(name: str, rows: ScoredRows, setting: Setting) -> Measure:
    """One metric of some rows; undefined for too few rows, one class, or scores that are not finite."""
    undefined = unmeasurable(rows, setting)
    if undefined is None and setting.task == "binary-classification" and name not in RANKING:
        # A threshold of a probability says nothing about scores from 0 to 100.
        undefined = calibration.why_not_probabilities(rows.scores)
    if undefined is not None or rows.clusters is None or rows.clusters.are_single:
        return undefined or METRICS[setting.task][name](rows, setting)
    return CLUSTERED[setting.task][name](rows, setting, rows.clusters)


def unmeasurable(rows: ScoredRows, setting: Setting) -> Undefined | None:
    """Why these rows have no metrics, or None."""
    n = len(rows.truth)
    if n == 0:
        return Undefined(reason="empty")
    if not np.isfinite(rows.scores).all():
        return Undefined(reason="not_finite", n=n)
    if n < setting.smallest:
        return Undefined(reason="too_few", n=n, needed=setting.smallest)
    if setting.task != "regression" and (rows.truth == rows.truth[0]).all():
        return Undefined(reason="one_class", n=n)
    return None


def worst(bar: tuple[str, Direction], parts: Iterable[ScoredRows], setting: Setting) -> Measure:
    """The worst value of a metric over groups of rows.

    Worst is the lowest if the bar is a lower bound, else the highest. The worst group clears the bar if every group
    does, so on that side each interval needs the level alone (intersection-union, Berger 1982); the other limit holds
    for all groups at once. If the metric of one group is undefined, so is the worst one; too few rows is the reason
    or too few clusters are the reason only if no group has a graver one.
    """
    (name, direction), groups = bar, list(parts)
    found = [measure(name, rows, setting) for rows in groups]
    undefined = [one for one in found if isinstance(one, Undefined)]
    if undefined:
        return min(undefined, key=lambda one: (one.reason in FEW, one.reason, one.n))
    alone = [one for one in found if isinstance(one, Estimate)]
    if not alone:
        return Undefined(reason="empty")
    each = replace(setting, level=bonferroni(setting.level, len(groups)))
    together = [one for one in (measure(name, rows, each) for rows in groups) if isinstance(one, Estimate)]
    choose, lows, highs = (min, alone, together) if direction == "at_least" else (max, together, alone)
    if len(together) < len(groups):
        return Undefined(reason="too_few", n=min(one.n for one in alone))
    value = choose(one.value for one in alone)
    limits = choose(one.low for one in lows), choose(one.high for one in highs)
    unseen = max((one.unseen for one in alone if one.unseen is not None), default=None)
    n, method = min(one.n for one in alone), f"{alone[0].method}-of-each"
    measured = estimate(value, limits, n=n, method=method, level=setting.level, unseen=unseen)
    return measured.revised(**_fewest(alone))


def _fewest(found: Iterable[Estimate]) -> dict[str, float | int]:
    """The fewest clusters of any group, and the rows that these are worth, where rows come in clusters."""
    known = [each for each in found if each.clusters is not None and each.effective is not None]
    fewest = min(known, key=lambda each: each.effective or 0.0, default=None)
    return {} if fewest is None else {"clusters": fewest.clusters or 0, "effective": fewest.effective or 0.0}
