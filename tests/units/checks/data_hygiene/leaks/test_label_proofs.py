"""Proofs that columns give the label away: each planted leak is found, honest columns never are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from assay.checks.data_hygiene.leaks.column_views import SeenColumn, see
from assay.checks.data_hygiene.leaks.label_proofs import Leak, leaks_to_classes, leaks_to_numbers
from assay.checks.data_hygiene.leaks.value_functions import is_function_of_value

Values = NDArray[Any]
Random = np.random.Generator
ROWS, SHARE = 1_000, 0.3
CITIES = np.array(["Bern", "Basel", "Genf", "Chur", "Biel", "Thun"], dtype=object)


def seen(name: str, values: Values, kind: str | None = None) -> SeenColumn:
    whole = values.dtype != object and bool((values[np.isfinite(values)] % 1 == 0).all())
    return see(name, kind or ("text" if values.dtype == object else "integer" if whole else "number"), values)


def honest(random: Random, rows: int, labels: Values | None = None) -> list[SeenColumn]:
    """Columns of which the first goes with the label."""
    strong = random.normal(size=rows) + (0 if labels is None else 1.5 * labels)
    return [
        seen("score", strong),
        seen("grade", np.clip(np.floor(strong * 2) + 4, 1, 10)),
        seen("amount", random.exponential(size=rows).round(2) * 100),
        seen("years", random.integers(0, 30, rows).astype(float)),
        seen("city", CITIES[random.integers(0, 6, rows)]),
        seen("gap", np.where(random.random(rows) < 0.2, np.nan, random.normal(size=rows))),
    ]


def labels_of(random: Random, rows: int = ROWS, share: float = SHARE) -> Values:
    return (random.random(rows) < share).astype(np.int64)


def flipped(y: Values, random: Random, share: float) -> Values:
    return np.where(random.random(len(y)) < share, 1 - y, y).astype(float)


def mean_by(groups: Values, y: Values, weight: float = 0) -> Values:
    times, totals = np.bincount(groups), np.bincount(groups, weights=y)
    found: Values = ((totals + weight * y.mean()) / np.maximum(times + weight, 1))[groups]
    return found


def half_a_gap(y: Values, random: Random, *, of: int, share: float) -> Values:
    return np.where((y == of) & (random.random(len(y)) < share), np.nan, random.normal(size=len(y)) + y)


def codes(y: Values, random: Random) -> Values:
    return np.array(
        [f"R{random.integers(1e6)}" if each and random.random() < 0.35 else None for each in y.tolist()], dtype=object
    )


PLANTED: dict[str, tuple[str, Callable[[Values, Random], Values]]] = {
    "a copy": ("recoding", lambda y, _: y.astype(float)),
    "a text for each label": ("recoding", lambda y, _: np.where(y == 1, "closed", "open").astype(object)),
    "several texts for each label": (
        "recoding",
        lambda y, r: np.where(y == 1, r.choice(list("ABC"), len(y)), r.choice(list("DEF"), len(y))).astype(object),
    ),
    "2 % flipped": ("recoding", lambda y, r: flipped(y, r, 0.02)),
    "5 % flipped": ("recoding", lambda y, r: flipped(y, r, 0.05)),
    "10 % flipped": ("recoding", lambda y, r: flipped(y, r, 0.1)),
    "5 % flipped, some missing": (
        "recoding",
        lambda y, r: np.where(r.random(len(y)) < 0.1, np.nan, flipped(y, r, 0.05)),
    ),
    "parity": ("recoding", lambda y, r: 2.0 * r.integers(0, 5_000, len(y)) + y),
    "the last digit": (
        "recoding",
        lambda y, r: 10.0 * r.integers(0, 5_000, len(y)) + np.where(y, r.choice([1, 3, 7], len(y)), 2 * r.integers(5)),
    ),
    "the first letter of an id": (
        "recoding",
        lambda y, r: np.array([f"{'LR'[each]}{r.integers(1e9)}" for each in y.tolist()], dtype=object),
    ),
    "the number of decimals": (
        "recoding",
        lambda y, r: np.where(y == 1, r.random(len(y)).round(1), 0.001 + r.random(len(y)).round(2)),
    ),
    "a date only for positives": ("recoding", lambda y, r: np.where(y == 1, 1e9 + 1e7 * r.random(len(y)), np.nan)),
    "codes for a third of the positives": ("pure_value", codes),
    "a flag for a third of the positives": (
        "pure_value",
        lambda y, r: ((y == 1) & (r.random(len(y)) < 0.35)).astype(float),
    ),
    "missing for most positives": ("pure_value", lambda y, r: half_a_gap(y, r, of=1, share=0.6)),
    "missing for some negatives": ("pure_value", lambda y, r: half_a_gap(y, r, of=0, share=0.35)),
    "a sentinel for some positives": (
        "pure_value",
        lambda y, r: np.where((y == 1) & (r.random(len(y)) < 0.4), -999, (r.normal(size=len(y)) + y).round(3)),
    ),
    "a little noise": ("near_copy", lambda y, r: y + r.normal(0, 0.15, len(y))),
    "the middle of a number": (
        "near_copy",
        lambda y, r: np.where(y == 1, r.random(len(y)), r.choice([-3, 3], len(y)) + r.random(len(y))),
    ),
    "the mean by category": ("target_mean", lambda y, r: mean_by(r.integers(0, 50, len(y)), y)),
    "the mean by category, shrunk": ("target_mean", lambda y, r: mean_by(r.integers(0, 50, len(y)), y, weight=10)),
}


@pytest.mark.parametrize("leak", PLANTED)
def test_a_planted_leak_is_proven_by_its_rule(leak: str) -> None:
    rule, plant = PLANTED[leak]
    for seed in range(3):
        random = np.random.default_rng(seed)
        y = labels_of(random)
        found = proven(leaks_to_classes([*honest(random, ROWS, y), seen("planted", plant(y, random))], y, 2, seed))
        assert [each.columns for each in found] == [("planted",)], found
        assert rule == found[0].rule or (rule, found[0].rule) == ("near_copy", "recoding")


def test_a_function_of_a_number_is_proven() -> None:
    random = np.random.default_rng(1)
    of_value = random.random(100) < SHARE
    values = random.integers(0, 100, ROWS)
    y = of_value[values].astype(np.int64)
    (found,) = proven(leaks_to_classes([*honest(random, ROWS, y), seen("hash", values.astype(float))], y, 2, 1))
    assert (found.columns, found.rule) == (("hash",), "value_function")


@pytest.mark.parametrize("seed", range(5))
def test_kinds_that_weigh_differently_are_no_function_of_their_weight(seed: int) -> None:
    # Equal weights are of one kind more often than those beside each other, because a kind lies close together.
    random = np.random.default_rng(seed)
    y = random.choice(3, 1000, p=(0.1, 0.6, 0.3))
    weight = np.round(random.normal(np.array([420, 1090, 148])[y], np.array([160, 190, 30])[y]) / 5)
    distinct, codes = np.unique(weight, return_inverse=True)
    assert not is_function_of_value(codes.astype(np.int64), len(distinct), y)


def pair_of(kind: str, y: Values, random: Random) -> tuple[Values, Values]:
    n, u = len(y), random.normal(size=len(y))
    match kind:
        case "exclusive or":
            one = random.integers(0, 2, n)
            return one.astype(float), (one ^ y).astype(float)
        case "exclusive or, 5 % flipped":
            one = random.integers(0, 2, n)
            return one.astype(float), (one ^ flipped(y, random, 0.05).astype(np.int64)).astype(float)
        case "a sum":
            return 3 * u, np.where(y == 1, 1, -1) * random.random(n) - 3 * u
        case "a difference of times":
            start = 1e9 + 1e7 * random.random(n)
            return start, start + np.where(y == 1, 3e4 + 3e5 * random.random(n), 2e4 * random.random(n))
        case "which is larger":
            return u, u + np.where(y == 1, 1, -1) * random.exponential(size=n)
        case _:
            one = random.integers(0, 6, n)
            return CITIES[one], CITIES[np.where(y == 1, one, (one + random.integers(1, 6, n)) % 6)]


@pytest.mark.parametrize(
    "kind",
    ["exclusive or", "exclusive or, 5 % flipped", "a sum", "a difference of times", "which is larger", "equal texts"],
)
def test_two_columns_that_give_the_label_together_are_proven(kind: str) -> None:
    for seed in range(3):
        random = np.random.default_rng(seed)
        y = labels_of(random, share=0.5)
        one, other = (
            seen(name, values) for name, values in zip(("one", "other"), pair_of(kind, y, random), strict=True)
        )
        found = proven(leaks_to_classes([*honest(random, ROWS), one, other], y, 2, seed))
        assert [(each.columns, each.rule) for each in found] == [(("one", "other"), "pair")]


@given(
    seed=st.integers(0, 10_000),
    rows=st.sampled_from([60, 200, 1_000]),
    share=st.floats(0.05, 0.9),
    effect=st.sampled_from([0.0, 1.0, 2.0]),
)
@settings(deadline=None, max_examples=25)
def test_honest_columns_prove_nothing_however_strong(seed: int, rows: int, share: float, effect: float) -> None:
    random = np.random.default_rng(seed)
    y = labels_of(random, rows, share)
    strong = random.normal(size=rows) + effect * y
    columns = [
        *honest(random, rows, y),
        seen("strong", strong),
        seen("in tenths", np.clip(np.floor(strong + 5), 1, 10)),
        seen("blank", np.where(random.random(rows) < 0.5, None, "x").astype(object)),
    ]
    if 0 < y.sum() < rows:
        assert proven(leaks_to_classes(columns, y, 2, seed)) == []


def test_an_honest_column_that_orders_almost_perfectly_is_no_proof() -> None:
    """The worst column of breast tumours ranks them at 0.98; so does this one."""
    random = np.random.default_rng(3)
    y = labels_of(random)
    assert proven(leaks_to_classes([seen("strong", random.normal(size=ROWS) + 2.9 * y)], y, 2, 0)) == []


def test_several_classes() -> None:
    random = np.random.default_rng(4)
    classes = random.integers(0, 5, ROWS)
    copy = np.array([f"class {each}" for each in classes.tolist()], dtype=object)
    blurred = np.where(random.random(ROWS) < 0.3, random.integers(0, 5, ROWS), classes).astype(float)
    found = leaks_to_classes([*honest(random, ROWS), seen("copy", copy), seen("blurred", blurred)], classes, 5, 0)
    assert [each.columns for each in proven(found)] == [("copy",)]


def test_numbers_to_predict() -> None:
    random = np.random.default_rng(5)
    groups = random.integers(0, 40, ROWS)
    outcome = random.lognormal(size=ROWS)
    one = random.random(ROWS) * outcome
    columns = [
        *honest(random, ROWS),
        seen("monotone", np.log(outcome)),
        seen("mean", mean_by(groups, outcome)),
        seen("strong", outcome + random.normal(0, 0.2, ROWS)),
    ]
    found = {each.columns: each.rule for each in leaks_to_numbers(columns, outcome)}
    assert found == {("monotone",): "near_copy", ("mean",): "target_mean"}
    parts = [*honest(random, ROWS), seen("part", one), seen("rest", outcome - one)]
    assert [each.columns for each in leaks_to_numbers(parts, outcome)] == [("part", "rest")]
    factors = [*honest(random, ROWS), seen("price", one), seen("times", outcome / one)]
    assert [each.columns for each in leaks_to_numbers(factors, outcome)] == [("price", "times")]


@pytest.mark.parametrize("rows", [1, 2, 3, 20])
def test_few_rows_raise_nothing(rows: int) -> None:
    random = np.random.default_rng(6)
    y = np.arange(rows) % 2
    odd = [seen("nothing", np.full(rows, np.nan)), seen("none", np.array([None] * rows, dtype=object), "text")]
    odd += [seen("infinite", np.full(rows, np.inf)), seen("huge", np.where(y == 1, 1e308, -1e308))]
    assert isinstance(leaks_to_classes([*honest(random, rows), *odd], y, 2, 0), list)
    assert isinstance(leaks_to_numbers([*honest(random, rows), *odd], y.astype(float)), list)


def proven(leaks: list[Leak]) -> list[Leak]:
    return [each for each in leaks if each.proven]
