"""Buckets of the reference with open tails, and categories with the rest."""

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.stats.binning import (
    CategoryCounts,
    PairedCategories,
    bucket_counts,
    hides_edges,
    reference_edges,
    shared_categories,
    sketch_scale,
)
from assay.stats.samples import PairedCells, sample_of_buckets, sample_of_values


def cells(reference: list[float], current: list[float]) -> PairedCells:
    return PairedCells.of(sample_of_values(np.sort(reference)), sample_of_values(np.sort(current)))


def test_buckets_hold_tenths_of_the_reference_and_end_at_their_edges() -> None:
    found = cells([float(each) for each in range(1, 101)], [-1e9, 10.0, 10.5, 1e9])
    assert reference_edges(found) == tuple(range(10, 100, 10))
    reference, current = bucket_counts(found, reference_edges(found))
    assert reference.count.tolist() == [10] * 10
    assert current.count.tolist() == [2, 1, *[0] * 7, 1]


def test_a_value_that_fills_a_bucket_is_one() -> None:
    """The constant of a constant column is told from what lies below and above it."""
    found = cells([5.0] * 50, [4.0, 5.0, 6.0])
    assert reference_edges(found) == (4.0, 5.0)
    assert [side.count.tolist() for side in bucket_counts(found, (4.0, 5.0))] == [[0, 50, 0], [1, 1, 1]]
    zeros = cells([0.0] * 60 + [float(each) for each in range(1, 41)], [-1.0])
    assert reference_edges(zeros)[:2] == (-1.0, 0.0)


def test_a_coarse_cell_hides_edges() -> None:
    fine = sample_of_buckets([1] * 100, range(100), range(100))
    coarse = sample_of_buckets([1] * 50 + [50], range(51), [*range(50), 99])
    assert not hides_edges(PairedCells.of(fine, fine))
    assert hides_edges(PairedCells.of(coarse, fine))
    single = sample_of_buckets([1] * 50 + [50], range(51), range(51))
    assert not hides_edges(PairedCells.of(single, single))
    assert hides_edges(PairedCells.of(single, coarse))


def test_a_cell_that_an_edge_cuts_counts_within_limits() -> None:
    sample = sample_of_buckets([10, 20], [0.0, 10.0], [9.0, 19.0])
    reference, _ = bucket_counts(PairedCells.of(sample, sample), (9.0, 15.0))
    assert (reference.low.tolist(), reference.high.tolist()) == ([10, 0, 0], [10, 20, 20])
    assert reference.n == 30


@pytest.mark.parametrize(
    ("quarters", "least", "largest", "scale"),
    [
        ((1.0, 2.0, 4.0), 0.0, 9.0, 3.0),
        ((0.0, 0.0, 0.0), 0.0, 2.0, 2.0**-39),
        ((5.0, 5.0, 5.0), 5.0, 5.0, 5 * 2.0**-40),
    ],
)
def test_a_sketch_has_a_scale_whatever_the_values(
    quarters: tuple[float, float, float], least: float, largest: float, scale: float
) -> None:
    assert sketch_scale(quarters, least, largest) == scale
    assert sketch_scale((0.0, 0.0, 0.0), 0.0, 0.0) > 0


def test_a_reference_without_values_has_no_edges() -> None:
    with pytest.raises(ValueError, match="reference with values"):
        reference_edges(cells([], [1.0]))


def test_rare_categories_join_the_rest() -> None:
    found = shared_categories(
        CategoryCounts({"a": 60, "b": 38, "c": 1, "d": 1}), CategoryCounts({"a": 30, "b": 38, "e": 32})
    )
    # The two rows of c and d are themselves too few for a rest, so e joins them.
    assert found.names == ("a", "b")
    assert found.reference.count.tolist() == [60, 38, 2]
    assert found.current.count.tolist() == [30, 38, 32]
    whole = shared_categories(CategoryCounts({"a": 99, "b": 1}), CategoryCounts({"a": 99, "b": 1}))
    assert (whole.names, whole.reference.count.tolist()) == (("a",), [99, 1])


def test_a_category_that_is_not_listed_is_known_within_limits() -> None:
    found = shared_categories(CategoryCounts({"a": 60, "b": 38}, rest=2), CategoryCounts({"a": 50, "z": 50}))
    assert found.names == ("a", "b", "z")
    assert (found.reference.low.tolist(), found.reference.high.tolist()) == ([60, 38, 0, 0], [60, 38, 2, 2])


def test_true_is_another_category_than_its_text() -> None:
    found = shared_categories(CategoryCounts({True: 50, "True": 50}), CategoryCounts({True: 50, "True": 50}))
    assert len(found.names) == 2


@st.composite
def texts(draw: st.DrawFn) -> list[str]:
    return draw(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=120))


def top(values: list[str], limit: int) -> CategoryCounts:
    counts = sorted(((values.count(each), each) for each in set(values)), key=lambda pair: (-pair[0], pair[1]))
    listed = {name: count for count, name in counts[:limit]}
    return CategoryCounts(listed, len(values) - sum(listed.values()))


@given(texts(), texts(), st.integers(1, 9))
def test_what_is_counted_lies_within_the_limits(first: list[str], second: list[str], limit: int) -> None:
    found: PairedCategories = shared_categories(top(first, limit), top(second, limit))
    for side, values in ((found.reference, first), (found.current, second)):
        counts = [values.count(name) for name in found.names]
        counts.append(len(values) - sum(counts))
        assert all(low <= count <= high for low, count, high in zip(side.low, counts, side.high, strict=True))
        assert side.n == len(values)


def test_ten_thousand_categories_take_no_time() -> None:
    """A limit per category that looked at every other would take a minute."""
    many = CategoryCounts({f"name {number}": 3 for number in range(10_000)}, rest=5)
    other = CategoryCounts({f"name {number}": 3 for number in range(5_000, 15_000)}, rest=5)
    started = time.process_time()
    found = shared_categories(many, other)
    assert time.process_time() - started < 2
    assert found.names == ()
