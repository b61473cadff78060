"""The laws of data hygiene: strengths are areas, chance is what simulated rows do, and no difference seldom alarms."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import fisher_exact, spearmanr
from sklearn.metrics import roc_auc_score
from tests.support.thoroughness import examples

from assay.checks.data_hygiene.chance_duplicates import (
    chance_of_meeting,
    chance_of_repeating,
    coded,
    places_of_conflicts,
    places_of_meeting,
    share_beyond_chance,
)
from assay.checks.data_hygiene.predictive_strength import among_classes, among_numbers, class_masks, ranked
from assay.checks.data_hygiene.set_differences import differing_columns, new_values
from assay.stats.shares import fisher_tail

few = settings(deadline=None, max_examples=examples(40))
seeds = st.integers(0, 2**32)


def drawn(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


@few
@given(seeds, st.integers(20, 200), st.sampled_from([2, 5, 1000]))
def test_a_strength_by_order_is_the_area_of_scikit_learn(seed: int, n: int, values: int) -> None:
    random = drawn(seed)
    truth = np.concatenate([[True, False], random.random(n) < 0.4])
    column = random.integers(0, values, n + 2).astype(float)
    found = among_classes(column, [truth], level=0.95, seed=1)
    area = roc_auc_score(truth, column)
    assert found.estimate.value >= max(area, 1 - area) - 1e-9
    if found.by == "order":
        assert found.estimate.value == pytest.approx(max(area, 1 - area), abs=1e-9)


@few
@given(seeds, st.integers(10, 200))
def test_a_strength_among_numbers_is_the_correlation_of_scipy(seed: int, n: int) -> None:
    random = drawn(seed)
    target = random.normal(size=n)
    column = (target + random.normal(size=n)).round(1)
    found = among_numbers(column, target, level=0.95, seed=1)
    expected = abs(spearmanr(column, target).statistic)
    assert found.estimate.value >= expected - 1e-8
    if found.by == "order":
        assert found.estimate.value == pytest.approx(expected, abs=1e-8)


@few
@given(seeds, st.sampled_from(["scaled", "turned", "bent", "named anew", "as text"]))
def test_a_strength_does_not_depend_on_units(seed: int, change: str) -> None:
    random = drawn(seed)
    truth = random.random(300) < 0.5
    column = random.integers(0, 9, 300).astype(float)
    changed = {
        "scaled": column * 1e6,
        "turned": -column,
        "bent": np.exp(column),
        "named anew": column + 5,
        "as text": np.array([f"x{value:.0f}" for value in column], dtype=object),
    }[change]
    one, other = (among_classes(each, [truth], level=0.95, seed=seed).estimate for each in (column, changed))
    assert one.value == pytest.approx(other.value, abs=1e-9)
    assert one.high == pytest.approx(other.high, abs=1e-9)


def test_columns_that_know_nothing_are_never_refuted_and_seldom_left_open() -> None:
    """Over 300 columns of each kind, also of rare labels and few rows."""
    for n, share, most_open in ((60, 0.5, 0), (200, 0.1, 0), (1000, 0.03, 0), (1000, 0.5, 0)):
        still_open = 0
        for seed in range(300):
            random = drawn(seed)
            truth = np.zeros(n, dtype=bool)
            truth[random.permutation(n)[: round(n * share)]] = True
            kinds: tuple[NDArray[np.generic], ...] = (
                random.normal(size=n),
                random.integers(0, 4, n).astype(float),
                random.choice(np.array([f"c{index}" for index in range(n // 3)], dtype=object), n),
            )
            found = among_classes(kinds[seed % 3], [truth], level=1 - 0.05 / 20, seed=seed).estimate
            assert found.low <= 0.95
            still_open += found.high > 0.95
        assert still_open <= most_open, (n, share)


@few
@given(seeds)
def test_a_class_is_told_whatever_it_is_called(seed: int) -> None:
    labels = drawn(seed).choice(np.array(["yes", "no", "maybe"], dtype=object), 200)
    masks = class_masks(labels, None)
    assert sum(mask.sum() for mask in masks) == 200
    (one,) = class_masks(labels[labels != "maybe"], "no")
    assert (one == (labels[labels != "maybe"] == "no")).all()


@few
@given(st.lists(st.one_of(st.none(), st.text(max_size=3)), min_size=1, max_size=30))
def test_places_ascend_as_texts_do(texts: list[str | None]) -> None:
    order, places = ranked(np.array(texts, dtype=object))
    present = sorted({text for text in texts if text is not None}, key=lambda text: (len(text), text))
    assert places == max(1, len(present))
    assert all(text is None or present[place] == text for text, place in zip(texts, order, strict=True))


def independent(random: np.random.Generator, n: int, sizes: tuple[int, ...]) -> dict[str, NDArray[np.float64]]:
    return {f"c{index}": random.integers(0, size, n).astype(float) for index, size in enumerate(sizes)}


def tied(random: np.random.Generator, n: int, _sizes: tuple[int, ...]) -> dict[str, NDArray[np.float64]]:
    """Columns that mostly follow from the first."""
    first = random.integers(0, 40, n)
    flipped = [np.where(random.random(n) < 0.2, random.integers(0, 3, n), first % 3) for _ in range(3)]
    return {"c0": first.astype(float)} | {f"c{index + 1}": each.astype(float) for index, each in enumerate(flipped)}


@pytest.mark.parametrize("sizes", [(2, 2, 2), (10, 10, 10), (50, 50, 5), (1000, 1000)])
@pytest.mark.parametrize("make", [independent, tied])
def test_rows_that_meet_by_chance_are_seldom_more_than_chance(make: object, sizes: tuple[int, ...]) -> None:
    """Over 100 pairs each, no more than one share beyond chance reaches the usual bar of one in a hundred."""
    assert callable(make)
    alarms = 0
    for seed in range(100):
        random = drawn(seed)
        n, m = 600, 300
        train, holdout = make(random, n, sizes), make(random, m, sizes)
        mine, theirs = coded([holdout, train], list(train))
        met = len(places_of_meeting(mine, theirs, seed))
        alarms += share_beyond_chance(met, m, chance_of_meeting(mine, theirs, n, seed)) > 0.01
        (rows,) = coded([train], list(train))
        repeated = n - len(np.unique(rows, axis=0))
        alarms += share_beyond_chance(repeated, n, chance_of_repeating(rows, n, seed)) > 0.01
    assert alarms <= 2


@few
@given(seeds, st.integers(10, 300))
def test_copies_beyond_chance_are_found_where_columns_tell_rows_apart(seed: int, copies: int) -> None:
    random = drawn(seed)
    train = {name: random.normal(size=1000) for name in "ab"} | {"c": random.integers(0, 2, 1000).astype(float)}
    holdout = {name: random.normal(size=600) for name in "ab"} | {"c": random.integers(0, 2, 600).astype(float)}
    for name in train:
        holdout[name][:copies] = train[name][:copies]
    mine, theirs = coded([holdout, train], list(train))
    assert places_of_meeting(mine, theirs, seed).tolist() == list(range(copies))
    assert share_beyond_chance(copies, 600, chance_of_meeting(mine, theirs, 1000, seed)) > copies / 600 - 0.01


def test_rows_that_differ_in_one_column_hide_no_copies() -> None:
    """Near copies, made to look like coincidence, explain no copies away where columns tell rows apart."""
    random = drawn(3)
    train = {name: random.normal(size=1000) for name in "ab"} | {"c": random.integers(0, 2, 1000).astype(float)}
    holdout = {name: values[:600].copy() for name, values in train.items()}
    holdout["c"][100:] = 1 - holdout["c"][100:]
    mine, theirs = coded([holdout, train], list(train))
    assert share_beyond_chance(100, 600, chance_of_meeting(mine, theirs, 1000, 1)) == pytest.approx(1 / 6, abs=0.01)


@few
@given(seeds)
def test_conflicts_are_those_of_a_plain_count(seed: int) -> None:
    random = drawn(seed)
    data = independent(random, 60, (4, 5))
    labels = random.integers(0, 2, 60).astype(float)
    (rows,) = coded([data], list(data))
    said: dict[tuple[int, ...], set[float]] = {}
    for row, label in zip(rows.tolist(), labels.tolist(), strict=True):
        said.setdefault(tuple(row), set()).add(label)
    expected = [place for place, row in enumerate(rows.tolist()) if len(said[tuple(row)]) > 1]
    assert places_of_conflicts(rows, labels, seed).tolist() == expected


@pytest.mark.parametrize(("n", "m"), [(50, 50), (1000, 200), (100_000, 50_000)])
@pytest.mark.parametrize("columns", [1, 20, 200])
def test_equal_shares_seldom_differ(n: int, m: int, columns: int) -> None:
    """Under no difference at most one run in twenty alarms, plus three standard errors, whatever the bar on size."""
    runs = 4000 // columns + 200
    random = drawn(n + columns)
    alarms = 0
    for _ in range(runs):
        shares = random.uniform(0, 0.3, columns)
        pairs = {
            str(index): ((int(random.binomial(m, share)), m), (int(random.binomial(n, share)), n))
            for index, share in enumerate(shares)
        }
        found = differing_columns(pairs, 1e-9, 0.95, upwards=False)
        alarms += bool(found.names)
    assert alarms / runs <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / runs)


def test_categories_of_many_values_are_seldom_new() -> None:
    """Values that are drawn from one long tail are new in every sample, and no fault."""
    alarms = 0
    for seed in range(400):
        values = (drawn(seed).zipf(1.3, 900) % 10**6).astype(str).astype(object)
        alarms += bool(
            differing_columns({"name": new_values(values[:300], values[300:])}, 1e-9, 0.95, upwards=True).names
        )
    assert alarms / 400 <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / 400)
    planted = np.array(["new"] * 20 + ["known"] * 280, dtype=object)
    assert differing_columns({"name": new_values(planted, planted[:200])}, 0.01, 0.95, upwards=True).names == ()
    known = np.array(["known"] * 600, dtype=object)
    assert differing_columns({"name": new_values(planted, known)}, 0.01, 0.95, upwards=True).names == ("name",)


def test_a_planted_difference_is_found() -> None:
    pairs = {str(index): ((50, 1000), (50, 1000)) for index in range(19)} | {"planted": ((120, 1000), (50, 1000))}
    assert differing_columns(pairs, 0.01, 0.95, upwards=False).names == ("planted",)
    assert differing_columns({"fewer": ((10, 1000), (100, 1000))}, 0.01, 0.95, upwards=False).names == ("fewer",)
    assert differing_columns({"fewer": ((10, 1000), (100, 1000))}, 0.01, 0.95, upwards=True).names == ()
    small = {"small": ((1200, 1_000_000), (1000, 1_000_000))}
    assert differing_columns(small, 0.01, 0.95, upwards=False).names == ()


@settings(deadline=None)
@given(st.integers(1, 400), st.integers(1, 400), st.data())
def test_the_tail_is_that_of_scipy(n: int, m: int, data: st.DataObject) -> None:
    first, second = data.draw(st.integers(0, n)), data.draw(st.integers(0, m))
    way = "greater" if first * m >= second * n else "less"
    expected = fisher_exact([[first, n - first], [second, m - second]], alternative=way).pvalue
    assert fisher_tail((first, n), (second, m)) == pytest.approx(min(1, expected), rel=1e-9, abs=1e-300)


def test_the_tail_of_many_rows_is_quick_and_small() -> None:
    assert fisher_tail((60_000_000, 10**8), (50_000_000, 10**8)) == 0
    assert 0.3 < fisher_tail((50_001_000, 10**8), (50_000_000, 10**8)) < 0.5
