"""Kolmogorov and Smirnov's distributions against scipy's."""

import math
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import smirnov
from scipy.stats import ks_2samp, kstwo
from tests.support.thoroughness import examples

from assay.stats.kolmogorov import one_sample_p, two_sample_p

# scipy takes twice the one-sided chance where both sides together are less, by 3.8e-8 at most.
TWICE = 4e-8


@pytest.mark.parametrize("n", [1, 2, 3, 5, 10, 50, 139, 140, 141, 500, 4999])
def test_the_one_sample_chance_is_scipys(n: int) -> None:
    for z in np.linspace(0.15, 3.5, 36).tolist():
        distance = z / math.sqrt(n)
        if distance < 1:
            assert one_sample_p(distance, n) == pytest.approx(kstwo.sf(distance, n), abs=1e-9)


@pytest.mark.parametrize("n", [5_001, 20_000, 99_999, 100_001, 500_000])
def test_the_chance_of_many_rows_is_scipys(n: int) -> None:
    for z in np.linspace(0.15, 3.5, 36 if n < 50_000 else 9).tolist():
        expected = kstwo.sf(z / math.sqrt(n), n)
        assert one_sample_p(z / math.sqrt(n), n) == pytest.approx(expected, abs=TWICE if 1.48 < z < 2 else 1e-9)


def test_the_far_tail_is_not_lost_to_rounding() -> None:
    for n in (30, 1_000, 200_000):
        distance = 4.2 / math.sqrt(n)
        assert one_sample_p(distance, n) == pytest.approx(2 * smirnov(n, distance), rel=1e-3)
        assert one_sample_p(distance, n) > 0


@settings(max_examples=examples(60), deadline=None)
@given(st.integers(1, 220), st.integers(1, 220), st.integers(0, 2**32 - 1), st.booleans())
def test_few_rows_have_the_exact_p_value(n: int, m: int, seed: int, ties: bool) -> None:
    random = np.random.default_rng(seed)
    first, second = random.normal(size=n), random.normal(0.3, size=m)
    if ties:
        first, second = first.round(1), second.round(1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        expected = ks_2samp(first, second, method="exact")
    assert two_sample_p(float(expected.statistic), n, m) == pytest.approx(expected.pvalue, abs=1e-9)


@pytest.mark.parametrize("n", [1_000, 9_999])
def test_equal_sizes_have_the_exact_one_up_to_ten_thousand(n: int) -> None:
    for distance in (0.01, 0.03):
        first, second = np.arange(n, dtype=float), np.arange(n) + distance * n + 0.5
        expected = ks_2samp(first, second, method="exact")
        assert two_sample_p(float(expected.statistic), n, n) == pytest.approx(expected.pvalue, abs=1e-9)


@pytest.mark.parametrize(("n", "m"), [(20_000, 30_000), (12_000, 12_000), (100, 200_000)])
def test_many_rows_have_the_asymptotic_one(n: int, m: int) -> None:
    random = np.random.default_rng(5)
    for shift in (0.0, 0.01, 0.02):
        expected = ks_2samp(random.normal(size=n), random.normal(shift, size=m), method="asymp")
        assert two_sample_p(float(expected.statistic), n, m) == pytest.approx(expected.pvalue, abs=TWICE)


@pytest.mark.parametrize(("n", "m"), [(320, 330), (200, 800), (30, 4_000)])
def test_the_asymptotic_p_value_is_near_the_exact_one_where_it_takes_over(n: int, m: int) -> None:
    for distance in (0.06, 0.1, 0.2):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            whole = np.arange(n, dtype=float)
            other = np.linspace(distance * n, n, m)
            exact = ks_2samp(whole, other, method="exact")
        assert two_sample_p(float(exact.statistic), n, m) == pytest.approx(exact.pvalue, abs=0.02)


@settings(deadline=None)
@given(st.integers(1, 400), st.integers(1, 400), st.floats(0, 1), st.floats(0, 1))
def test_a_larger_distance_is_never_likelier(n: int, m: int, one: float, other: float) -> None:
    low, high = min(one, other), max(one, other)
    assert 0 <= two_sample_p(high, n, m) <= two_sample_p(low, n, m) + 1e-9 <= 1 + 1e-9


def test_nothing_is_certain_or_refused() -> None:
    assert two_sample_p(0.0, 10, 20) == 1
    assert two_sample_p(1.0, 1, 1) == 1
    for wrong in ((0.5, 0, 3), (1.5, 3, 3), (float("nan"), 3, 3)):
        with pytest.raises(ValueError, match="two samples"):
            two_sample_p(*wrong)
