"""Means with Student's interval, and the limit that adds rows of the other outcome."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.facts.values import Estimate
from assay.stats import means
from assay.stats.intervals import t_quantile
from assay.stats.proportions import wilson_limits

TWICE = math.erf(math.sqrt(2))
"""The level of two standard errors, at which exactly two rows are added."""


def test_the_interval_of_a_mean_is_students() -> None:
    from scipy import stats

    for n in (5, 40, 400):
        values = np.random.default_rng(n).exponential(size=n)
        found = means.mean(values)
        assert isinstance(found, Estimate)
        expected = stats.t.interval(0.95, n - 1, loc=values.mean(), scale=stats.sem(values))
        assert (found.low, found.high) == pytest.approx(expected, rel=1e-6)


@given(st.lists(st.tuples(st.floats(0, 10), st.floats(0, 10)), min_size=3, max_size=40))
def test_two_rows_of_the_other_outcome_are_added(pairs: list[tuple[float, float]]) -> None:
    values, otherwise = (np.array(side) for side in zip(*pairs, strict=True))
    n = len(values)
    # Each other outcome with the weight 2/n beside the rows themselves.
    rows, weights = np.concatenate([values, otherwise]), np.repeat([1.0, 2 / n], n)
    centre = np.average(rows, weights=weights)
    variance = np.average((rows - centre) ** 2, weights=weights) * (n + 2) / (n + 1)
    expected = centre + t_quantile(n - 1, TWICE) * math.sqrt(variance / (n + 2))
    assert means.highest_mean(values, otherwise, level=TWICE) == pytest.approx(expected, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("n", [30, 200, 5_000])
@pytest.mark.parametrize("share", [0.0, 0.01, 0.1, 0.4])
def test_of_zeros_and_ones_it_is_no_lower_than_wilsons_limit(n: int, share: float) -> None:
    ones = round(share * n)
    values = np.repeat([1.0, 0.0], [ones, n - ones])
    assert means.highest_mean(values, 1 - values, level=0.95) >= wilson_limits(ones, n, 0.95)[1]


def test_a_sum_beyond_floats_is_infinite() -> None:
    assert means.total(np.full(4, 1e308)) == math.inf
