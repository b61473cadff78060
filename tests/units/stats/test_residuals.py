"""Errors of predicted numbers, against scikit-learn, and their limits."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as sk

from assay.facts.values import Estimate, Undefined
from assay.stats import residuals
from assay.stats.means import mean

FINITE = st.floats(-1e6, 1e6)
REGRESSION = {
    "mean_absolute_error": (residuals.mean_absolute_error, sk.mean_absolute_error),
    "root_mean_squared_error": (residuals.root_mean_squared_error, sk.root_mean_squared_error),
    "median_absolute_error": (residuals.median_absolute_error, sk.median_absolute_error),
    "mean_error": (residuals.mean_error, lambda t, p: float(np.mean(p - t))),
    "r2": (residuals.r2, sk.r2_score),
}


@pytest.mark.parametrize("name", REGRESSION)
@given(st.lists(st.tuples(FINITE, FINITE), min_size=8, max_size=60))
def test_regression_values_are_scikit_learns(name: str, rows: list[tuple[float, float]]) -> None:
    ours, theirs = REGRESSION[name]
    truth, predicted = np.array([t for t, _ in rows]), np.array([p for _, p in rows])
    found = ours(truth, predicted)
    if isinstance(found, Undefined):
        assert name in ("r2", "root_mean_squared_error")
        squares = (predicted - truth) ** 2
        dominated = found.reason == "tail_dominates" and squares.max() > squares.sum() / 6
        assert dominated or (name == "r2" and (np.ptp(truth) < 1e-100 or found.reason == "not_finite"))
        return
    assert found.value == pytest.approx(theirs(truth, predicted), rel=1e-6, abs=1e-6)
    assert found.low <= found.value <= found.high


def test_the_median_lies_between_order_statistics() -> None:
    # The classical table: for 10 rows the 2nd and 9th value hold the median with at least 95 %.
    found = residuals.median_absolute_error(np.zeros(10), np.arange(1.0, 11.0))
    assert isinstance(found, Estimate)
    assert (found.low, found.value, found.high) == (2, 5.5, 9)
    assert residuals.median_absolute_error(np.zeros(5), np.ones(5)) == Undefined(reason="too_few", n=5, needed=6)
    assert isinstance(residuals.median_absolute_error(np.zeros(6), np.ones(6)), Estimate)


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
    assert residuals.root_mean_squared_error(truth, predicted) == Undefined(reason="not_finite", n=8)
    assert residuals.r2(np.arange(8.0), predicted) == Undefined(reason="not_finite", n=8)
    assert residuals.r2(np.ones(8), np.arange(8.0)) == Undefined(reason="one_class", n=8)


@pytest.mark.parametrize("name", ["root_mean_squared_error", "r2"])
def test_one_row_with_most_of_the_squares_leaves_nothing_to_say(name: str) -> None:
    random = np.random.default_rng(3)
    truth = random.normal(size=400)
    predicted = truth + random.normal(size=400)
    assert isinstance(REGRESSION[name][0](truth, predicted), Estimate)
    spoilt = predicted.copy()
    spoilt[7] = truth[7] + math.sqrt(((predicted - truth) ** 2).sum() * 0.26)
    assert REGRESSION[name][0](truth, spoilt) == Undefined(reason="tail_dominates", n=400)
    assert isinstance(residuals.mean_absolute_error(truth, spoilt), Estimate)
    assert isinstance(residuals.median_absolute_error(truth, spoilt), Estimate)


@pytest.mark.parametrize("name", ["mean_absolute_error", "root_mean_squared_error", "r2", "mean_error"])
def test_the_fact_says_which_rows_may_be_unseen(name: str) -> None:
    random = np.random.default_rng(4)
    truth = random.normal(size=200)
    found = REGRESSION[name][0](truth, truth + random.normal(size=200), level=0.9)
    assert isinstance(found, Estimate)
    assert found.unseen == pytest.approx(math.log(20) / 200)


@pytest.mark.parametrize("name", REGRESSION)
@given(seed=st.integers(0, 10_000), unit=st.sampled_from([1e-6, 3.0, 1e9]))
def test_the_unit_of_the_label_does_not_matter(name: str, seed: int, unit: float) -> None:
    random = np.random.default_rng(seed)
    truth = random.exponential(size=80)
    predicted = truth + random.standard_t(4, size=80)
    one, other = REGRESSION[name][0](truth, predicted), REGRESSION[name][0](unit * truth, unit * predicted)
    if isinstance(one, Undefined):
        assert one == other
        return
    assert isinstance(other, Estimate)
    scale = 1 if name == "r2" else unit
    expected = (one.value * scale, one.low * scale, one.high * scale)
    assert (other.value, other.low, other.high) == pytest.approx(expected, rel=1e-5, abs=1e-7 * scale)


@given(st.integers(0, 10_000))
def test_limits_reach_as_far_as_students_at_least(seed: int) -> None:
    """Skewed errors reach further on the side of the large ones, and never less on the other."""
    errors = np.random.default_rng(seed).exponential(size=60)
    plain, found = mean(errors), residuals.mean_absolute_error(np.zeros(60), errors)
    assert isinstance(plain, Estimate)
    assert isinstance(found, Estimate)
    assert found.low == plain.low
    assert found.high > plain.high


def test_turning_all_signs_round_turns_the_mean_error_round() -> None:
    errors = np.random.default_rng(5).gamma(1, size=50)
    one, other = residuals.mean_error(np.zeros(50), errors), residuals.mean_error(np.zeros(50), -errors)
    assert isinstance(one, Estimate)
    assert isinstance(other, Estimate)
    assert (one.low, one.value, one.high) == (-other.high, -other.value, -other.low)
