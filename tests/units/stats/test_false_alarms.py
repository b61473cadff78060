"""How often drift is called where there is none: a sample of what tests/benchmarks/false_alarms.py simulates nightly."""

import numpy as np
import pytest
from tests.benchmarks.false_alarms import ALL_SHAPES, NOMINAL, SHAPES, Outcome, Setting, one_run, simulate

from assay.stats.corrections import benjamini_hochberg


@pytest.mark.parametrize(
    ("setting", "runs"),
    [
        (Setting(50, 50, 1), 2_000),
        (Setting(200, 200, 20), 100),
        (Setting(300, 60, 10), 200),
        (Setting(2_000, 1_000, 200), 10),
    ],
)
def test_without_a_shift_alarms_are_as_rare_as_promised(setting: Setting, runs: int) -> None:
    """At least 2,000 pairs of columns each; within nominal plus three standard errors, by column and by run."""
    found = simulate(setting, runs, seed=1)
    assert found.columns >= 2_000
    assert found.within()
    assert found.open == 0


def test_either_condition_alone_would_alarm_more_often() -> None:
    """No shift at 50 rows: PSI alone calls a fifth of the columns; without correction most runs have an alarm."""
    found = simulate(Setting(50, 50, 50), 40, seed=2)
    assert found.by_effect / found.columns > 2 * NOMINAL
    assert found.by_test / found.runs > 1
    assert found.alarmed_runs / found.runs <= 0.16


def test_the_measure_of_false_alarms_can_fail() -> None:
    assert not Outcome(100, 1_000, 0, alarmed_runs=20, alarms=20, found=0, open=0, by_test=0, by_effect=0).within()
    assert not Outcome(100, 1_000, 0, alarmed_runs=4, alarms=90, found=0, open=0, by_test=0, by_effect=0).within()


@pytest.mark.parametrize("shape", ALL_SHAPES)
def test_a_shift_that_matters_is_found_in_every_shape(shape: str) -> None:
    """One standard deviation at 1,000 rows, in two of ten columns."""
    found = simulate(Setting(1_000, 1_000, 10, shift=1.0, shifted=0.2, shapes=(shape,)), 20, seed=3)
    assert found.found / found.planted >= 0.95
    assert found.alarms / (found.columns - found.planted) <= 0.05


def test_a_shift_that_matters_to_nobody_is_none_however_many_the_rows() -> None:
    """A twentieth of a deviation at 50,000 rows: the test is sure, the effect is nothing."""
    setting = Setting(50_000, 50_000, 6, shift=0.05, shifted=1.0, shapes=tuple(SHAPES))
    decisions, looks = one_run(np.random.default_rng(4), setting)
    assert max(benjamini_hochberg([look.p.value for look in looks])) < 1e-3
    assert [each.high for each in decisions] == [0] * 6
