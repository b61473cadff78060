"""Tests of two samples against scipy's."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.stats import chi2_contingency, fisher_exact
from scipy.stats.contingency import association
from tests.support.exact_distributions import chi_squared_tail

from assay.stats.bounded import Bounded, known
from assay.stats.divergences import shares
from assay.stats.kolmogorov import two_sample_p
from assay.stats.two_samples import (
    categories_p,
    chi_squared,
    chi_squared_p,
    cramers_v,
    cramers_v_corrected,
    fisher_p,
    freedom,
    kolmogorov_smirnov_p,
)

TABLES = st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)), min_size=2, max_size=10)


@given(TABLES)
def test_chi_squared_is_scipys(rows: list[tuple[int, int]]) -> None:
    table = np.array(rows).T
    assume(table.sum(axis=1).min() > 0)
    one, other = shares(table[0]), shares(table[1])
    held = table[:, table.sum(axis=0) > 0]
    expected = chi2_contingency(held, correction=False)
    found, degrees = chi_squared(one, other), freedom(one, other)
    assert degrees == expected.dof
    assert found.value == pytest.approx(expected.statistic, abs=1e-9, rel=1e-9)
    assert chi_squared_p(found, degrees).value == pytest.approx(expected.pvalue, abs=1e-9)
    n = int(table.sum())
    if degrees:
        assert cramers_v(found, n).value == pytest.approx(association(held, method="cramer"), abs=1e-7)


@given(st.integers(1, 10_000), st.floats(0, 3))
def test_the_p_value_of_chi_squared_is_exact(freedom: int, share: float) -> None:
    expected = chi_squared_tail(share * freedom, freedom)
    assert chi_squared_p(known(share * freedom), freedom).value == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("degrees", [1, 2, 9, 127])
def test_the_far_tail_of_chi_squared_is_not_lost_to_rounding(degrees: int) -> None:
    for statistic in (200.0, 700.0, 1_300.0):
        expected = chi_squared_tail(statistic, degrees)
        assert chi_squared_p(known(statistic), degrees).value == pytest.approx(expected, rel=1e-10)
    assert chi_squared_p(known(math.inf), degrees) == known(0.0)


def bergsma(table: np.ndarray) -> float:
    """Bergsma 2013, as written there."""
    n, (r, c) = table.sum(), table.shape
    phi = chi2_contingency(table, correction=False).statistic / n
    left = max(0.0, phi - (r - 1) * (c - 1) / (n - 1))
    rows, columns = r - (r - 1) ** 2 / (n - 1), c - (c - 1) ** 2 / (n - 1)
    return float(np.sqrt(left / min(rows - 1, columns - 1)))


@pytest.mark.parametrize("table", [[[30, 10], [20, 40]], [[5, 9, 31], [10, 40, 2]], [[50, 50], [51, 49]]])
def test_the_corrected_v_is_bergsmas(table: list[list[int]]) -> None:
    counts = np.array(table)
    one, other = shares(counts[0]), shares(counts[1])
    found = cramers_v_corrected(chi_squared(one, other), int(counts.sum()), freedom(one, other))
    assert found is not None
    assert found.value == pytest.approx(bergsma(counts), abs=1e-12)


def test_one_bucket_can_differ_in_nothing() -> None:
    one, other = shares([10, 0]), shares([25, 0])
    assert freedom(one, other) == 0
    assert chi_squared_p(chi_squared(one, other), 0) == known(1.0)
    assert cramers_v_corrected(known(0.0), 35, 0) is None


def test_limits_of_a_statistic_give_limits_of_its_p_value() -> None:
    found = kolmogorov_smirnov_p(Bounded(0.1, 0.08, 0.2), 100, 120)
    assert found.low == two_sample_p(0.2, 100, 120)
    assert found.value == two_sample_p(0.1, 100, 120)
    assert found.high == two_sample_p(0.08, 100, 120)
    chance = chi_squared_p(Bounded(3.0, 2.0, 4.0), 1)
    assert chance.low < chance.value < chance.high


@settings(deadline=None)
@given(*[st.integers(0, 400)] * 4)
def test_two_categories_have_fishers_exact_p_value(first: int, second: int, third: int, fourth: int) -> None:
    assume(first + second and third + fourth)
    expected = fisher_exact([[first, second], [third, fourth]]).pvalue
    assert fisher_p(first, second, third, fourth) == pytest.approx(expected, abs=1e-9)
    found = categories_p(shares([first, second]), shares([third, fourth]))
    assert found.is_exact
    assert found.value == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("table", [[[9_000, 1_000_000], [3, 47]], [[120_000, 90_000], [60_000, 38_000]]])
def test_fisher_answers_for_many_rows_too(table: list[list[int]]) -> None:
    expected = fisher_exact(table).pvalue
    assert categories_p(shares(table[0]), shares(table[1])).value == pytest.approx(expected, abs=1e-9)


def test_chi_squared_answers_where_it_agrees_with_fisher() -> None:
    table = [[900_000, 600_000], [901_500, 600_200]]
    found = categories_p(shares(table[0]), shares(table[1])).value
    assert found == pytest.approx(chi2_contingency(table, correction=False).pvalue, abs=1e-9)
    assert found == pytest.approx(fisher_p(*table[0], *table[1]), abs=1e-3)


def test_more_categories_or_vague_ones_are_tested_by_chi_squared() -> None:
    one, other = shares([30, 20, 10]), shares([10, 20, 30])
    assert categories_p(one, other) == chi_squared_p(chi_squared(one, other), 2)
    vague = shares([30, 20], [25, 15], [35, 25])
    assert not categories_p(vague, shares([10, 40])).is_exact


def test_a_rare_category_of_a_small_sample_is_not_called_more_often_than_said() -> None:
    """A tenth of 50 rows against 10,000: at 0.001, χ² calls more than twice as many of 20,000."""
    random = np.random.default_rng(2)
    pairs = zip(random.binomial(10_000, 0.1, 20_000).tolist(), random.binomial(50, 0.1, 20_000).tolist(), strict=True)
    fisher, pearson = 0, 0
    for before, now in pairs:
        one, other = shares([before, 10_000 - before]), shares([now, 50 - now])
        if chi_squared_p(chi_squared(one, other), 1).value <= 0.001:
            pearson += 1
            fisher += categories_p(one, other).value <= 0.001
    allowed = 20 + 3 * np.sqrt(20)
    assert fisher <= allowed < pearson
