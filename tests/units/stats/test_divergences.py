"""PSI and its kin against scipy's and Evidently's definitions, with limits where counts have any."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.spatial.distance import jensenshannon
from scipy.stats import entropy
from tests.support.exact_distributions import chi_squared_tail

from assay.stats import divergences
from assay.stats.bounded import Bounded
from assay.stats.divergences import Shares, psi_bar, shares

FULL = st.lists(st.tuples(st.integers(1, 500), st.integers(1, 500)), min_size=2, max_size=12)
SPARSE = st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), min_size=1, max_size=12)
EVERY = (
    divergences.population_stability,
    divergences.kullback_leibler,
    divergences.jensen_shannon,
    divergences.hellinger,
    divergences.total_variation,
)
SYMMETRIC = [each for each in EVERY if each is not divergences.kullback_leibler]


def both(rows: list[tuple[int, int]]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    table = np.array(rows, dtype=np.float64)
    assume(table.sum(axis=0).min() > 0)
    return table[:, 0], table[:, 1]


@given(FULL)
def test_the_values_are_those_of_scipy_and_evidently(rows: list[tuple[int, int]]) -> None:
    """Evidently's formulas on shares: its JS distance is natural, ours has base 2."""
    first, second = both(rows)
    p, q = first / first.sum(), second / second.sum()
    one, other = shares(first), shares(second)
    expected = {
        divergences.population_stability: float(((p - q) * np.log(p / q)).sum()),
        divergences.kullback_leibler: float(entropy(p, q)),
        divergences.jensen_shannon: float(jensenshannon(p, q, base=2)),
        divergences.hellinger: math.sqrt(max(0.0, 1 - float(np.sqrt(p * q).sum()))),
        divergences.total_variation: 0.5 * float(np.abs(p - q).sum()),
    }
    for measure, value in expected.items():
        # A root of what is nearly nothing keeps half of the digits.
        rough = measure in {divergences.hellinger, divergences.jensen_shannon} and value < 1e-4
        found = measure(one, other)
        assert found.is_exact
        assert found.value == pytest.approx(value, abs=3e-8 if rough else 1e-9)
    natural = divergences.jensen_shannon(one, other).value * math.sqrt(math.log(2))
    assert natural == pytest.approx(float(jensenshannon(p, q)), abs=1e-7)


def test_an_empty_bucket_counts_as_evidently_counts_it() -> None:
    p, q = np.array([0.5, 0.5, 1e-4]), np.array([0.25, 0.5, 0.25])
    expected = float(((p - q) * np.log(p / q)).sum())
    found = divergences.population_stability(shares([50, 50, 0]), shares([25, 50, 25]))
    assert found.value == pytest.approx(expected, abs=1e-12)


@given(SPARSE)
def test_equal_shares_are_no_distance_and_order_does_not_matter(rows: list[tuple[int, int]]) -> None:
    first, second = both(rows)
    one, other = shares(first), shares(second)
    for measure in EVERY:
        assert measure(one, shares(first * 3)).value == pytest.approx(0, abs=1e-7)
        assert measure(one, other).value >= 0
        turned = measure(shares(first[::-1]), shares(second[::-1])).value
        assert turned == pytest.approx(measure(one, other).value, abs=1e-12)
    for measure in SYMMETRIC:
        assert measure(one, other).value == pytest.approx(measure(other, one).value, abs=1e-12)


def test_what_shares_nothing_is_as_far_as_can_be() -> None:
    apart = shares([10, 0]), shares([0, 7])
    for measure in (divergences.jensen_shannon, divergences.hellinger, divergences.total_variation):
        assert measure(*apart) == Bounded(1.0, 1.0, 1.0)


@given(SPARSE, st.data())
def test_the_exact_value_lies_within_the_limits(rows: list[tuple[int, int]], data: st.DataObject) -> None:
    """Any counts within the limits that have the same sum are within."""
    first, second = both(rows)
    slack = np.array([data.draw(st.integers(0, 20)) for _ in rows], dtype=np.float64)
    vague = Shares(second, np.maximum(second - slack, 0), second + slack, int(second.sum()))
    moved = second.copy()
    for _ in range(5):
        down, up = data.draw(st.integers(0, len(rows) - 1)), data.draw(st.integers(0, len(rows) - 1))
        if down != up and moved[down] - 1 >= vague.low[down] and moved[up] + 1 <= vague.high[up]:
            moved[down], moved[up] = moved[down] - 1, moved[up] + 1
    for measure in EVERY:
        found = measure(shares(first), vague)
        assert found.low <= found.value <= found.high
        truth = measure(shares(first), shares(moved)).value
        assert found.low - 1e-7 <= truth <= found.high + 1e-7
        back, turned = measure(vague, shares(first)), measure(shares(moved), shares(first)).value
        assert back.low - 1e-7 <= turned <= back.high + 1e-7


def test_the_bar_of_psi_falls_with_the_rows_to_a_tenth() -> None:
    """No shift at 200 rows may not cry drift a third of the time."""
    assert psi_bar(200, 200, 10) == pytest.approx(0.1692, abs=5e-5)
    assert psi_bar(100_000, 100_000, 10) == 0.1
    assert psi_bar(100_000, 50, 10) > psi_bar(100_000, 100, 10) > 0.1


@pytest.mark.parametrize("freedom", [1, 2, 3, 9, 10, 99, 2_000, 9_999])
@pytest.mark.parametrize("level", [0.8, 0.95, 0.999, 1 - 1e-9])
def test_chance_exceeds_the_bar_of_psi_as_seldom_as_the_level_says(freedom: int, level: float) -> None:
    """With two rows on either side, the bar is the quantile of χ² itself."""
    bar = psi_bar(2, 2, freedom + 1, level=level, least=0)
    assert chi_squared_tail(bar, freedom) == pytest.approx(1 - level, rel=1e-9)


@pytest.mark.parametrize(
    ("count", "low", "high"), [([0, 0], None, None), ([1, -1], None, None), ([3], [4], [5]), ([3], [1], [2])]
)
def test_counts_that_cannot_be_are_refused(count: list[int], low: list[int] | None, high: list[int] | None) -> None:
    with pytest.raises(ValueError, match="counts"):
        shares(count, low, high)
