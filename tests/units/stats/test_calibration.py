"""Calibration error, reliability curve, histogram of scores."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.calibration import calibration_curve

from assay.facts.values import Curve, Estimate, Histogram, Undefined
from assay.stats.calibration import expected_calibration_error, reliability_curve, score_histogram


@st.composite
def probabilities(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    rows = draw(st.lists(st.tuples(st.booleans(), st.floats(0, 1)), min_size=1, max_size=80))
    return np.array([label for label, _ in rows] + [True, False]), np.array([score for _, score in rows] + [1.0, 0.0])


@given(probabilities())
def test_the_error_is_the_weighted_distance_of_ten_bins(rows: tuple[np.ndarray, np.ndarray]) -> None:
    positive, scores = rows
    expected = 0.0
    for index in range(10):
        inside = np.floor(scores * 10) == index if index < 9 else scores * 10 >= 9
        if inside.any():
            expected += inside.mean() * abs(positive[inside].mean() - scores[inside].mean())
    found = expected_calibration_error(positive, scores)
    assert isinstance(found, Estimate)
    assert found.value == pytest.approx(expected, abs=1e-8)
    assert 0 <= found.low <= found.value < found.high <= 1


def test_the_curve_is_scikit_learns() -> None:
    random = np.random.default_rng(4)
    scores = random.random(500) * 0.999 + 0.0005
    positive = random.random(500) < scores**2
    curve = reliability_curve(positive, scores)
    assert isinstance(curve, Curve)
    shares, means = calibration_curve(positive, scores, n_bins=10)
    assert [point.y for point in curve.points] == pytest.approx(shares.tolist(), abs=1e-8)
    assert [point.x for point in curve.points] == pytest.approx(means.tolist(), abs=1e-8)
    assert sum(point.n or 0 for point in curve.points) == 500
    assert all((p.low or 0) < p.y < (p.high or 0) for p in curve.points if 0 < p.y < 1)


def test_perfect_certainty_keeps_a_width() -> None:
    positive = np.arange(20) < 10
    found = expected_calibration_error(positive, positive.astype(float))
    assert isinstance(found, Estimate)
    assert (found.value, found.low) == (0, 0)
    assert found.high > 0.05


@pytest.mark.parametrize("metric", [expected_calibration_error, reliability_curve])
@pytest.mark.parametrize(
    ("positive", "scores", "reason"),
    [
        ([], [], "empty"),
        ([True, True], [0.4, 0.5], "one_class"),
        ([True, False], [0.4, math.nan], "not_finite"),
        ([True, False], [0.4, math.inf], "not_finite"),
        ([True, False], [0.4, 1.5], "not_probabilities"),
        ([True, False], [-0.1, 0.5], "not_probabilities"),
    ],
)
def test_what_is_no_probability_is_undefined(
    metric: object, positive: list[bool], scores: list[float], reason: str
) -> None:
    """E2, E3."""
    assert callable(metric)
    found = metric(np.array(positive, dtype=bool), np.array(scores, dtype=float))
    assert isinstance(found, Undefined)
    assert found.reason == reason


def test_the_histogram_counts_every_row_once() -> None:
    scores = np.array([0.0, 0.05, 0.0499999, 0.5, 0.95, 1.0])
    found = score_histogram(scores, label="score")
    assert isinstance(found, Histogram)
    assert sum(found.counts) == len(scores)
    assert (found.counts[0], found.counts[1], found.counts[10], found.counts[19]) == (2, 1, 1, 2)
    assert found.edges[0] == 0
    assert found.edges[-1] == 1
    assert score_histogram(np.array([math.nan]), label="score") == Undefined(reason="not_finite", n=1)
