"""Calibration: how far predicted probabilities are from outcomes; reliability curve and histogram of scores."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assay.facts.values import Curve, Histogram, Measure, Point, Undefined
from assay.stats.confusion import BOOTSTRAP, draw_cells
from assay.stats.exact_sums import exact_sum
from assay.stats.intervals import estimate
from assay.stats.proportions import wilson_limits

Positive = NDArray[np.bool_]
Scores = NDArray[np.float64]
BINS = 10
HISTOGRAM_BINS = 20


@dataclass(frozen=True)
class _Bins:
    """Occupied bins [bins]: negatives, positives, and the mean score of each (the whole bin's where there are none)."""

    negatives: NDArray[np.int64]
    positives: NDArray[np.int64]
    negative_score: Scores
    positive_score: Scores


def why_not_probabilities(scores: Scores) -> Undefined | None:
    """Why some scores are not probabilities: there are none, or one is not finite or outside [0, 1]."""
    if len(scores) == 0:
        return Undefined(reason="empty")
    if not np.isfinite(scores).all():
        return Undefined(reason="not_finite", n=len(scores))
    if scores.min() < 0 or scores.max() > 1:
        return Undefined(reason="not_probabilities", n=len(scores))
    return None


def expected_calibration_error(
    positive: Positive, scores: Scores, *, level: float = 0.95, seed: int = 0, thinned: float = 1.0
) -> Measure:
    """The mean distance between the share of positives and the mean score, over ten bins of equal width on [0, 1].

    The interval is a bootstrap over the cells (bin × class), each with a fixed mean score. Chance alone can only add to
    a distance, so the draws are not centred on the value. The upper limit adds their spread. The lower limit subtracts
    the distance by which chance moves all bins together; it reaches 0 for a calibrated score and is cautious elsewhere.
    If rows depend on each other, `thinned` of them count as one.
    """
    undefined = why_not_probabilities(scores) or _one_class(positive)
    if undefined:
        return undefined
    bins, n, tail = _binned(positive, scores), len(scores), (1 - level) / 2
    value = float(np.abs(_gaps(bins, np.stack([bins.negatives, bins.positives])[None])).sum()) / n
    drawn = draw_cells(np.concatenate([bins.negatives, bins.positives]) / thinned, level=level, seed=seed)
    gaps = _gaps(bins, drawn.reshape(len(drawn), 2, -1)) / round(n / thinned)
    errors = np.abs(gaps).sum(axis=1)
    moved = np.abs(gaps - gaps.mean(axis=0)).sum(axis=1)
    low = max(0.0, value - float(np.quantile(moved, 1 - tail)))
    high = min(1.0, value + float(np.quantile(errors - errors.mean(), 1 - tail)))
    return estimate(
        value, (low, high), n=n, method=BOOTSTRAP, level=level, chance=_chance_error(bins, n) * thinned**0.5
    )


def reliability_curve(positive: Positive, scores: Scores, *, level: float = 0.95) -> Curve | Undefined:
    """The share of positives against the mean score of each occupied bin, with Wilson intervals."""
    undefined = why_not_probabilities(scores) or _one_class(positive)
    if undefined:
        return undefined
    bins = _binned(positive, scores)
    points = []
    for negatives, positives, low_score, high_score in zip(
        bins.negatives.tolist(),
        bins.positives.tolist(),
        bins.negative_score.tolist(),
        bins.positive_score.tolist(),
        strict=True,
    ):
        n = negatives + positives
        low, high = wilson_limits(positives, n, level)
        mean = (negatives * low_score + positives * high_score) / n
        points.append(Point(x=mean, y=positives / n, low=low, high=high, n=n))
    return Curve(
        title="Reliability curve",
        x_label="mean predicted probability",
        y_label="share of positives",
        points=tuple(points),
        diagonal=True,
    )


def score_histogram(scores: Scores, *, label: str) -> Histogram | Undefined:
    """The number of rows by score: 20 bins of equal width on [0, 1], the last one closed."""
    undefined = why_not_probabilities(scores)
    if undefined:
        return undefined
    place = np.minimum((scores * HISTOGRAM_BINS).astype(np.int64), HISTOGRAM_BINS - 1)
    return Histogram(
        title="Scores",
        label=label,
        edges=tuple(edge / HISTOGRAM_BINS for edge in range(HISTOGRAM_BINS + 1)),
        counts=tuple(np.bincount(place, minlength=HISTOGRAM_BINS).tolist()),
    )


def _chance_error(bins: _Bins, n: int) -> float:
    """The calibration error that chance gives a calibrated score: a bin's positives are off by √(2 n p (1 - p) / π)."""
    rows = bins.negatives + bins.positives
    share = (bins.negatives * bins.negative_score + bins.positives * bins.positive_score) / rows
    return float(np.sqrt(2 * rows * share * (1 - share) / math.pi).sum()) / n


def _one_class(positive: Positive) -> Undefined | None:
    one = positive.all() or not positive.any()
    return Undefined(reason="one_class", n=len(positive)) if one else None


def _binned(positive: Positive, scores: Scores) -> _Bins:
    # Small numbers are sorted without a comparison, which brings the rows of each bin and class together.
    cell = 2 * np.minimum((scores * BINS).astype(np.int8), BINS - 1) + positive
    held, ends = scores[np.argsort(cell, kind="stable")], np.cumsum(np.bincount(cell, minlength=2 * BINS)).tolist()
    rows: list[tuple[int, int, float, float]] = []
    for start, middle, end in zip([0, *ends[1::2]], ends[::2], ends[1::2], strict=False):
        sides = [held[start:middle], held[middle:end]]
        if start == end:
            continue
        of_negatives, of_positives = (exact_sum(side) / len(side) if len(side) else math.nan for side in sides)
        # A class without rows in the bin takes the other's mean, so that it adds nothing.
        low, high = of_negatives if len(sides[0]) else of_positives, of_positives if len(sides[1]) else of_negatives
        rows.append((len(sides[0]), len(sides[1]), low, high))
    negatives, positives, negative_score, positive_score = zip(*rows, strict=True)
    return _Bins(
        np.array(negatives, dtype=np.int64),
        np.array(positives, dtype=np.int64),
        np.array(negative_score),
        np.array(positive_score),
    )


def _gaps(bins: _Bins, cells: NDArray[np.int64]) -> Scores:
    """Positive rows minus those that the scores predict [draws × bins], from rows [draws × class × bins]."""
    promised = cells[:, 0] * bins.negative_score + cells[:, 1] * bins.positive_score
    return np.asarray(cells[:, 1] - promised, dtype=np.float64)
