"""Gaps between groups whose rows come in clusters."""

import numpy as np
import pytest

from assay.facts.values import Estimate, Undefined
from assay.stats.clustered_gaps import GroupRows, clustered_gap, clustered_rates
from assay.stats.clusters import Clusters
from assay.stats.fairness import GAPS, gap, rates


def groups_of(copies: int, *, across: bool = False, sign: float = 1.0) -> list[GroupRows]:
    """Two groups of 200 households with so many rows each; with `across` both have rows of the same households."""
    random, found = np.random.default_rng(3), []
    moved = random.normal(size=200)
    for number in range(2):
        own = moved * (1.0 if number == 0 else sign) if across else random.normal(size=200)
        codes = np.arange(200) + (0 if across else 200 * number)
        selected, positive = np.repeat(own > 0.2 * number, copies), np.repeat(random.random(200) < 0.5, copies)
        found.append(GroupRows(positive, selected, Clusters(np.repeat(codes, copies))))
    return found


def width(found: object) -> float:
    assert isinstance(found, Estimate)
    return found.high - found.low


@pytest.mark.parametrize("name", GAPS)
def test_single_rows_give_what_rows_give(name: str) -> None:
    groups = groups_of(1)
    assert clustered_gap(name, groups) == gap(name, [each.counts for each in groups])


@pytest.mark.parametrize("name", GAPS)
def test_copies_of_rows_say_nothing_more(name: str) -> None:
    once, often = clustered_gap(name, groups_of(1)), clustered_gap(name, groups_of(5))
    assert width(often) >= width(once)
    assert isinstance(often, Estimate)
    assert often.clusters == 400
    naive = gap(name, [each.counts for each in groups_of(5)])
    assert width(naive) < 0.6 * width(often)


def test_households_that_move_two_groups_apart_widen_their_difference() -> None:
    name = "demographic_parity_difference"
    together, apart = (clustered_gap(name, groups_of(2, across=True, sign=sign)) for sign in (1.0, -1.0))
    assert isinstance(apart, Estimate)
    assert isinstance(together, Estimate)
    assert apart.high - apart.value > 1.2 * (together.high - together.value)


def test_too_few_clusters_have_no_gap_and_no_rate() -> None:
    few = [
        GroupRows(each.positive[:95], each.selected[:95], Clusters(each.clusters.codes[:95])) for each in groups_of(5)
    ]
    found = clustered_gap("demographic_parity_difference", few)
    assert isinstance(found, Undefined)
    assert found.reason == "too_few_clusters"
    rate = clustered_rates(few[0], ("selection_rate",), level=0.95, smallest=30)["selection_rate"]
    assert isinstance(rate, Undefined)


def test_rates_of_single_rows_are_those_of_rows() -> None:
    group = groups_of(1)[0]
    known = rates(group.counts, smallest=30)
    assert clustered_rates(group, tuple(known), level=0.95, smallest=30) == known
