"""Hall's limits with unseen rows."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.stats.intervals import t_quantile
from assay.stats.skewed_means import hall_reach, highest_ratio, mean_limits

TWICE = math.erf(math.sqrt(2))
"""The level of two standard errors, at which exactly two rows are added."""


@given(st.integers(5, 10_000), st.floats(-20, 20), st.sampled_from([0.8, 0.95, 0.99]))
def test_the_reach_is_the_inverse_of_halls_cubic(n: int, skewness: float, level: float) -> None:
    bent = -math.sqrt(n) * hall_reach(n, n, skewness, level)
    by_root = skewness / math.sqrt(n)
    straight = bent + by_root * bent**2 / 3 + by_root**2 * bent**3 / 27 + by_root / 6
    assert straight == pytest.approx(-t_quantile(n - 1, level), rel=1e-6, abs=1e-6)


def slow_limit(parts: np.ndarray, wholes: np.ndarray) -> float:
    """The same at the level that adds two rows, with these rows appended."""
    n, ratio = len(parts), parts.sum() / wholes.sum()
    worst = int(np.argmax(parts - ratio * wholes))
    parts, wholes = (np.append(each, [each[worst]] * 2) for each in (parts, wholes))
    ratio = parts.sum() / wholes.sum()
    influence = (parts - ratio * wholes) / parts.mean()
    skewness = (influence**3).mean() / (influence**2).mean() ** 1.5
    return ratio * math.exp(influence.std(ddof=1) * hall_reach(n, n + 2, skewness, TWICE))


@given(st.lists(st.tuples(st.floats(0.01, 100), st.floats(0.01, 100)), min_size=4, max_size=40, unique=True))
def test_the_worst_row_is_added_twice(pairs: list[tuple[float, float]]) -> None:
    parts, wholes = (np.array(side) for side in zip(*pairs, strict=True))
    assert highest_ratio(parts, wholes, level=TWICE) == pytest.approx(slow_limit(parts, wholes), rel=1e-5)
    ones = np.ones(len(parts))
    assert highest_ratio(parts, None, level=TWICE) == pytest.approx(slow_limit(parts, ones), rel=1e-5)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 3)), min_size=4, max_size=30))
def test_the_order_of_rows_that_pull_alike_does_not_matter(pairs: list[tuple[int, int]]) -> None:
    parts, wholes = (np.array(side, dtype=np.float64) for side in zip(*pairs, strict=True))
    order = np.random.default_rng(len(pairs)).permutation(len(pairs))
    assert highest_ratio(parts, wholes, level=0.95) == highest_ratio(parts[order], wholes[order], level=0.95)


def test_nothing_to_add_and_too_much_to_hold() -> None:
    assert highest_ratio(np.zeros(9), None, level=0.95) == 0
    assert not math.isfinite(highest_ratio(np.full(9, 1e308), None, level=0.95))


def test_either_side_of_a_mean_has_its_own_skewness() -> None:
    values = np.random.default_rng(1).exponential(size=100)
    low, high = mean_limits(values, float(values.mean()), level=0.95)
    assert high - values.mean() > values.mean() - low > 0
