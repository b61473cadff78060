"""Proportions, their differences and ratios."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest
from tests.support.exact_distributions import student_within

from assay.facts.values import Estimate, Undefined
from assay.stats.intervals import normal_quantile, t_quantile
from assay.stats.proportions import (
    difference,
    mover_ratio_limits,
    newcombe_limits,
    proportion,
    ratio,
    wilson_limits,
)

LEVELS = st.sampled_from([0.8, 0.9, 0.95, 0.999])


@st.composite
def shares(draw: st.DrawFn, most: int = 3_000) -> tuple[int, int]:
    n = draw(st.integers(1, most))
    return draw(st.integers(0, n)), n


@given(shares(), LEVELS)
def test_wilson_equals_scipy(share: tuple[int, int], level: float) -> None:
    expected = binomtest(*share).proportion_ci(level, method="wilson")
    assert wilson_limits(*share, level) == pytest.approx((expected.low, expected.high), abs=1e-9)


def test_newcombe_equals_the_published_examples() -> None:
    # Newcombe 1998, table II, method 10.
    assert newcombe_limits((56, 70), (48, 80), 0.95) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert newcombe_limits((9, 10), (3, 10), 0.95) == pytest.approx((0.1705, 0.8090), abs=5e-5)
    assert newcombe_limits((10, 10), (0, 20), 0.95) == pytest.approx((0.6791, 1.0), abs=5e-5)


@given(shares(200), shares(200), LEVELS)
def test_a_mover_ratio_is_the_inverse_of_the_other_way_round(
    first: tuple[int, int], second: tuple[int, int], level: float
) -> None:
    if first[0] and second[0]:
        low, high = mover_ratio_limits(first, second, level)
        assert mover_ratio_limits(second, first, level) == pytest.approx((1 / high, 1 / low), rel=1e-6)


@given(shares(), shares(), LEVELS)
def test_every_interval_holds_its_value(first: tuple[int, int], second: tuple[int, int], level: float) -> None:
    for found in (
        proportion(*first, level=level),
        difference(first, second, level=level),
        ratio(first, second, level=level),
    ):
        if isinstance(found, Estimate):
            assert found.low < found.high
            assert found.low <= found.value <= found.high
        else:
            assert second[0] == 0
            assert found.reason == "not_finite"


def test_nothing_is_undefined_not_zero() -> None:
    """F11, E3."""
    assert proportion(0, 0) == Undefined(reason="empty")
    assert proportion(3, 4, smallest=30) == Undefined(reason="too_few", n=4, needed=30)
    assert difference((0, 0), (1, 2)) == Undefined(reason="empty", n=2)
    assert ratio((1, 2), (0, 0)) == Undefined(reason="empty", n=2)


@pytest.mark.parametrize("freedom", [1, 2, 3, 30, 99, 100, 101, 1_000, 1_001])
@pytest.mark.parametrize("level", [0.8, 0.95, 0.9999])
def test_students_quantile_holds_the_level(freedom: int, level: float) -> None:
    assert student_within(t_quantile(freedom, level), freedom) == pytest.approx(level, abs=1e-12)


@pytest.mark.parametrize("left", [0.2, 0.05, 1e-5, 1e-9, 1e-13])
def test_quantiles_leave_out_no_more_than_is_left(left: float) -> None:
    level = 1 - left
    assert math.erfc(normal_quantile(level) / math.sqrt(2)) == pytest.approx(1 - level, rel=1e-10)
    assert math.tan(math.pi / 2 * (1 - level)) * t_quantile(1, level) == pytest.approx(1, rel=1e-10)
