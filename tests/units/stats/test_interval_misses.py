"""How often limits promise too much: a sample of what tests/benchmarks/interval_misses.py simulates."""

from collections.abc import Callable, Iterator

import pytest
from tests.benchmarks.interval_misses import (
    ERRORS,
    Claim,
    Misses,
    Shape,
    class_shapes,
    error_shapes,
    fit_shapes,
    gap_shapes,
    probability_shapes,
    ranking_shapes,
    simulate,
)

from assay.stats.means import mean

Family = Callable[[int], Iterator[Shape]]


def misses(family: Family, name: str, metric: str, n: int, samples: int) -> Misses:
    shape = next(each for each in family(n) if each.name == name and metric in {one.metric for one in each.claims})
    (found,) = simulate(shape, samples, seed=2, only=(metric,))
    return found


@pytest.mark.parametrize(
    ("family", "name", "metric", "n"),
    [
        (error_shapes, "log-normal 1", "mean_absolute_error", 50),
        (error_shapes, "70 % none, else exponential", "mean_absolute_error", 200),
        (error_shapes, "Student 5", "root_mean_squared_error", 200),
        (error_shapes, "skewed, Gamma 2", "mean_error, high", 50),
        (fit_shapes, "Laplace, 0.3 of exponential values predicted", "r2", 200),
        (probability_shapes, "calibrated, sharp, prevalence 0.02", "log_loss", 200),
        (probability_shapes, "calibrated, sharp, prevalence 0.02", "brier_score", 50),
        (class_shapes, "3 classes, the rarest 0.33, calibrated", "log_loss of several classes", 50),
        (ranking_shapes, "wide positives, prevalence 0.05", "roc_auc", 200),
        (ranking_shapes, "wide positives, prevalence 0.02", "average_precision", 200),
        (gap_shapes, "4 groups, half of them apart, from 0.1", "equalized_odds_difference", 200),
        (gap_shapes, "2 groups, half of them apart, from 0.7", "demographic_parity_ratio", 200),
    ],
)
def test_a_limit_misses_the_truth_as_seldom_as_allowed(family: Family, name: str, metric: str, n: int) -> None:
    found = misses(family, name, metric, n, samples=250)
    assert found.measured >= 150
    assert found.share <= found.allowed + found.errors


def test_the_measure_of_misses_can_fail() -> None:
    """Student's interval of squared errors misses the truth more than ten times as often as it promises."""
    shape = next(each for each in error_shapes(50) if each.name == "log-normal 1")
    plain = Claim("mean of squares", ERRORS["log-normal 1"][2], "at_most", lambda rows: mean(rows.scores**2))
    (found,) = simulate(Shape(shape.name, shape.n, shape.draw, (plain,)), 250, seed=2)
    assert found.share > 0.25 > found.allowed + found.errors


def test_no_method_knows_of_rows_that_the_sample_does_not_show() -> None:
    """One row in two hundred is fifteen times as wrong: a third of the samples of 200 rows has none, and passes."""
    found = misses(error_shapes, "0.5 % fifteen times", "root_mean_squared_error", 200, samples=150)
    assert found.share > 0.5
