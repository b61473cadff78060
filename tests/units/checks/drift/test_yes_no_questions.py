"""Yes/no questions find what PSI overlooks, and are quiet where nothing changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from assay.checks.drift.categories import column_from_categories
from assay.checks.drift.column_decisions import MISSING, ComparedColumn, DriftThresholds, compare
from assay.checks.drift.sides import column_from_values
from assay.checks.drift.yes_no_questions import BEYOND, ONE_VALUE, asked_shares, share_decisions
from assay.stats.corrections import holm
from assay.stats.share_changes import ShareChange, adjusted

Values = NDArray[np.float64]
THRESHOLDS = DriftThresholds(level=0.95, effect=0.1, fewest=50, missingness=True)
BEFORE, NOW = 3_000, 1_000
SHAPES: tuple[Callable[[np.random.Generator, int], Values], ...] = (
    lambda random, n: random.normal(size=n),
    lambda random, n: np.exp(random.normal(size=n)),
    lambda random, n: (random.random(n) < 0.05).astype(float),
    lambda random, n: np.where(random.random(n) < 0.1, np.nan, random.normal(size=n)),
    lambda random, n: random.poisson(2, n).astype(float),
)


def compared(before: Values, now: Values) -> ComparedColumn:
    return compare(column_from_values(before), column_from_values(now), THRESHOLDS)


def alarms(columns: dict[str, ComparedColumn]) -> set[tuple[str, str]]:
    found = adjusted(asked_shares(columns, missingness=True, fewest=50))
    return {key for key, decision in share_decisions(found, 0.95).items() if decision.value}


def family(
    random: np.random.Generator, columns: int = 20, before: int = BEFORE, now: int = NOW
) -> dict[str, ComparedColumn]:
    shapes = [SHAPES[index % len(SHAPES)] for index in range(columns)]
    return {f"x{index}": compared(shape(random, before), shape(random, now)) for index, shape in enumerate(shapes)}


CHANGES: dict[
    str, tuple[str, Callable[[np.random.Generator, int], Values], Callable[[Values, np.random.Generator], Values]]
] = {
    "a flag from 1 to 5 %": (
        ONE_VALUE,
        lambda random, n: (random.random(n) < 0.01).astype(float),
        lambda x, random: (random.random(len(x)) < 0.055).astype(float),
    ),
    "a sentinel in 5 %": (
        ONE_VALUE,
        lambda random, n: random.normal(size=n),
        lambda x, random: np.where(random.random(len(x)) < 0.055, -999.0, x),
    ),
    "5 % of rows times a thousand": (
        BEYOND,
        lambda random, n: random.lognormal(3, 0.5, n),
        lambda x, random: np.where(random.random(len(x)) < 0.055, 1_000 * x, x),
    ),
    "mostly zero, 5 % of rows times a thousand": (
        BEYOND,
        lambda random, n: np.where(random.random(n) < 0.8, 0, random.lognormal(3, 0.5, n)),
        lambda x, random: np.where(random.random(len(x)) < 0.3, 1_000 * x, x),
    ),
    "missing from 5 to 12 %": (
        MISSING,
        lambda random, n: np.where(random.random(n) < 0.05, np.nan, random.normal(size=n)),
        lambda x, random: np.where(random.random(len(x)) < 0.08, np.nan, x),
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_that_psi_overlooks_is_found_among_twenty_columns(change: str) -> None:
    question, make, alter = CHANGES[change]
    found = 0
    for seed in range(5):
        random = np.random.default_rng(seed)
        columns = family(random, 19)
        columns["changed"] = compared(make(random, BEFORE), alter(make(random, NOW), random))
        caught = alarms(columns)
        found += ("changed", question) in caught
        assert {name for name, _ in caught} <= {"changed"}
    assert found >= 4


def test_without_a_change_few_families_alarm() -> None:
    random = np.random.default_rng(1)
    sizes = [(500, 200), (3_000, 1_000), (200, 200)]
    assert sum(bool(alarms(family(random, 20, *sizes[run % 3]))) for run in range(60)) <= 3


def test_a_small_change_of_many_rows_is_told_and_no_alarm() -> None:
    """PSI calls values that are missing in 2 % of the rows drift, because none were missing before."""
    random = np.random.default_rng(2)
    before, now = random.normal(size=20_000), random.normal(size=5_000)
    now[:100] = np.nan
    (change,) = (
        each
        for each in adjusted(asked_shares({"x": compared(before, now)}, missingness=True, fewest=50))
        if each.question == MISSING
    )
    assert change.adjusted_p < 1e-6
    assert (change.is_large, change.is_notable) == (False, True)
    assert alarms({"x": compared(before, now)}) == set()


def test_categories_are_asked_too() -> None:
    before, now = ["a"] * 950 + ["b"] * 45 + ["c"] * 5, ["a"] * 900 + ["b"] * 30 + ["c"] * 70
    sides = [column_from_categories(np.array(each, dtype=object)) for each in (before, now)]
    assert alarms({"x": compare(sides[0], sides[1], THRESHOLDS)}) == {("x", ONE_VALUE)}


def test_values_that_are_not_judged_are_not_asked() -> None:
    few = compared(np.zeros(10), np.ones(10))
    assert adjusted(asked_shares({"x": few}, missingness=True, fewest=50)) == ()
    whole = compare(column_from_values(np.zeros(100)), column_from_values(np.ones(100)), THRESHOLDS, by_values=False)
    assert adjusted(asked_shares({"x": whole}, missingness=True, fewest=50)) == ()


@given(st.lists(st.floats(0, 1), max_size=8), st.floats(0.001, 0.5))
def test_holm_rejects_what_its_steps_reject(p_values: Sequence[float], level: float) -> None:
    found = holm(p_values)
    assert all(0 <= given <= adjusted <= 1 for given, adjusted in zip(p_values, found, strict=True))
    ordered = sorted(p_values)
    stopped = next((k for k, p in enumerate(ordered) if (len(ordered) - k) * p > level), len(ordered))
    assert sum(each <= level for each in found) == stopped
    assert all(one <= other for one, other in pairwise(p for _, p in sorted(zip(p_values, found, strict=True))))


@pytest.mark.parametrize(
    ("before", "now", "large"),
    [
        (0.01, 0.05, True),
        (0.05, 0.12, True),
        (0.05, 0.06, False),
        (0, 0.02, False),
        (0.5, 0.54, False),
        (0.5, 0.56, True),
    ],
)
def test_what_a_person_calls_large(before: float, now: float, *, large: bool) -> None:
    rows = 1_000
    change = ShareChange("x", MISSING, (round(before * rows), rows), (round(now * rows), rows))
    assert change.is_large is large
    assert adjusted([change], tests=1)[0].adjusted_p <= 1


def test_both_families_of_tests_share_the_error() -> None:
    """What is sure at 0.96 alone is not sure among all tests of a table, at level 0.95."""
    thresholds = DriftThresholds(level=0.95, effect=0.1, fewest=50, missingness=True)
    change = ShareChange("a", "one value", (10, 200), (25, 200), adjusted_p=0.04)
    (decision,) = share_decisions([change], thresholds.level_each).values()
    assert (decision.value, change.is_large) == (0, True)
    (decision,) = share_decisions([replace(change, adjusted_p=0.025)], thresholds.level_each).values()
    assert decision.value == 1
