"""ROC AUC, average precision and the ROC curve against scikit-learn and a slow DeLong."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, roc_auc_score
from tests.support.thoroughness import examples

from assay.facts.values import Curve, Estimate, Undefined
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


def delong_by_pairs(positive: NDArray[np.bool_], scores: NDArray[np.float64]) -> tuple[float, float]:
    """DeLong, DeLong and Clarke-Pearson 1988, by looking at every pair."""
    high, low = scores[positive], scores[~positive]
    wins = np.array([[1.0 if x > y else 0.5 if x == y else 0.0 for y in low] for x in high])
    variance = wins.mean(axis=1).var(ddof=1) / len(high) + wins.mean(axis=0).var(ddof=1) / len(low)
    return float(wins.mean()), float(variance)


@settings(max_examples=examples(40))
@given(st.integers(0, 2**32 - 1), st.sampled_from([1, 10]))
def test_the_interval_is_delongs(seed: int, rounding: int) -> None:
    random = np.random.default_rng(seed)
    positive = np.arange(40) < 18
    scores = np.round(random.normal(size=40) + positive, rounding)
    area, variance = delong_by_pairs(positive, scores)
    found = roc_auc(positive, scores)
    assert isinstance(found, Estimate)
    assert found.value == pytest.approx(area, abs=1e-8)
    if found.method == "delong-logit":
        reach = 1.959963984540054 * math.sqrt(variance) / (area * (1 - area))
        logit = math.log(area / (1 - area))
        expected = (1 / (1 + math.exp(reach - logit)), 1 / (1 + math.exp(-reach - logit)))
        assert (found.low, found.high) == pytest.approx(expected, rel=1e-6)
    else:
        assert area == 1


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
    assert found.method == "birnbaum-klose-wilson"


def test_two_rows_prove_nothing() -> None:
    found = roc_auc(np.array([True, False]), np.array([0.9, 0.1]))
    assert isinstance(found, Estimate)
    assert (found.value, found.high) == (1.0, 1.0)
    assert found.low < 0.25


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
