"""Mean losses of probabilities, against scikit-learn, and their limits."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as sk

from assay.facts.values import Estimate, Undefined
from assay.stats import losses
from assay.stats.proportions import wilson_limits


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
    assert losses.multiclass_log_loss(truth, scores / 2) == Undefined(reason="not_probabilities", n=200)
    spoilt = scores.copy()
    spoilt[3, 1] = math.nan
    assert losses.multiclass_log_loss(truth, spoilt) == Undefined(reason="not_finite", n=200)


@pytest.mark.parametrize("metric", [losses.log_loss, losses.brier_score])
@pytest.mark.parametrize(
    ("scores", "reason"),
    [([], "empty"), ([0.5], "too_few"), ([0.5, math.nan], "not_finite"), ([0.5, 1.01], "not_probabilities")],
)
def test_degenerate_probabilities_are_undefined(metric: object, scores: list[float], reason: str) -> None:
    """E2, E3."""
    assert callable(metric)
    found = metric(np.ones(len(scores), dtype=bool), np.array(scores, dtype=float))
    assert isinstance(found, Undefined)
    assert found.reason == reason


@given(st.integers(0, 60), st.integers(1, 60))
def test_hard_answers_are_at_least_as_uncertain_as_a_proportion(wrong: int, right: int) -> None:
    """The Brier score of answers of 0 and 1 is their error rate, of which no error in the sample proves nothing."""
    positive, scores = np.zeros(wrong + right, dtype=bool), np.repeat([1.0, 0.0], [wrong, right])
    found = losses.brier_score(positive, scores)
    if wrong + right == 1:
        assert isinstance(found, Undefined)
        return
    assert isinstance(found, Estimate)
    n = wrong + right
    assert found.high >= min(1, wilson_limits(wrong, n, 0.95)[1]) - 0.4 / n
    assert found.high > found.value or wrong == n
    assert found.unseen == pytest.approx(min(1, math.log(40) / n))


def test_a_loss_that_no_row_shows_is_allowed_for() -> None:
    """Fifty right answers given as certain: one wrong one would cost 36 nats."""
    found = losses.log_loss(np.zeros(50, dtype=bool), np.zeros(50))
    assert isinstance(found, Estimate)
    assert found.value < 1e-9
    assert 1 < found.high < 5
    sure = losses.multiclass_log_loss(np.zeros(50, dtype=np.int64), np.tile([1.0, 0.0, 0.0], (50, 1)))
    assert isinstance(sure, Estimate)
    assert (sure.value, sure.high) == pytest.approx((found.value, found.high))


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 1)), min_size=2, max_size=60))
def test_two_classes_are_several(rows: list[tuple[bool, float]]) -> None:
    positive, scores = np.array([label for label, _ in rows]), np.array([score for _, score in rows])
    two, several = (
        losses.log_loss(positive, scores),
        losses.multiclass_log_loss(positive.astype(np.int64), np.column_stack([1 - scores, scores])),
    )
    assert isinstance(two, Estimate)
    assert isinstance(several, Estimate)
    # 1 - (1 - 1e-14) has only three digits of 1e-14.
    assert (two.value, two.low, two.high) == pytest.approx((several.value, several.low, several.high), rel=1e-4)
