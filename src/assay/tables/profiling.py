"""Profiles of tables: one column at a time, so that memory holds no more than one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Any

from assay.errors import DataError
from assay.profiles import BUCKETS, Categories, ColumnProfile, Numbers, Profile
from assay.tables.addressing import Table
from assay.tables.aggregates import TopCounts, TopValues
from assay.tables.questions import Counts, Schema, Values

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Answer = Callable[[Sequence[Any]], list[Any]]
MOST_LISTED, MOST_KNOWN = 100, 10_000
FEW_VALUES, FEWEST_ROWS = 20, 5
"""Up to so many categories are all listed; of more, only those that so many rows share, so that none is about one."""
TIMES, NUMBERS, CATEGORIES = ("date", "timestamp"), ("number", "integer"), ("text", "boolean")
TOLD = (0.0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1.0)
"""The shares whose quantiles a profile tells."""


def profile_table(
    answer: Answer, table: Table, *, source: str, like: Profile | None = None, hidden: Collection[str] = ()
) -> Profile:
    """The profile of a table; `answer` answers questions about it, `hidden` names columns whose values stay untold.

    Made `like` a reference it has the reference's columns, edges and categories; raises DataError where the table lacks
    one of them or has it as another type.
    """
    kinds: dict[str, str] = {name: kind for name, kind in answer([Schema(table)])[0].items() if name[:1] != "@"}
    rows = answer([Counts(table)])[0].rows
    if like is not None:
        _refuse_others(kinds, like)
        kinds = {name: kinds[name] for name in like.columns}
    columns = {}
    for name, kind in kinds.items():
        reference = like.columns[name] if like is not None else None
        shown = name not in hidden and not (reference is not None and reference.hidden)
        columns[name] = _column(answer, table, name, kind, rows, reference, shown=shown)
    return Profile(rows=rows, sources=(source,), like=None if like is None else like.digest(), columns=columns)


def family(kind: str) -> str:
    """What a type's columns are compared as: `numbers`, `times`, `text`, `boolean` or `other`."""
    return "numbers" if kind in NUMBERS else "times" if kind in TIMES else kind


def _refuse_others(kinds: dict[str, str], like: Profile) -> None:
    for name, column in like.columns.items():
        if name not in kinds:
            raise DataError(f"The column `{name}` of the reference profile is not there.", hint="")
        if family(kinds[name]) != family(column.kind):
            raise DataError(
                f"The column `{name}` is {kinds[name]}, but {column.kind} in the reference profile.", hint=""
            )


def _column(
    answer: Answer, table: Table, name: str, kind: str, rows: int, like: ColumnProfile | None, *, shown: bool
) -> ColumnProfile:
    sort = family(kind)
    if sort == "other":
        return _counted(answer, table, name, kind, rows)
    if sort in CATEGORIES:
        return _categories(answer([TopValues(table, name, MOST_KNOWN)])[0], kind, rows, like, shown=shown)
    values = answer([Values(table, (name,))])[0][name]
    return _numbers(_seconds(values) if sort == "times" else values, kind, like, shown=shown)


def _counted(answer: Answer, table: Table, name: str, kind: str, rows: int) -> ColumnProfile:
    from assay.tables.predicates import IsMissing

    missing = answer([Counts(table, (("missing", IsMissing(name)),))])[0].true["missing"]
    return ColumnProfile(kind=kind, n=rows - missing, missing=missing, hidden=True)


def _categories(found: TopCounts, kind: str, rows: int, like: ColumnProfile | None, *, shown: bool) -> ColumnProfile:
    n = rows - found.missing
    categories: Categories | None = None
    if like is not None and like.categories is not None and shown:
        if found.rest and any(value not in dict(found.values) for value, _ in like.categories.values):
            raise DataError(f"A column has more than {MOST_KNOWN:,} values, so the reference's cannot be counted.")
        counts = dict(found.values)
        values = tuple((value, counts.get(value, 0)) for value, _ in like.categories.values)
        categories = Categories(values=values, rest=n - sum(count for _, count in values))
    elif shown:
        few = found.distinct <= FEW_VALUES
        listed = [(value, count) for value, count in found.values if few or count >= FEWEST_ROWS][:MOST_LISTED]
        categories = Categories(values=tuple(listed), rest=n - sum(count for _, count in listed))
    return ColumnProfile(
        kind=kind,
        n=n,
        missing=found.missing,
        distinct=found.distinct if like is None else None,
        hidden=not shown,
        categories=categories,
    )


def _numbers(values: NDArray[np.float64], kind: str, like: ColumnProfile | None, *, shown: bool) -> ColumnProfile:
    from assay.stats.profiling import bins_of, distinct_of, edges_of, finite_part, moments_of, quantiles_of

    finite, missing, negative, positive = finite_part(values)
    numbers: Numbers | None = None
    if shown:
        shared = like.numbers if like is not None else None
        told = quantiles_of(finite, TOLD) if shared is None else ()
        edges = edges_of(finite, BUCKETS, whole=kind == "integer") if shared is None else shared.edges
        bins, (mean, deviations) = bins_of(finite, edges), moments_of(finite)
        numbers = Numbers(
            mean=mean,
            deviations=deviations,
            quantiles=tuple(zip(TOLD, told, strict=True)) if told else (),
            edges=edges,
            counts=bins.counts,
            low=bins.low,
            high=bins.high,
            total=bins.total,
        )
    return ColumnProfile(
        kind=kind,
        n=len(finite),
        missing=missing,
        negative=negative,
        positive=positive,
        distinct=distinct_of(finite) if like is None else None,
        hidden=not shown,
        numbers=numbers,
    )


def _seconds(values: NDArray[np.object_]) -> NDArray[np.float64]:
    from assay.stats.profiling import seconds_of

    return seconds_of(values.tolist())
