"""Columns of numbers and times in a profile: read if there are few rows, else only asked about."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from assay.facts.profiles import BUCKETS, ColumnProfile, Numbers
from assay.tables.addressing import Table
from assay.tables.aggregates import BucketCounts, Buckets, Duplicates, Quantiles
from assay.tables.questions import Values
from assay.tables.typed import TEMPORAL

Answer = Callable[[Sequence[Any]], list[Any]]
SHARES = (0.0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1.0)
"""The shares of a profile's quantiles."""
INNER = tuple(index / BUCKETS for index in range(BUCKETS))
"""The shares at which buckets of equal mass begin."""
MOST_ROWS, AT_ONCE = 1 << 24, 1 << 22
"""The most rows of a table whose columns are read, and the most values in memory."""


@dataclass(frozen=True)
class Ordered:
    """A column of numbers or times, the reference's column if there is one, and whether its values may be shown."""

    name: str
    kind: str
    like: ColumnProfile | None
    shown: bool

    def edges(self, inner: Sequence[float]) -> tuple[float, ...]:
        """The edges of its buckets: none if it is hidden, else the reference's, else those of its own quantiles."""
        from assay.stats.profile_numbers import edges_of

        if not self.shown:
            return ()
        if self.like is not None:
            return self.like.numbers.edges if self.like.numbers is not None else ()
        return edges_of(inner, whole=self.kind == "integer")

    @property
    def has_own_edges(self) -> bool:
        """Whether its edges come from its own quantiles."""
        return self.shown and self.like is None


@dataclass(frozen=True)
class _FoundColumn:
    """The counts, edges and quantiles of a column; `distinct` is None if it is not known yet."""

    counts: BucketCounts
    edges: tuple[float, ...]
    quantiles: tuple[float, ...]
    distinct: int | None = None


def profile_numbers(answer: Answer, table: Table, rows: int, columns: Sequence[Ordered]) -> dict[str, ColumnProfile]:
    """The profiles of columns; the same whether their values are read or not."""
    found = dict(_by_values(answer, table, rows, columns) if rows <= MOST_ROWS else _by_counts(answer, table, columns))
    asked = [each.name for each in columns if each.like is None and found[each.name].distinct is None]
    repeated = answer([Duplicates(table, (name,)) for name in asked]) if asked else []
    distinct = {name: each.distinct for name, each in found.items()}
    for name, each in zip(asked, repeated, strict=True):
        counts = found[name].counts
        distinct[name] = each.distinct - (counts.negative > 0) - (counts.positive > 0)
    return {each.name: _profiled(each, found[each.name], distinct[each.name]) for each in columns}


def _by_values(
    answer: Answer, table: Table, rows: int, columns: Sequence[Ordered]
) -> Iterator[tuple[str, _FoundColumn]]:
    """Each column from its sorted values."""
    from assay.stats.profile_numbers import bins_of, finite_part, quantiles_of

    size = max(1, AT_ONCE // max(rows, 1))
    for first in range(0, len(columns), size):
        part = columns[first : first + size]
        times = tuple(each.name for each in part if each.kind in TEMPORAL)
        values = answer([Values(table, tuple(each.name for each in part), times)])[0]
        for each in part:
            rounds = values[each.name].dtype == object
            finite, missing, negative, positive = finite_part(values.pop(each.name))
            edges = each.edges(quantiles_of(finite, INNER))
            counts = BucketCounts(missing, negative, positive, **vars(bins_of(finite, edges)))
            quantiles = quantiles_of(finite, SHARES) if each.has_own_edges else ()
            yield each.name, _FoundColumn(counts, edges, quantiles, None if rounds else _distinct(each, finite))


def _distinct(column: Ordered, finite: Any) -> int | None:
    """The number of distinct values; None if floats cannot tell."""
    from assay.stats.profile_numbers import distinct_of

    return None if column.like is not None or column.kind == "timestamp" else distinct_of(finite)


def _by_counts(answer: Answer, table: Table, columns: Sequence[Ordered]) -> Iterator[tuple[str, _FoundColumn]]:
    """Each column from its quantiles and the counts between its edges."""
    free = [each.name for each in columns if each.has_own_edges]
    quantiles = answer([Quantiles(table, name, (*INNER, *SHARES)) for name in free]) if free else []
    known = dict(zip(free, quantiles, strict=True))
    inner = {each.name: known.get(each.name, ()) for each in columns}
    edges = {each.name: each.edges(inner[each.name][: len(INNER)]) for each in columns}
    found = answer([Buckets(table, each.name, edges[each.name]) for each in columns])
    for each, counts in zip(columns, found, strict=True):
        yield each.name, _FoundColumn(counts, edges[each.name], inner[each.name][len(INNER) :])


def _profiled(column: Ordered, found: _FoundColumn, distinct: int | None) -> ColumnProfile:
    counts = found.counts
    numbers = Numbers(
        mean=counts.mean,
        deviations=counts.deviations,
        quantiles=tuple(zip(SHARES, found.quantiles, strict=True)) if found.quantiles else (),
        edges=found.edges,
        counts=counts.counts,
        low=counts.low,
        high=counts.high,
        total=counts.total,
    )
    return ColumnProfile(
        kind=column.kind,
        n=sum(counts.counts),
        missing=counts.missing,
        negative=counts.negative,
        positive=counts.positive,
        distinct=distinct,
        hidden=not column.shown,
        numbers=numbers if column.shown else None,
    )
