"""ROC AUC, average precision and the ROC curve against scikit-learn and a slow DeLong."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import beta
from sklearn.metrics import average_precision_score, roc_auc_score
from tests.support.thoroughness import examples

from assay.facts.values import Curve, Estimate, Undefined
from assay.stats.proportions import wilson_limits
from assay.stats.ranking import average_precision, roc_auc, roc_curve


@st.composite
def ranked(draw: st.DrawFn, most: int = 60) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    rows = draw(st.lists(st.tuples(st.booleans(), st.integers(0, 12)), min_size=2, max_size=most))
    positive = np.array([label for label, _ in rows] + [True, False])
    return positive, np.array([score / 12 for _, score in rows] + [draw(st.sampled_from([0.3, 0.5])), 0.4])


@given(ranked())
def test_the_values_are_scikit_learns(rows: tuple[NDArray[np.bool_], NDArray[np.float64]]) -> None:
    area, average = roc_auc(*rows), average_precision(*rows)
    assert isinstance(area, Estimate)
    assert isinstance(average, Estimate)
    assert area.value == pytest.approx(roc_auc_score(*rows), abs=1e-8)
    assert average.value == pytest.approx(average_precision_score(*rows), abs=1e-8)
    assert area.low < area.high
    assert average.low < average.high


def wins_of(positive: NDArray[np.bool_], scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Whether each positive [rows] scores above each negative [columns], a tie being half."""
    high, low = scores[positive], scores[~positive]
    return np.array([[1.0 if x > y else 0.5 if x == y else 0.0 for y in low] for x in high])


def logistic(number: float) -> float:
    return 1 / (1 + math.exp(-number))


def delong_by_pairs(positive: NDArray[np.bool_], scores: NDArray[np.float64]) -> tuple[float, float]:
    """DeLong, DeLong and Clarke-Pearson 1988, by looking at every pair."""
    high, low = scores[positive], scores[~positive]
    wins = wins_of(positive, scores)
    variance = wins.mean(axis=1).var(ddof=1) / len(high) + wins.mean(axis=0).var(ddof=1) / len(low)
    return float(wins.mean()), float(variance)


@settings(max_examples=examples(40))
@given(st.integers(0, 2**32 - 1), st.sampled_from([1, 10]))
def test_the_interval_is_delongs_with_a_random_row_of_either_class(seed: int, rounding: int) -> None:
    random = np.random.default_rng(seed)
    positive = np.arange(40) < 18
    scores = np.round(random.normal(size=40) + positive, rounding)
    area, plain = delong_by_pairs(positive, scores)
    found = roc_auc(positive, scores)
    assert isinstance(found, Estimate)
    assert found.value == pytest.approx(area, abs=1e-8)
    # A random row's placement is uniform: many rows with evenly spread placements are one random row.
    even = (np.arange(10_000) + 0.5) / 10_000
    variance = 0.0
    for placements in (wins_of(positive, scores).mean(axis=1), wins_of(positive, scores).mean(axis=0)):
        n = len(placements)
        weights = np.concatenate([np.ones(n), np.full(len(even), 1 / len(even))])
        mean = np.average(np.concatenate([placements, even]), weights=weights)
        variance += np.average((np.concatenate([placements, even]) - mean) ** 2, weights=weights) / n
    assert variance > plain * 0.9
    pulled = (area * 18 * 22 + 18 / 2 + 22 / 2 + 1 / 2) / (19 * 23)
    limits = [
        logistic(
            math.log(centre / (1 - centre)) + sign * 1.959963984540054 * math.sqrt(variance) / (centre * (1 - centre))
        )
        for sign in (-1, 1)
        for centre in (area, pulled)
        if 0 < centre < 1
    ]
    if 0 < area < 1:
        low, high = min(limits), max(limits)
        widest = wilson_limits(area * 18, 18, 0.95)
        low, high = (max(low, widest[0]) if area > 0.5 else low), (min(high, widest[1]) if area < 0.5 else high)
        assert (found.low, found.high) == pytest.approx((low, high), rel=1e-5)


@pytest.mark.parametrize(
    ("scores", "value"),
    [
        (np.arange(40) / 40, 1.0),
        (-np.arange(40) / 40, 0.0),
        (np.full(40, 0.5), 0.5),
        ((np.arange(40) >= 20).astype(float), 1.0),
    ],
)
def test_an_area_without_spread_keeps_an_honest_interval(scores: NDArray[np.float64], value: float) -> None:
    found = roc_auc(np.arange(40) >= 20, scores)
    assert isinstance(found, Estimate)
    assert found.value == value
    assert found.high - found.low > 0.15


def test_two_rows_prove_nothing() -> None:
    found = roc_auc(np.array([True, False]), np.array([0.9, 0.1]))
    assert isinstance(found, Estimate)
    assert (found.value, found.high) == (1.0, 1.0)
    assert found.low < 0.25


@settings(max_examples=examples(40))
@given(ranked())
def test_the_average_precision_allows_for_what_each_row_moves(
    rows: tuple[NDArray[np.bool_], NDArray[np.float64]],
) -> None:
    """The influence of a row is how fast the average moves as the row gains weight."""
    positive, scores = rows
    found = average_precision(positive, scores)
    assert isinstance(found, Estimate)
    if average_precision_score(positive, scores) == 1:
        return
    step, n = 1e-5, len(scores)
    moved = [
        (average_precision_score(positive, scores, sample_weight=1 + step * (np.arange(n) == row)) - found.value) / step
        for row in range(n)
    ]
    variance, positives = float(np.square(moved).sum()), int(positive.sum())
    trials = min(positives, found.value * (1 - found.value) / variance)
    high = beta.ppf(0.975, found.value * trials + 1, trials - found.value * trials)
    assert found.high == pytest.approx(high, abs=5e-3)


@pytest.mark.parametrize("metric", [roc_auc, average_precision, roc_curve])
@pytest.mark.parametrize(
    ("positive", "scores", "reason"),
    [
        ([], [], "empty"),
        ([True], [0.5], "one_class"),
        ([True, True], [0.5, 0.1], "one_class"),
        ([False, False], [0.5, 0.1], "one_class"),
        ([True, False], [0.5, math.nan], "not_finite"),
        ([True, False], [math.inf, 0.5], "not_finite"),
        ([True, False], [-math.inf, 0.5], "not_finite"),
        ([True, False], [math.nan, math.nan], "not_finite"),
    ],
)
def test_what_cannot_be_ranked_is_undefined(
    metric: object, positive: list[bool], scores: list[float], reason: str
) -> None:
    """F11, E2, E3: scikit-learn answers nan, 0 or 1 here."""
    assert callable(metric)
    found = metric(np.array(positive, dtype=bool), np.array(scores, dtype=float))
    assert isinstance(found, Undefined)
    assert found.reason == reason


@pytest.mark.parametrize("scale", [1e-320, 1e-300, 1.0, 1e300])
def test_extreme_scores_are_ranked_exactly(scale: float) -> None:
    """E2: denormal and huge scores, and minus zero, which is zero."""
    found = roc_auc(np.array([True, False, True, False]), np.array([3.0, 2.0, 1.0, -0.0]) * scale)
    assert isinstance(found, Estimate)
    assert found.value == 0.75
    tied = roc_auc(np.array([True, False]), np.array([0.0, -0.0]))
    assert isinstance(tied, Estimate)
    assert tied.value == 0.5


@given(ranked(120))
def test_the_curve_is_bounded_and_encloses_the_area(rows: tuple[NDArray[np.bool_], NDArray[np.float64]]) -> None:
    curve, area = roc_curve(*rows), roc_auc(*rows)
    assert isinstance(curve, Curve)
    assert isinstance(area, Estimate)
    x, y = np.array([point.x for point in curve.points]), np.array([point.y for point in curve.points])
    assert (x[0], y[0], x[-1], y[-1]) == (0, 0, 1, 1)
    assert float(np.trapezoid(y, x)) == pytest.approx(area.value, abs=1e-6)


def test_a_long_curve_is_thinned() -> None:
    random = np.random.default_rng(1)
    positive = random.random(20_000) < 0.4
    scores = random.normal(size=20_000) + positive
    curve, area = roc_curve(positive, scores), roc_auc(positive, scores)
    assert isinstance(curve, Curve)
    assert isinstance(area, Estimate)
    assert 50 <= len(curve.points) <= 100
    enclosed = np.trapezoid([point.y for point in curve.points], [point.x for point in curve.points])
    assert float(enclosed) == pytest.approx(area.value, abs=2e-3)
