"""Means of losses, against scikit-learn and SciPy."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as sk

from assay.facts.values import Estimate, Undefined
from assay.stats import losses

FINITE = st.floats(-1e6, 1e6)
REGRESSION = {
    "mean_absolute_error": (losses.mean_absolute_error, sk.mean_absolute_error),
    "root_mean_squared_error": (losses.root_mean_squared_error, sk.root_mean_squared_error),
    "median_absolute_error": (losses.median_absolute_error, sk.median_absolute_error),
    "mean_error": (losses.mean_error, lambda t, p: float(np.mean(p - t))),
    "r2": (losses.r2, sk.r2_score),
}


@pytest.mark.parametrize("name", REGRESSION)
@given(st.lists(st.tuples(FINITE, FINITE), min_size=8, max_size=60))
def test_regression_values_are_scikit_learns(name: str, rows: list[tuple[float, float]]) -> None:
    ours, theirs = REGRESSION[name]
    truth, predicted = np.array([t for t, _ in rows]), np.array([p for _, p in rows])
    found = ours(truth, predicted)
    if isinstance(found, Undefined):
        assert name == "r2"
        assert np.ptp(truth) < 1e-100 or found.reason == "not_finite"
        return
    assert found.value == pytest.approx(theirs(truth, predicted), rel=1e-6, abs=1e-6)
    assert found.low <= found.value <= found.high


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 1)), min_size=2, max_size=60))
def test_losses_of_probabilities_are_scikit_learns(rows: list[tuple[bool, float]]) -> None:
    positive, scores = np.array([label for label, _ in rows]), np.array([score for _, score in rows])
    log_loss, brier = losses.log_loss(positive, scores), losses.brier_score(positive, scores)
    assert isinstance(log_loss, Estimate)
    assert isinstance(brier, Estimate)
    assert log_loss.value == pytest.approx(sk.log_loss(positive, scores, labels=[False, True]), rel=1e-6, abs=1e-8)
    assert brier.value == pytest.approx(sk.brier_score_loss(positive, scores, labels=[False, True]), abs=1e-8)
    assert 0 <= brier.low < brier.high <= 1
    assert log_loss.low >= 0


def test_the_log_loss_of_several_classes_is_scikit_learns() -> None:
    random = np.random.default_rng(0)
    scores = random.dirichlet([1, 2, 3, 4], 200)
    truth = random.integers(0, 4, 200)
    found = losses.multiclass_log_loss(truth, scores)
    assert isinstance(found, Estimate)
    assert found.value == pytest.approx(sk.log_loss(truth, scores, labels=range(4)), rel=1e-6)
    assert losses.multiclass_log_loss(truth, scores / 2) == Undefined(reason="not_applicable", n=200)
    spoilt = scores.copy()
    spoilt[3, 1] = math.nan
    assert losses.multiclass_log_loss(truth, spoilt) == Undefined(reason="not_finite", n=200)


def test_the_interval_of_a_mean_is_students() -> None:
    from scipy import stats

    for n in (5, 40, 400):
        values = np.random.default_rng(n).exponential(size=n)
        found = losses.mean(values)
        assert isinstance(found, Estimate)
        expected = stats.t.interval(0.95, n - 1, loc=values.mean(), scale=stats.sem(values))
        assert (found.low, found.high) == pytest.approx(expected, rel=1e-6)


def test_the_median_lies_between_order_statistics() -> None:
    # The classical table: for 10 rows the 2nd and 9th value hold the median with at least 95 %.
    found = losses.median_absolute_error(np.zeros(10), np.arange(1.0, 11.0))
    assert isinstance(found, Estimate)
    assert (found.low, found.value, found.high) == (2, 5.5, 9)
    assert losses.median_absolute_error(np.zeros(5), np.ones(5)) == Undefined(reason="too_few", n=5, needed=6)
    assert isinstance(losses.median_absolute_error(np.zeros(6), np.ones(6)), Estimate)


@pytest.mark.parametrize("name", REGRESSION)
@pytest.mark.parametrize(
    ("truth", "predicted", "reason"),
    [
        ([], [], "empty"),
        ([1.0], [1.0], "too_few"),
        ([1.0] * 7 + [math.nan], [1.0] * 8, "not_finite"),
        ([1.0] * 8, [1.0] * 7 + [math.inf], "not_finite"),
        ([1.0] * 7 + [-math.inf], [1.0] * 8, "not_finite"),
        ([1e308] * 8, [-1e308] * 8, "not_finite"),
    ],
)
def test_degenerate_regressions_are_undefined(
    name: str, truth: list[float], predicted: list[float], reason: str
) -> None:
    """F11, E2, E3: R² of one row is nan and an overflowing square is inf in scikit-learn."""
    found = REGRESSION[name][0](np.array(truth), np.array(predicted))
    assert isinstance(found, Undefined)
    assert found.reason == reason


def test_a_square_that_overflows_is_undefined() -> None:
    """F11, E2."""
    truth, predicted = np.zeros(8), np.full(8, 1e200)
    assert losses.root_mean_squared_error(truth, predicted) == Undefined(reason="not_finite", n=8)
    assert losses.r2(np.arange(8.0), predicted) == Undefined(reason="not_finite", n=8)
    assert losses.r2(np.ones(8), np.arange(8.0)) == Undefined(reason="one_class", n=8)


@pytest.mark.parametrize("metric", [losses.log_loss, losses.brier_score])
@pytest.mark.parametrize(
    ("scores", "reason"),
    [([], "empty"), ([0.5], "too_few"), ([0.5, math.nan], "not_finite"), ([0.5, 1.01], "not_applicable")],
)
def test_degenerate_probabilities_are_undefined(metric: object, scores: list[float], reason: str) -> None:
    """E2, E3."""
    assert callable(metric)
    found = metric(np.ones(len(scores), dtype=bool), np.array(scores, dtype=float))
    assert isinstance(found, Undefined)
    assert found.reason == reason
