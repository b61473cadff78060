"""The confusion matrix of two classes, and its metrics."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay.facts.values import Measure, Undefined
from assay.stats.intervals import Limits, estimate, normal_quantile
from assay.stats.proportions import proportion, wilson_limits

DRAWS = 2_000
BOOTSTRAP = "multinomial-bootstrap"


@dataclass(frozen=True, kw_only=True)
class Confusion:
    """Rows by truth and prediction: true and false positives, true and false negatives."""

    tp: int = 0
    fp: int = 0
    tn: int = 0
    fn: int = 0

    @property
    def rows(self) -> int:
        """All rows."""
        return self.tp + self.fp + self.tn + self.fn

    @property
    def positives(self) -> int:
        """Rows that are positive."""
        return self.tp + self.fn

    @property
    def negatives(self) -> int:
        """Rows that are negative."""
        return self.tn + self.fp

    @property
    def selected(self) -> int:
        """Rows that were predicted positive."""
        return self.tp + self.fp


def count(positive: NDArray[np.bool_], predicted: NDArray[np.bool_]) -> Confusion:
    """The confusion of two arrays of the same length."""
    tp, predictions, positives = int(np.sum(positive & predicted)), int(predicted.sum()), int(positive.sum())
    fp, fn = predictions - tp, positives - tp
    return Confusion(tp=tp, fp=fp, fn=fn, tn=len(positive) - tp - fp - fn)


def accuracy(counts: Confusion, *, level: float = 0.95, smallest: int = 1) -> Measure:
    """The share of correct predictions; Wilson's interval. As any rate, it is a share of `smallest` rows or more."""
    return why_unmeasurable(counts) or proportion(counts.tp + counts.tn, counts.rows, level=level, smallest=smallest)


def precision(counts: Confusion, *, level: float = 0.95, smallest: int = 1) -> Measure:
    """The share of positive predictions that are correct; undefined if there is no positive prediction."""
    return why_unmeasurable(counts) or proportion(counts.tp, counts.selected, level=level, smallest=smallest)


def recall(counts: Confusion, *, level: float = 0.95, smallest: int = 1) -> Measure:
    """The share of positives that were found; Wilson's interval."""
    return why_unmeasurable(counts) or proportion(counts.tp, counts.positives, level=level, smallest=smallest)


def specificity(counts: Confusion, *, level: float = 0.95, smallest: int = 1) -> Measure:
    """The share of negatives that were predicted negative; Wilson's interval."""
    return why_unmeasurable(counts) or proportion(counts.tn, counts.negatives, level=level, smallest=smallest)


def f1(counts: Confusion, *, level: float = 0.95, smallest: int = 1) -> Measure:
    """The harmonic mean of precision and recall.

    It is 2J/(1+J) of the proportion J = tp / (tp + fp + fn), which grows with J, so J's Wilson limits carry over.
    """
    undefined = why_unmeasurable(counts)
    if undefined:
        return undefined
    touched = counts.tp + counts.fp + counts.fn
    if touched < smallest:
        return Undefined(reason="too_few", n=touched, needed=smallest)
    low, high = (2 * share / (1 + share) for share in wilson_limits(counts.tp, touched, level))
    value = 2 * counts.tp / (touched + counts.tp)
    return estimate(value, (low, high), n=counts.rows, method="wilson-transformed", level=level)


def balanced_accuracy(counts: Confusion, *, level: float = 0.95, smallest: int = 1) -> Measure:
    """The mean of recall and specificity; its interval is MOVER's (Zou and Donner 2008) from their Wilson limits."""
    undefined = why_unmeasurable(counts)
    if undefined:
        return undefined
    shares = (counts.tp, counts.positives), (counts.tn, counts.negatives)
    return mean_of_proportions(shares, level=level, smallest=smallest)


def mean_of_proportions(shares: tuple[tuple[int, int], ...], *, level: float = 0.95, smallest: int = 1) -> Measure:
    """The plain mean of independent proportions, each (successes, n > 0), by MOVER from their Wilson limits.

    Undefined if one of them is a share of fewer than `smallest` rows.
    """
    fewest = min(n for _, n in shares)
    if fewest < smallest:
        return Undefined(reason="too_few", n=fewest, needed=smallest)
    value, limits = mean_of_shares(shares, level)
    return estimate(value, limits, n=sum(n for _, n in shares), method="mover-wilson", level=level)


def mean_of_shares(shares: Sequence[tuple[float, float]], level: float) -> tuple[float, Limits]:
    """The plain mean of proportions, each (successes, n > 0), and its limits."""
    values = [successes / n for successes, n in shares]
    limits = [wilson_limits(successes, n, level) for successes, n in shares]
    value = math.fsum(values) / len(values)
    below = math.hypot(*(share - low for share, (low, _) in zip(values, limits, strict=True))) / len(values)
    above = math.hypot(*(high - share for share, (_, high) in zip(values, limits, strict=True))) / len(values)
    return value, (max(0.0, value - below), min(1.0, value + above))


def matthews_correlation(counts: Confusion, *, level: float = 0.95, seed: int = 0) -> Measure:
    """Matthews' correlation of truth and prediction, which needs both classes in both; bootstrap over the cells.

    Of few mistakes the bootstrap knows too little, so the lower limit is at most what Wilson's of the accuracy leaves.
    """
    undefined = why_unmeasurable(counts)
    if undefined:
        return undefined
    if counts.selected in (0, counts.rows):
        return Undefined(reason="one_class", n=counts.rows)
    cells = np.array([counts.tp, counts.fp, counts.tn, counts.fn], dtype=np.int64)
    draws = draw_cells(cells, level=level, seed=seed)
    value = float(matthews(cells[None, :])[0])
    least = least_matthews(cells, level=level)
    return bootstrapped(value, matthews(draws), n=counts.rows, level=level, least=least)


def least_matthews(cells: NDArray[Any], *, level: float) -> float:
    """Matthews' correlation at Wilson's limit of the accuracy, if both classes lost the same share of right answers."""
    tp, fp, tn, fn = (float(each) for each in cells)
    lost = lost_share(tp + tn, tp + fp + tn + fn, level=level)
    moved = np.array([[tp * (1 - lost), fp + lost * tn, tn * (1 - lost), fn + lost * tp]])
    return float(matthews(moved)[0])


def lost_share(right: float, rows: float, *, level: float) -> float:
    """The share of the right answers that would be wrong if the accuracy were at its Wilson limit."""
    return 1 - wilson_limits(right, rows, level)[0] * rows / right if right > 0 else 0.0


def draw_cells(cells: NDArray[Any], *, level: float, seed: int, draws: int = DRAWS) -> NDArray[np.int64]:
    """Resampled counts [draws × cells]: a multinomial bootstrap over sufficient counts.

    Before drawing, z²/2 rows are spread evenly over the cells (as Wilson's interval adds to either side), so that a
    cell that happens to be empty does not count as impossible, and a perfect score keeps an interval with a width.
    Counts that are not whole are of rows that count as fewer, because they depend on each other.
    """
    total = round(float(cells.sum()))
    prior = normal_quantile(level) ** 2 / 2
    shares = (cells + prior / len(cells)) / (cells.sum() + prior)
    found: NDArray[np.int64] = np.random.default_rng(seed).multinomial(total, shares / shares.sum(), size=draws)
    return found


def bootstrapped(value: float, draws: NDArray[np.float64], *, n: int, level: float, least: float = math.inf) -> Measure:
    """An estimate with the percentile interval of its draws, widened to contain the value, and `least` below it."""
    tail = (1 - level) / 2
    low, high = (float(limit) for limit in np.quantile(draws, (tail, 1 - tail)))
    return estimate(value, (min(low, least), high), n=n, method=BOOTSTRAP, level=level)


def why_unmeasurable(counts: Confusion) -> Undefined | None:
    """Why a classifier cannot be measured on these rows: there are none, or all are of one class."""
    if counts.rows == 0:
        return Undefined(reason="empty")
    if counts.positives == 0 or counts.negatives == 0:
        return Undefined(reason="one_class", n=counts.rows)
    return None


def matthews(cells: NDArray[Any]) -> NDArray[np.float64]:
    """Matthews' correlation of counts [draws × (tp, fp, tn, fn)]; 0 where a margin is empty."""
    tp, fp, tn, fn = (cells[:, index].astype(np.float64) for index in range(4))
    spread = np.sqrt(tp + fp) * np.sqrt(tp + fn) * np.sqrt(tn + fp) * np.sqrt(tn + fn)
    agreement: Any = np.divide(tp * tn - fp * fn, spread, out=np.zeros_like(spread), where=spread > 0)
    return np.asarray(np.clip(agreement, -1.0, 1.0), dtype=np.float64)
