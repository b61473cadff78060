"""The χ² distribution against scipy's."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2

from assay.stats.chi_squared import chi_squared_quantile, chi_squared_survival


@given(st.integers(1, 5_000), st.floats(0, 3))
def test_the_upper_tail_is_scipys(freedom: int, share: float) -> None:
    statistic = share * freedom
    assert chi_squared_survival(statistic, freedom) == pytest.approx(chi2.sf(statistic, freedom), abs=1e-11)


@pytest.mark.parametrize("freedom", [1, 2, 9, 127])
def test_the_far_tail_is_not_lost_to_rounding(freedom: int) -> None:
    for statistic in (200.0, 700.0, 1_300.0):
        expected = chi2.sf(statistic, freedom)
        assert chi_squared_survival(statistic, freedom) == pytest.approx(expected, rel=1e-9)
    assert chi_squared_survival(math.inf, freedom) == 0


@given(st.integers(1, 2_000), st.floats(1e-6, 1 - 1e-6))
def test_quantiles_are_scipys(freedom: int, level: float) -> None:
    assert chi_squared_quantile(level, freedom) == pytest.approx(chi2.ppf(level, freedom), rel=1e-9)


def test_what_has_no_answer_is_refused() -> None:
    with pytest.raises(ValueError, match="degrees of freedom"):
        chi_squared_survival(1.0, 0)
    with pytest.raises(ValueError, match="degrees of freedom"):
        chi_squared_survival(-1.0, 1)
    with pytest.raises(ValueError, match="level"):
        chi_squared_quantile(1.0, 3)
