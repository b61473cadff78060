"""The confusion matrix of several classes, and its metrics."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay.facts.values import Measure, Undefined
from assay.stats.confusion import bootstrapped, draw_cells, lost_share, mean_of_proportions
from assay.stats.proportions import proportion

Margins = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]
Metric = Callable[[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]], NDArray[np.float64]]
BLOCK = 2_000_000
"""The most resampled counts in memory at once, which bounds the memory of many classes."""


@dataclass(frozen=True, kw_only=True)
class Matrix:
    """The occupied cells of a confusion matrix, sorted: true class, predicted class, and rows; codes count from 0.

    Every class keeps its diagonal cell and one cell beside it even if they are empty, because a mistake may just not
    have occurred yet.
    """

    classes: int
    truth: NDArray[np.int64]
    predicted: NDArray[np.int64]
    cells: NDArray[np.int64]

    @property
    def rows(self) -> int:
        """All rows."""
        return int(self.cells.sum())


def count(truth: NDArray[np.int64], predicted: NDArray[np.int64], classes: int) -> Matrix:
    """The confusion matrix of two arrays of class codes in `range(classes)`."""
    every = np.arange(classes, dtype=np.int64)
    kept = np.concatenate([every * classes + every, every * classes + (every + 1) % classes])
    keys, found = np.unique(np.concatenate([kept, truth * classes + predicted]), return_counts=True)
    found -= np.isin(keys, kept)
    if classes == 1:
        found -= 1
    return Matrix(classes=classes, truth=keys // classes, predicted=keys % classes, cells=found.astype(np.int64))


def accuracy(matrix: Matrix, *, level: float = 0.95) -> Measure:
    """The share of correct predictions; Wilson's interval."""
    right = int(matrix.cells[matrix.truth == matrix.predicted].sum())
    return one_class(matrix) or proportion(right, matrix.rows, level=level)


def balanced_accuracy(matrix: Matrix, *, level: float = 0.95, smallest: int = 1) -> Measure:
    """The mean recall of all classes, each in `smallest` rows; MOVER from the Wilson limits of the recalls."""
    undefined = one_class(matrix) or rare_class(matrix, smallest)
    if undefined:
        return undefined
    right, true, _ = margins(matrix, matrix.cells[None, :])
    return mean_of_proportions(tuple((int(r), int(n)) for r, n in zip(right[0], true[0], strict=True)), level=level)


def macro_f1(matrix: Matrix, *, level: float = 0.95, seed: int = 0, smallest: int = 1) -> Measure:
    """The plain mean of each class's F1, each class in `smallest` rows. Bootstrap over the occupied cells."""
    undefined = one_class(matrix) or rare_class(matrix, smallest)
    return undefined or _bootstrap(matrix, macro_f1_of, level, seed)


def cohen_kappa(matrix: Matrix, *, level: float = 0.95, seed: int = 0) -> Measure:
    """Cohen's kappa: the agreement beyond chance, given the margins. Bootstrap over the occupied cells."""
    return one_class(matrix) or _bootstrap(matrix, kappa_of, level, seed)


def _bootstrap(matrix: Matrix, metric: Metric, level: float, seed: int) -> Measure:
    draws = draw_cells(matrix.cells, level=level, seed=seed)
    block = max(1, BLOCK // len(matrix.cells))
    found = np.concatenate([metric(*margins(matrix, draws[at : at + block])) for at in range(0, len(draws), block)])
    value = float(metric(*margins(matrix, matrix.cells[None, :]))[0])
    least = least_of(metric, matrix, 1.0, level=level)
    return bootstrapped(value, found, n=matrix.rows, level=level, least=least)


def least_of(metric: Metric, matrix: Matrix, factor: float, *, level: float) -> float:
    """A metric at the Wilson limit of the accuracy, if each class lost the same share of right answers.

    What they lost is predicted as any of the other classes; `factor` rows count as one.
    """
    right, true, predicted = margins(matrix, matrix.cells[None, :])
    moved = right * lost_share(float(right.sum()) / factor, matrix.rows / factor, level=level)
    others = (moved.sum() - moved) / max(1, matrix.classes - 1)
    return float(metric(right - moved, true, predicted - moved + others)[0])


def margins(matrix: Matrix, cells: NDArray[Any]) -> Margins:
    """Correct, true and predicted rows of each class [draws × classes]; every class has its diagonal cell."""
    order = np.argsort(matrix.predicted, kind="stable")
    true = np.add.reduceat(cells, _starts(matrix.truth), axis=1)
    predicted = np.add.reduceat(cells[:, order], _starts(matrix.predicted[order]), axis=1)
    right = cells[:, matrix.truth == matrix.predicted]
    return right.astype(np.float64), true.astype(np.float64), predicted.astype(np.float64)


def _starts(sorted_codes: NDArray[np.int64]) -> NDArray[np.intp]:
    return np.flatnonzero(np.concatenate([[True], sorted_codes[1:] != sorted_codes[:-1]]))


def macro_f1_of(
    right: NDArray[np.float64], true: NDArray[np.float64], predicted: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Macro F1 of draws; a class without rows in a draw counts as 0, the cautious end."""
    touched = true + predicted
    scores = np.divide(2 * right, touched, out=np.zeros_like(touched), where=touched > 0)
    return np.asarray(scores.mean(axis=1), dtype=np.float64)


def kappa_of(
    right: NDArray[np.float64], true: NDArray[np.float64], predicted: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Cohen's kappa of draws; a draw whose rows are all of one class counts as no agreement beyond chance."""
    rows = true.sum(axis=1)
    by_chance = (true * predicted).sum(axis=1) / rows**2
    observed = right.sum(axis=1) / rows
    kappa = np.divide(observed - by_chance, 1 - by_chance, out=np.zeros_like(rows), where=by_chance < 1)
    return np.asarray(kappa, dtype=np.float64)


def one_class(matrix: Matrix) -> Undefined | None:
    """Why some rows have no metrics: there are none, or all are of one class."""
    if matrix.rows == 0:
        return Undefined(reason="empty")
    if len(np.unique(matrix.truth[matrix.cells > 0])) == 1:
        return Undefined(reason="one_class", n=matrix.rows)
    return None


def rare_class(matrix: Matrix, smallest: int) -> Undefined | None:
    """Macro averages need every class of the model in enough rows: of fewer classes they would mean something else."""
    fewest = int(np.bincount(matrix.truth, weights=matrix.cells, minlength=matrix.classes).min())
    if not fewest:
        return Undefined(reason="absent_class", n=matrix.rows)
    return Undefined(reason="too_few", n=fewest, needed=smallest) if fewest < smallest else None
