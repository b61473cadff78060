"""Rows of truth and scores, made from the columns of a table for each task."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from assay.dossier.check_context import CheckContext
from assay.errors import DataError
from assay.stats.clusters import Clusters
from assay.stats.grouping import Column, Groups, Scalar, by_quartile, by_value, codes, distinct, missing, numbers
from assay.stats.measured_rows import ScoredRows
from assay.stats.strange_labels import strange_labels

MOST_GROUPS = 50


def make_rows(
    context: CheckContext, label: Column, scores: Sequence[Column], clusters: Clusters | None = None
) -> ScoredRows:
    """The rows for the task of a context; scores are one column, or one for each of several classes."""
    return replace(_independent_rows(context, label, scores), clusters=clusters)


def _independent_rows(context: CheckContext, label: Column, scores: Sequence[Column]) -> ScoredRows:
    if context.task == "regression":
        return regression_rows(label, scores[0])
    if context.task == "multiclass-classification" and context.classes:
        return multiclass_rows(label, scores, classes=context.classes)
    if context.task == "binary-classification" and context.positive is not None:
        return binary_rows(label, scores[0], classes=context.classes, positive=context.positive)
    raise DataError(f"The plan does not name the classes of the scores, so {context.task} cannot be measured.")


def binary_rows(label: Column, score: Column, *, classes: Sequence[Scalar], positive: Scalar) -> ScoredRows:
    """Whether each row is positive, and its score; a missing label counts as not positive, so count those first.

    Raises DataError for a label that is neither the positive class nor the other class.
    """
    present = label[~missing(label)]
    others = distinct(present) - {positive}
    if (codes(present, classes) < 0).any() if classes else len(others) > 1:
        raise DataError(strange_labels(present.tolist(), classes or (positive,)))
    return ScoredRows(truth=codes(label, (positive,)) == 0, scores=_number(score, "score"))


def multiclass_rows(label: Column, scores: Sequence[Column], *, classes: Sequence[Scalar]) -> ScoredRows:
    """Each row's class as its place among `classes`, and the scores [rows × classes]; a missing label counts as 0.

    Raises DataError for a label that is not a class.
    """
    truth, absent = codes(label, classes), missing(label)
    if (truth[~absent] < 0).any():
        raise DataError(strange_labels(label[~absent].tolist(), classes))
    columns = [_number(score, "score") for score in scores]
    return ScoredRows(truth=np.maximum(truth, 0), scores=np.column_stack(columns))


def regression_rows(label: Column, score: Column) -> ScoredRows:
    """Each row's number and the predicted one; raises DataError for a label that is not a number."""
    return ScoredRows(truth=_number(label, "label"), scores=_number(score, "score"))


def slice_groups(column: str, values: Column, *, quartiles: bool) -> Groups:
    """The groups of a column, by value or by quarter; raises DataError for a column that does not allow them."""
    if quartiles:
        return by_quartile(_number(values, f"column `{column}` to be cut into quartiles"))
    groups = by_value(values, most=MOST_GROUPS)
    if groups is None:
        raise DataError(
            f"The column `{column}` has more than {MOST_GROUPS} values, too many for slices.",
            hint=f"Write `{{{column}: quartiles}}` for a column of numbers, or slice by a coarser column.",
        )
    return groups


def _number(values: Column, what: str) -> NDArray[np.float64]:
    found = numbers(values)
    if found is None:
        raise DataError(f"The {what} has values that are not numbers.")
    return found
