"""Twins between two sets: random splits of any table are quiet, copied rows are found also when they were changed."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from assay.checks.data_hygiene.twins import TwinCounts, blind_spot, near_twins, sentence

Table = dict[str, NDArray[Any]]
KINDS = {"amount": "number", "rate": "number", "years": "integer", "city": "text"}
CITIES = np.array(["Bern", "Basel", None], dtype=object)


def table(random: np.random.Generator, rows: int) -> Table:
    return {
        "amount": random.lognormal(8, 1, rows).round(2),
        "rate": random.normal(size=rows),
        "years": random.integers(0, 40, rows).astype(float),
        "city": CITIES[random.integers(0, 3, rows)],
    }


def rows_of(data: Table, places: Any) -> Table:
    return {name: values[places] for name, values in data.items()}


def counts_of(mine: list[Any], theirs: list[Any]) -> TwinCounts:
    """Exact twins, counted one by one."""
    return TwinCounts(
        shared=sum(each in theirs for each in mine),
        rows=len(mine),
        among=sum(theirs.count(each) > 1 for each in theirs),
        train=len(theirs),
        own=sum(mine.count(each) > 1 for each in mine),
    )


def test_random_splits_of_tables_with_any_share_of_twins_are_quiet() -> None:
    random = np.random.default_rng(1)
    alarms = 0
    for run in range(200):
        values = random.integers(0, (30, 300, 3_000, 10**9)[run % 4], 300)
        # Some tables repeat whole rows, so twins come in runs.
        values[: 30 * (run % 3)] = values[30 : 30 + 30 * (run % 3)]
        shuffled = random.permutation(values).tolist()
        alarms += counts_of(shuffled[:100], shuffled[100:]).is_proven(exact=True)
    assert alarms <= 1


def test_a_split_in_the_order_of_a_file_with_runs_of_twins_is_no_proof() -> None:
    """Five of the held-out rows' twins were training rows by the file's order; the holdout's own twins explain them."""
    ordered = TwinCounts(shared=60, rows=300, among=20, train=700, own=90)
    assert ordered.chance() < 0.001
    assert not ordered.is_proven(exact=True)
    assert TwinCounts(shared=60, rows=300, among=20, train=700, own=3).is_proven(exact=True)


@given(st.integers(1, 400), st.integers(2, 400), st.data())
def test_more_shared_rows_never_prove_less(rows: int, train: int, data: st.DataObject) -> None:
    among = data.draw(st.integers(0, train).filter(lambda count: count != 1))
    own = data.draw(st.integers(0, rows))
    proofs = [
        TwinCounts(shared, rows, among, train, own).is_proven(exact=True)
        for shared in sorted({0, rows // 3, rows // 2, rows})
    ]
    assert proofs == sorted(proofs)
    assert not proofs[0]


@pytest.mark.parametrize("among", [0, 2, 30, 150])
def test_the_smallest_share_that_could_be_proven_could(among: int) -> None:
    counts = TwinCounts(shared=0, rows=500, among=among, train=1_000, own=0)
    least = counts.least_provable()
    assert least is not None
    shared = round((least + counts.expected) * 500)
    assert TwinCounts(shared, 500, among, 1_000, 0).is_proven(exact=True)
    assert not TwinCounts(shared - 1, 500, among, 1_000, 0).is_proven(exact=True)


def test_where_natural_twins_make_it_blind_it_says_so() -> None:
    assert blind_spot(TwinCounts(0, 500, 0, 1_000, 0), "train") is None
    assert "copies of less than 6.8 %" in str(blind_spot(TwinCounts(40, 500, 150, 1_000, 10), "train"))
    assert "cannot be told from them" in str(blind_spot(TwinCounts(500, 500, 1_000, 1_000, 400), "train"))
    assert sentence(TwinCounts(12, 500, 2, 1_000, 0), "train").startswith("12 of 500 rows are also in train; ")


CHANGES: dict[str, Callable[[Table, np.random.Generator], Table]] = {
    "unchanged": lambda rows, _: rows,
    "jittered": lambda rows, random: {
        name: values + random.normal(0, 0.001 * values.std(), len(values)) if KINDS[name] == "number" else values
        for name, values in rows.items()
    },
    "rounded to three digits": lambda rows, _: {
        name: np.array([float(f"{each:.3g}") for each in values]) if KINDS[name] == "number" else values
        for name, values in rows.items()
    },
    "another case and spaces": lambda rows, _: {
        **rows,
        "city": np.array([None if each is None else f" {each.upper()}" for each in rows["city"]], dtype=object),
    },
}


@pytest.mark.parametrize("change", CHANGES)
def test_copied_rows_are_found_though_they_were_changed(change: str) -> None:
    random = np.random.default_rng(2)
    theirs, mine = table(random, 1_400), table(random, 600)
    for name, values in CHANGES[change](rows_of(theirs, slice(30)), random).items():
        mine[name][100:130] = values
    found = near_twins(mine, theirs, KINDS, 7)
    assert found is not None
    assert found.counts.is_proven(exact=False)
    assert set(range(100, 130)) & set(found.places.tolist()) >= set(range(105, 115)) & set(found.places.tolist())
    assert found.counts.shared >= 20


def test_random_splits_have_few_near_twins() -> None:
    alarms = 0
    for seed in range(40):
        random = np.random.default_rng(seed)
        whole = table(random, 600)
        whole["amount"] = whole["amount"].round(-3) if seed % 2 else whole["amount"]
        order = random.permutation(600)
        found = near_twins(rows_of(whole, order[:200]), rows_of(whole, order[200:]), KINDS, seed)
        alarms += found is not None and found.counts.is_proven(exact=False)
    assert alarms <= 1


def test_what_has_no_numbers_or_few_rows_has_no_near_twins() -> None:
    random = np.random.default_rng(3)
    whole = table(random, 100)
    assert near_twins(rows_of(whole, slice(19)), whole, KINDS, 1) is None
    assert near_twins({"city": whole["city"]}, {"city": whole["city"]}, {"city": "text"}, 1) is None
    odd = {
        "amount": np.full(100, np.nan),
        "rate": np.full(100, np.inf),
        "years": np.full(100, 1e300),
        "city": whole["city"],
    }
    assert near_twins(odd, odd, KINDS, 1) is None


@pytest.mark.parametrize("share", [0.5, 0.6, 0.7, 0.8, 0.9])
@pytest.mark.parametrize("pairs", [*range(1, 13), 20, 40])
def test_few_natural_pairs_close_one_of_a_hundred_random_splits_at_most(share: float, pairs: int) -> None:
    """Exactly: each pair is parted by the split, or lies whole in the training data, or in the other rows."""
    rows, closed = 1_000, 0.0
    train = round(share * rows)
    for parted in range(pairs + 1):
        for within in range(pairs - parted + 1):
            own = pairs - parted - within
            chance = math.comb(pairs, parted) * math.comb(pairs - parted, within)
            chance *= (2 * share * (1 - share)) ** parted * share ** (2 * within) * (1 - share) ** (2 * own)
            counts = TwinCounts(shared=parted, rows=rows - train, among=2 * within, train=train, own=2 * own)
            closed += chance * counts.is_proven(exact=True)
    assert closed <= 0.01, closed


def test_copies_of_few_rows_close_a_gate() -> None:
    """Two in a hundred rows copied from the training data: 6 of 300."""
    assert TwinCounts(shared=6, rows=300, among=0, train=700, own=0).is_proven(exact=True)
    assert not TwinCounts(shared=3, rows=300, among=0, train=700, own=0).is_proven(exact=True)
    assert TwinCounts(shared=3, rows=300, among=0, train=700, own=0).is_suspected(exact=True)
