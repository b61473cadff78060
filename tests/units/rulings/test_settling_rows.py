"""The rows that would settle a bar, held by simulation: a new sample of as many settles it four times in five."""

from collections.abc import Callable

import numpy as np
import pytest

from assay.facts.values import Estimate, Measure
from assay.rulings.settling_rows import rows_to_settle
from assay.stats.calibration import expected_calibration_error
from assay.stats.proportions import proportion
from assay.stats.ranking import roc_auc
from assay.stats.residuals import mean_absolute_error

Sample = Callable[[np.random.Generator, int], Measure]


def accuracy(random: np.random.Generator, n: int) -> Measure:
    return proportion(int(random.binomial(n, 0.85)), n)


def area(random: np.random.Generator, n: int) -> Measure:
    positive = random.random(n) < 0.2
    return roc_auc(positive, random.normal(size=n) + 1.2 * positive)


def distance(random: np.random.Generator, n: int) -> Measure:
    return mean_absolute_error(np.zeros(n), random.standard_t(5, n))


def calibration(random: np.random.Generator, n: int) -> Measure:
    scores = random.beta(1, 3, n)
    return expected_calibration_error(random.random(n) < scores, scores)


@pytest.mark.parametrize(
    ("sample", "n", "bar", "samples"),
    [(accuracy, 150, 0.8, 300), (area, 200, 0.75, 60), (distance, 200, 1.1, 60), (calibration, 300, 0.05, 40)],
)
def test_as_many_rows_settle_a_bar_at_least_three_times_in_four(
    sample: Sample, n: int, bar: float, samples: int
) -> None:
    random = np.random.default_rng(3)
    told = hits = 0
    for _ in range(samples):
        found = sample(random, n)
        assert isinstance(found, Estimate)
        needed = rows_to_settle(found, bar)
        if needed is None:
            continue
        assert needed > n
        again = sample(random, min(needed, 50_000))
        assert isinstance(again, Estimate)
        told, hits = told + 1, hits + (not again.low <= bar <= again.high)
    assert told >= samples / 8
    assert hits / told >= 0.75


def estimate(value: float, low: float, high: float, **more: float) -> Estimate:
    return Estimate(value=value, low=low, high=high, n=100, method="wilson", **more)


def test_no_number_is_given_where_none_is_honest() -> None:
    """Settled already, at the bar, within half a standard error of it, bounds that no row moves, and no width."""
    assert rows_to_settle(estimate(0.72, 0.62, 0.80), 0.5) is None
    assert rows_to_settle(estimate(0.72, 0.62, 0.80), 0.72) is None
    assert rows_to_settle(estimate(0.72, 0.62, 0.80), 0.70) is None
    assert rows_to_settle(estimate(0.72, 0.62, 0.80, level=1.0), 0.65) is None
    assert rows_to_settle(estimate(0.72, 0.72, 0.72), 0.72) is None
    assert rows_to_settle(estimate(0.72, 0.0, 1.0), 0.7200001) is None


def test_the_number_is_rounded_up_to_two_digits() -> None:
    # Reach 0.10 with se 0.051, distance 0.07: 100 · 2.04 · (0.10 / 0.0445)² = 1,031.
    assert rows_to_settle(estimate(0.72, 0.62, 0.80), 0.65) == 1_100
    assert rows_to_settle(estimate(0.72, 0.62, 0.80), 0.65) == rows_to_settle(estimate(-0.72, -0.80, -0.62), -0.65)


@pytest.mark.parametrize("level", [0.8, 0.95, 0.99])
def test_the_level_of_the_interval_counts(level: float) -> None:
    needed = rows_to_settle(estimate(0.72, 0.62, 0.80, level=level), 0.65)
    assert needed is not None
    assert needed > 100


def test_what_chance_adds_to_a_value_goes_away_with_more_rows() -> None:
    """A calibration error of 0.04, of which chance gives all, is 0.02 at four times the rows."""
    seen = estimate(0.04, 0.0, 0.06, chance=0.04)
    assert rows_to_settle(seen, 0.05) is not None
    true = estimate(0.04, 0.0, 0.06, chance=0.0)
    fewer, more = rows_to_settle(seen, 0.05), rows_to_settle(true, 0.05)
    assert fewer is not None
    assert more is not None
    assert fewer < more


@pytest.mark.parametrize(
    ("measured", "limit", "rows"),
    [
        # (1 + 0.8416 / 1.96) · 0.1 / (0.05 − 0.1 / 1.96 / 2) = 5.835, and 5.835² · 100 = 3,405
        (estimate(0.8, 0.7, 0.9), 0.75, 3_500),
        (estimate(0.8, 0.7, 0.9), 0.85, 3_500),
        (estimate(0.8, 0.75, 0.9), 0.85, 3_500),
        (estimate(0.8, 0.7, 0.9, level=0), 0.75, None),
        (estimate(0.8, 0.7, 0.9), 0.8, None),
        (Estimate(value=0.8, low=0.7, high=0.9, n=100, method="wilson", clusters=20, effective=50), 0.75, 690),
        (Estimate(value=0.8, low=0.7, high=0.9, n=3, method="wilson"), 0.71, 15),
        (Estimate(value=0.8, low=0.7, high=0.9, n=20, method="wilson"), 0.71, 99),
        # √(0.0576² − 0.04² + 0.04² / 7.26) + 1.4294 · 0.03 / √7.26 = 0.06
        (estimate(0.05, 0.03, 0.08, chance=0.04), 0.06, 730),
        # √(0.0576² − 0.05² + 0.05² / 1.743) + 1.4294 · 0.03 / √1.743 = 0.08
        (estimate(0.05, 0.03, 0.08, chance=0.05), 0.08, 180),
    ],
)
def test_rows_by_hand(measured: Estimate, limit: float, rows: int | None) -> None:
    assert rows_to_settle(measured, limit) == rows


def test_a_distance_that_is_hardly_more_than_chance_gives_no_number() -> None:
    """0.609 against 0.60 with 1,200 rows: 5,400,000 rows would be the answer of the formula, and of no use."""
    found = Estimate(value=0.60887, low=0.575, high=0.642, n=1_200, method="wilson")
    assert rows_to_settle(found, 0.6) is None
    wider = Estimate(value=0.62, low=0.585, high=0.655, n=1_200, method="wilson")
    assert rows_to_settle(wider, 0.6) is not None
