"""Whether the columns together tell now from before."""

import numpy as np
import pytest
from numpy.typing import NDArray

from assay.facts.values import Estimate, Undefined
from assay.stats.classifiers import Separation, separate

Rows = NDArray[np.float64]


def correlated(random: np.random.Generator, rows: int, correlation: float) -> Rows:
    found = random.normal(size=(rows, 3))
    found[:, 1] = correlation * found[:, 0] + np.sqrt(1 - correlation**2) * found[:, 1]
    return found


def area(found: Separation) -> Estimate:
    assert isinstance(found.auc, Estimate)
    return found.auc


def test_a_new_correlation_is_seen_though_no_column_moved() -> None:
    random = np.random.default_rng(1)
    found = separate(correlated(random, 1_500, 0.0), correlated(random, 1_500, 0.6), seed=1)
    assert area(found).low > 0.6
    assert found.p == pytest.approx(1 / 200)


def test_units_and_outliers_do_not_matter() -> None:
    random = np.random.default_rng(1)
    first, second = correlated(random, 400, 0.0), correlated(random, 400, 0.6)
    found = separate(first, second, seed=1)
    factors = np.array([2.0**30, -1.0, 2.0**-30])
    assert area(separate(first * factors, second * factors, seed=1)).value == pytest.approx(area(found).value, abs=1e-6)
    second[7, 2] = max(first.max(), second.max()) + 1
    largest = separate(first, second, seed=1)
    second[7, 2] = 1e9
    assert separate(first, second, seed=1) == largest


def test_the_seed_alone_decides_on_chance() -> None:
    random = np.random.default_rng(2)
    first, second = correlated(random, 200, 0.2), correlated(random, 200, 0.2)
    assert separate(first, second, seed=5) == separate(first, second, seed=5)
    assert separate(first, second, seed=5) != separate(first, second, seed=6)


def test_new_gaps_are_told_by_what_is_missing() -> None:
    random = np.random.default_rng(4)
    first, second = correlated(random, 500, 0.0), correlated(random, 500, 0.0)
    second[random.random(500) < 0.4, 2] = np.nan
    assert area(separate(first, second, seed=1)).low > 0.6


@pytest.mark.parametrize("few", [True, False])
def test_without_a_shift_the_p_value_is_uniform(few: bool) -> None:
    """Among 300 pairs of samples, small p-values are as rare as they say, plus three standard errors."""
    random = np.random.default_rng(8)

    def sample(rows: int) -> Rows:
        return random.integers(0, 3, size=(rows, 2)).astype(float) if few else random.normal(size=(rows, 2))

    found = [separate(sample(60), sample(80), seed=each, draws=39).p for each in range(300)]
    assert all(each is not None for each in found)
    values = np.array(found, dtype=float)
    for level in (0.05, 0.2, 0.5):
        assert (values <= level).mean() <= level + 3 * np.sqrt(level * (1 - level) / 300)


def test_many_columns_and_columns_that_say_nothing_do_no_harm() -> None:
    random = np.random.default_rng(9)
    first, second = random.normal(size=(120, 40)), random.normal(size=(120, 40))
    for each in (first, second):
        each[:, 3], each[:, 4] = 7.0, np.nan
    found = separate(first, second, seed=1, draws=19)
    assert 0.3 < area(found).value < 0.7
    assert area(separate(first[:, 3:5], second[:, 3:5], seed=1, draws=19)).value == 0.5


def test_few_rows_train_nothing() -> None:
    found = separate(np.zeros((49, 2)), np.zeros((500, 2)), seed=1)
    assert found == Separation(Undefined(reason="too_few", n=549, needed=100), None)
