"""The metrics, pictures and group tables of a data set, even if its rows cannot be measured."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from assay.facts.check_parts import Direction
from assay.facts.values import Curve, GroupRow, GroupTable, Histogram, Measure, Undefined
from assay.stats.calibration import BINS, reliability_curve, score_histogram
from assay.stats.clustered_shares import clustered_proportion
from assay.stats.grouping import Groups
from assay.stats.measured_rows import ScoredRows, Setting
from assay.stats.metrics import measure, worst
from assay.stats.ranking import roc_curve


def measures(names: Iterable[str], rows: ScoredRows | Undefined, setting: Setting) -> dict[str, Measure]:
    """Metrics by name; if the rows are undefined, all metrics are, for the same reason."""
    if isinstance(rows, Undefined):
        return dict.fromkeys(names, rows)
    return {name: measure(name, rows, setting) for name in names}


def pictures(rows: ScoredRows | Undefined, setting: Setting) -> dict[str, Curve | Histogram | Undefined]:
    """The pictures of a task: ROC and reliability curve for two classes, a histogram of scores for any classes."""
    if setting.task == "binary-classification":
        if isinstance(rows, Undefined):
            return dict.fromkeys(("roc", "reliability", "scores"), rows)
        return {
            "roc": roc_curve(rows.truth, rows.scores, ranked=rows.ranked),
            "reliability": _reliability(rows, setting),
            "scores": score_histogram(rows.scores, label="probability of the positive class"),
        }
    if setting.task == "multiclass-classification":
        if isinstance(rows, Undefined):
            return {"scores": rows}
        return {"scores": score_histogram(rows.scores.max(axis=1), label="probability of the predicted class")}
    return {}


def _reliability(rows: ScoredRows, setting: Setting) -> Curve | Undefined:
    """The reliability curve; where rows come in clusters, so do those of each bin."""
    found, clusters = reliability_curve(rows.truth, rows.scores, level=setting.level), rows.clusters
    if isinstance(found, Undefined) or clusters is None or clusters.are_single:
        return found
    place = np.minimum((rows.scores * BINS).astype(np.int64), BINS - 1)
    points = []
    for point, each in zip(found.points, np.unique(place).tolist(), strict=True):
        share = clustered_proportion(rows.truth, place == each, clusters, level=setting.level)
        limits = (None, None) if isinstance(share, Undefined) else (share.low, share.high)
        points.append(point.revised(low=limits[0], high=limits[1]))
    return found.revised(points=tuple(points))


def group_table(
    names: Iterable[str], rows: ScoredRows | Undefined, groups: Groups, setting: Setting, *, attribute: str
) -> GroupTable:
    """A table of metrics for groups of rows."""
    wanted = tuple(names)
    found = tuple(
        GroupRow(group=group, n=int(inside.sum()), measures=_among(wanted, rows, inside, setting))
        for group, inside in groups
    )
    return GroupTable(title=f"Quality by {attribute}", attribute=attribute, rows=found)


def worst_measures(
    bounds: Mapping[str, Direction], rows: ScoredRows | Undefined, groups: Groups, setting: Setting
) -> dict[str, Measure]:
    """The worst value over the groups for each metric, in its bar's direction."""
    if isinstance(rows, Undefined):
        return dict.fromkeys(bounds, rows)
    parts = [rows.among(inside) for _, inside in groups]
    return {name: worst((name, direction), parts, setting) for name, direction in bounds.items()}


def _among(
    names: Iterable[str], rows: ScoredRows | Undefined, inside: NDArray[np.bool_], setting: Setting
) -> dict[str, Measure]:
    return measures(names, rows if isinstance(rows, Undefined) else rows.among(inside), setting)
