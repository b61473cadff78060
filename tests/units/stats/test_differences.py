"""How far a metric moved between two samples."""

import numpy as np
import pytest

from assay.facts.values import Estimate, Undefined
from assay.stats.differences import difference_of_measures, worsening
from assay.stats.proportions import newcombe_limits, proportion


def test_of_two_proportions_it_is_newcombes() -> None:
    found = difference_of_measures(proportion(48, 80), proportion(56, 70))
    assert isinstance(found, Estimate)
    assert (found.low, found.high) == pytest.approx(newcombe_limits((48, 80), (56, 70), 0.95), abs=1e-8)
    assert found.value == pytest.approx(0.6 - 0.8)
    assert (found.n, found.method) == (150, "mover")


def test_worse_is_more_of_a_loss_and_less_of_a_score() -> None:
    now, before = proportion(60, 100), proportion(80, 100)
    score, loss = worsening(now, before, "at_least"), worsening(now, before, "at_most")
    assert isinstance(score, Estimate)
    assert isinstance(loss, Estimate)
    assert score.value == pytest.approx(0.2)
    assert score.low > 0
    assert loss.value == pytest.approx(-0.2)


def test_what_was_not_measured_has_not_moved_either() -> None:
    reason = Undefined(reason="missing_labels", n=7)
    assert difference_of_measures(reason, proportion(3, 4)) == reason
    assert worsening(proportion(3, 4), reason, "at_least") == reason


def test_levels_may_not_be_mixed() -> None:
    with pytest.raises(ValueError, match="level"):
        difference_of_measures(proportion(3, 4), proportion(3, 4, level=0.9))


def test_the_interval_covers() -> None:
    """In 2,000 pairs of samples the true difference lies outside no more often than promised."""
    random = np.random.default_rng(6)
    outside = 0
    for now, before in zip(random.binomial(120, 0.7, 2_000), random.binomial(90, 0.8, 2_000), strict=True):
        found = difference_of_measures(proportion(int(now), 120), proportion(int(before), 90))
        assert isinstance(found, Estimate)
        outside += not found.low <= -0.1 <= found.high
    assert outside / 2_000 <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 2_000)
