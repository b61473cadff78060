"""Rare categories that the reference lacks: expected as chance leaves them out, never called too often."""

from collections import Counter
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.stats.rare_categories import are_identifiers, find_newcomers

COUNTS = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 6), max_size=6)


@given(COUNTS, COUNTS, st.integers(0, 30), st.integers(0, 30))
def test_what_is_expected_follows_from_draws_without_replacement(
    reference: dict[str, int], current: dict[str, int], before: int, now: int
) -> None:
    n, m = sum(reference.values()) + before, sum(current.values()) + now
    if n == 0 or m == 0:
        return
    found = find_newcomers(reference, current, n, m)
    sizes = [reference.get(name, 0) + current.get(name, 0) for name in {*reference, *current}]
    assert found.expected == pytest.approx(sum(size * comb(n + m - size, n) / comb(n + m, n) for size in sizes))
    assert found.rows == sum(count for name, count in current.items() if name not in reference)
    assert 0 <= found.p <= 1
    assert found.effect >= 0
    assert (found.p == 1) >= (found.rows <= found.expected)


@given(COUNTS, COUNTS, st.integers(2, 5))
def test_more_rows_of_the_same_say_no_less(reference: dict[str, int], current: dict[str, int], times: int) -> None:
    if not reference or not current:
        return
    n, m = 4 * sum(reference.values()), 4 * sum(current.values())
    once = find_newcomers(reference, current, n, m)
    often = find_newcomers(
        {(name, k): count for name, count in reference.items() for k in range(times)},
        {(name, k): count for name, count in current.items() for k in range(times)},
        n * times,
        m * times,
    )
    assert often.p <= once.p + 1e-9


@pytest.mark.parametrize(("n", "m", "names", "bend"), [(400, 400, 200, 1.0), (900, 300, 500, 0.5), (300, 900, 60, 0.0)])
def test_the_same_world_is_seldom_called(n: int, m: int, names: int, bend: float) -> None:
    random = np.random.default_rng(7)
    weights = 1 / np.arange(1, names + 1) ** bend
    runs, alarms = 400, 0
    for _ in range(runs):
        sides = [Counter(random.choice(names, size, p=weights / weights.sum()).tolist()) for size in (n, m)]
        rare = [{name: k for name, k in side.items() if sides[0][name] + sides[1][name] < 25} for side in sides]
        alarms += find_newcomers(*rare, n, m).p <= 0.05
    assert alarms <= runs * 0.05


def test_a_bound_is_no_smaller_than_the_chance_itself() -> None:
    # Ten categories of two rows among 40: the chance that k of them miss the reference, counted by simulation.
    random, hits = np.random.default_rng(1), Counter[int]()
    labels = np.repeat(np.arange(20), 2)
    for _ in range(4_000):
        reference = set(random.permutation(labels)[:20].tolist())
        hits[sum(each not in reference for each in range(10))] += 1
    for gone in (4, 5, 6):
        current = dict.fromkeys(range(gone), 2)
        reference = dict.fromkeys(range(gone, 10), 2)
        true = sum(count for k, count in hits.items() if k >= gone) / 4_000
        assert find_newcomers(reference, current, 20, 20).p >= true


def test_a_category_larger_than_the_sample_is_never_left_out() -> None:
    found = find_newcomers({"a": 50}, {"b": 3}, 100, 10)
    assert found.rows == 3
    assert found.expected < 0.1
    assert found.p < 0.01


def test_without_rare_categories_nothing_is_expected() -> None:
    found = find_newcomers({}, {}, 10, 10)
    assert (found.rows, found.expected, found.p, found.effect) == (0, 0, 1, 0)


def test_what_seldom_comes_again_names_things() -> None:
    assert are_identifiers({}, {})
    assert are_identifiers({"a": 4}, {"b": 5})
    assert not are_identifiers({"a": 5}, {"b": 5})
    assert not are_identifiers({"a": 2}, {"a": 3})


@pytest.mark.parametrize(("n", "m"), [(10**9, 10**9), (100, 14), (10**9, 30)])
def test_rounding_is_no_evidence(n: int, m: int) -> None:
    found = find_newcomers({}, {f"{number}": 1 for number in range(m if m < 100 else 10)}, n, m)
    every = {f"{number}": 1 for number in range(14)}
    assert found.expected == pytest.approx(found.rows * m / (n + m), rel=1e-9)
    assert find_newcomers({f"-{name}": 1 for name in every}, every, 14, 14).effect == 0
