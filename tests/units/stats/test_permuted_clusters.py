"""Tests by permuted clusters: they alarm seldom without a shift, find a shift, and do not see names or orders."""

import numpy as np
import pytest
from numpy.typing import NDArray

from assay.stats.permuted_clusters import (
    TwoSidedClusters,
    categories_chance,
    newcomers_chance,
    numbers_chance,
    share_chance,
)

Sides = tuple[NDArray[np.int64], NDArray[np.int64]]
CLUSTERS, EACH = 80, 6


def sides(random: np.random.Generator, *, across: bool = False) -> tuple[TwoSidedClusters, Sides]:
    """80 clusters of 6 rows: half of them on either side, or each with 3 rows on both."""
    codes = np.repeat(np.arange(CLUSTERS), EACH)
    current = np.arange(len(codes)) % EACH < EACH // 2 if across else codes < CLUSTERS // 2
    before, now = np.flatnonzero(~current), np.flatnonzero(current)
    return TwoSidedClusters(codes[before], codes[now], CLUSTERS, int(random.integers(1, 2**40))), (before, now)


def values(random: np.random.Generator) -> NDArray[np.float64]:
    """Numbers that rows of a cluster nearly share."""
    shared = np.repeat(random.normal(size=CLUSTERS), EACH)
    return np.asarray(shared + 0.2 * random.normal(size=len(shared)))


@pytest.mark.parametrize("across", [False, True])
def test_without_a_shift_small_chances_are_rare(*, across: bool) -> None:
    random, found = np.random.default_rng(5), []
    for _ in range(120):
        clusters, (before, now) = sides(random, across=across)
        drawn = values(random)
        found.append(numbers_chance(drawn[before], drawn[now], clusters))
    assert np.mean(np.array(found) <= 0.1) <= 0.2


@pytest.mark.parametrize("across", [False, True])
def test_a_shift_has_a_small_chance(*, across: bool) -> None:
    random = np.random.default_rng(6)
    clusters, (before, now) = sides(random, across=across)
    drawn = values(random)
    moved, codes = drawn[now] + 1.5, np.floor(drawn).astype(np.int64) + 5
    every = (np.ones(len(before), dtype=np.bool_), np.ones(len(now), dtype=np.bool_))
    assert numbers_chance(drawn[before], moved, clusters) < 0.001
    assert categories_chance(codes[before], codes[now] + 2, clusters) < 0.01
    assert share_chance(drawn[before] > 0, moved > 0, every, clusters) < 0.01
    assert newcomers_chance(np.arange(len(before)) // 8, 500 + np.arange(len(now)) // 8, clusters) < 0.01


def test_neither_names_nor_order_matter() -> None:
    random = np.random.default_rng(7)
    clusters, (before, now) = sides(random)
    drawn = values(random)
    drawn[now] += 0.4
    names, orders = random.permutation(CLUSTERS), [random.permutation(len(each)) for each in (before, now)]
    other = TwoSidedClusters(
        names[clusters.reference][orders[0]], names[clusters.current][orders[1]], CLUSTERS, clusters.seed
    )
    first = numbers_chance(drawn[before], drawn[now], clusters)
    assert numbers_chance(drawn[before][orders[0]], drawn[now][orders[1]], other) == first
    assert 0.0001 < first < 0.9


def test_nothing_that_differs_has_no_chance_below_one() -> None:
    clusters, (before, now) = sides(np.random.default_rng(8))
    same = np.ones(CLUSTERS * EACH)
    assert numbers_chance(same[before], same[now], clusters) == 1
