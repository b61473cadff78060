"""The two sides of a comparison, each a table or a profile, and a column of one side."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from assay.errors import DataError
from assay.tables.addressing import Table
from assay.tables.type_families import CATEGORIES, TIMES, family

if TYPE_CHECKING:
    from assay.facts.profiles import ColumnProfile, Numbers, Profile
    from assay.stats.binning import CategoryCounts
    from assay.stats.bounded import Bounded
    from assay.stats.places import Bins
    from assay.stats.samples import Sample
    from assay.tables.aggregates import BucketCounts, SketchCounts, TopCounts

LOOSE = 0.02
"""In a bucket with a larger share of the rows, the order of the values matters."""


@dataclass(frozen=True)
class Side:
    """A data set with its columns' types; `profile` is None if it has rows to read.

    `read_as` names the columns of texts that are compared as numbers or times, and `strays` counts their other texts.
    """

    name: str
    kinds: Mapping[str, str]
    rows: int
    profile: Profile | None = None
    read_as: tuple[tuple[str, str], ...] = ()
    strays: Mapping[str, int] = field(default_factory=dict)

    @property
    def table(self) -> Table:
        """The table, as questions name it."""
        return Table(self.name, read_as=self.read_as)


@dataclass(frozen=True)
class SideColumn:
    """A column of one side: the rows with and without a value, and the values as a sample or by category.

    `spread` is the standard deviation of the finite values, if it is known and not 0. `is_exact` means that reading
    every value would add nothing, and `can_be_asked` that there are rows to read. `hidden` means that a profile does
    not show the values, or that their type cannot be compared. `strays` counts texts among numbers or times.
    """

    there: int
    missing: int
    strays: int = 0
    sample: Sample | None = None
    categories: CategoryCounts | None = None
    spread: Bounded | None = None
    is_exact: bool = False
    is_sketched: bool = False
    can_be_asked: bool = False
    hidden: bool = False

    @property
    def rows(self) -> int:
        """The number of rows, with a value or without."""
        return self.there + self.missing + self.strays

    def counted(self) -> SideColumn:
        """The column without its values, once they are compared."""
        return self if self.sample is None else replace(self, sample=None)


def is_ordered(kind: str) -> bool:
    """Whether a type's values have an order, as numbers and times have."""
    return family(kind) in ("numbers", "times")


def is_category(kind: str) -> bool:
    """Whether a type's values are categories."""
    return kind in CATEGORIES


def is_time(kind: str) -> bool:
    """Whether a type's values are times."""
    return kind in TIMES


def column_from_profile(column: ColumnProfile) -> SideColumn:
    """A column from a profile."""
    from assay.stats.binning import CategoryCounts

    there = column.n + column.negative + column.positive
    if column.categories is not None:
        return SideColumn(
            there, column.missing, categories=CategoryCounts(dict(column.categories.values), column.categories.rest)
        )
    if column.numbers is None:
        return SideColumn(there, column.missing, hidden=True)
    return column_from_buckets(column.numbers, column.missing, column.negative, column.positive)


def column_from_buckets(found: Numbers | BucketCounts | Bins, missing: int, negative: int, positive: int) -> SideColumn:
    """A column of numbers in a profile's buckets; infinities lie in the outer buckets."""
    from assay.stats.samples import sample_of_buckets

    counts = list(found.counts)
    n = sum(counts)
    counts[0] += negative
    counts[-1] += positive
    sample = sample_of_buckets(
        counts,
        _limits(found.low, negative, positive, least=True),
        _limits(found.high, negative, positive, least=False),
        [float("nan") if each is None else each for each in found.total],
    )
    return SideColumn(sample.n, missing, sample=sample, spread=_spread(found.deviations, n), is_exact=True)


def _limits(found: Sequence[float | None], negative: int, positive: int, *, least: bool) -> list[float]:
    infinity = float("inf")
    limits = [float("nan") if each is None else each for each in found]
    if negative:
        limits[0] = -infinity if least or math.isnan(limits[0]) else limits[0]
    if positive:
        limits[-1] = infinity if not least or math.isnan(limits[-1]) else limits[-1]
    return limits


def column_from_sketch(sketch: SketchCounts) -> SideColumn:
    """A column of numbers in a sketch's buckets."""
    import numpy as np

    from assay.stats.samples import sample_of_sketch
    from assay.stats.spreads import spread_of

    sample = sample_of_sketch(sketch)
    spread = spread_of(sample)
    single = bool(np.array_equal(sample.low, sample.high))
    return SideColumn(
        sample.n, sketch.missing, sample=sample, spread=spread, is_exact=single, is_sketched=True, can_be_asked=True
    )


def by_value(seen: SideColumn) -> SideColumn:
    """A sketch with one value in each bucket, as these values; any other column as it is."""
    if not (seen.is_sketched and seen.is_exact) or seen.sample is None:
        return seen
    return replace(seen, sample=replace(seen.sample, place=seen.sample.low), is_sketched=False)


def hides_differences(one: SideColumn, other: SideColumn) -> bool:
    """Whether many rows of both sides share a bucket but may differ, which no edge between buckets shows."""
    import numpy as np

    if one.sample is None or other.sample is None or not (one.can_be_asked or other.can_be_asked):
        return False
    first, second = one.sample, other.sample
    _, here, there = np.intersect1d(first.place, second.place, return_indices=True)
    many = np.maximum(first.count[here] / max(first.n, 1), second.count[there] / max(second.n, 1)) > LOOSE
    least, most = np.minimum(first.low[here], second.low[there]), np.maximum(first.high[here], second.high[there])
    return bool((many & (least != most)).any())


def column_from_values(values: Any, edges: Sequence[float] | None = None) -> SideColumn:
    """A column of numbers by its unsorted values; in a profile's buckets if there are edges."""
    import numpy as np

    from assay.stats.profile_numbers import bins_of, finite_part
    from assay.stats.samples import sample_of_values
    from assay.stats.spreads import spread_of

    if edges is not None:
        finite, *counts = finite_part(values)
        return column_from_buckets(bins_of(finite, edges), *counts)
    numbers = np.asarray(values, dtype=np.float64)
    there = np.sort(numbers[~np.isnan(numbers)]) + 0.0
    whole = sample_of_values(there)
    return SideColumn(len(there), len(numbers) - len(there), sample=whole, spread=spread_of(whole), is_exact=True)


def column_from_days(found: TopCounts) -> SideColumn:
    """A column of dates, by the count of each date."""
    import numpy as np

    from assay.stats.profile_numbers import seconds_of
    from assay.stats.samples import Sample
    from assay.stats.spreads import spread_of

    if found.rest:
        raise DataError("A column has too many different dates to count.")
    days = seconds_of([str(day) for day, _ in found.values])
    order = np.argsort(days, kind="stable")
    counts = np.array([count for _, count in found.values], dtype=np.int64)[order]
    sample = Sample(days[order], counts, days[order], days[order], days[order] * counts)
    return SideColumn(sample.n, found.missing, sample=sample, spread=spread_of(sample), is_exact=True)


def _spread(deviations: float | None, n: int) -> Bounded | None:
    """The standard deviation; None if it is unknown or 0."""
    from assay.stats.bounded import known

    return known((deviations / n) ** 0.5) if deviations and n else None
