"""Profiles of tables, made in few rounds of questions."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from assay.errors import DataError
from assay.facts.profiles import Categories, ColumnProfile, Profile
from assay.tables.addressing import Table
from assay.tables.aggregates import TopCounts, TopValues
from assay.tables.predicates import IsMissing, OneOf, Scalar
from assay.tables.profiling_numbers import Answer, Ordered, profile_numbers
from assay.tables.questions import Counts, Schema
from assay.tables.type_families import CATEGORIES, family

MOST_LISTED, MOST_KNOWN = 100, 10_000
FEW_VALUES, FEWEST_ROWS = 20, 5
"""Up to this many categories are all listed; of more, only those with this many rows: none is about one person."""


def profile_table(
    answer: Answer, table: Table, *, source: str, like: Profile | None = None, hidden: Collection[str] = ()
) -> Profile:
    """The profile of a table; `answer` answers questions about it, `hidden` names columns whose values are not shown.

    Made `like` a reference, it has the reference's columns, edges and categories; raises DataError if the table lacks a
    column or has it as another type.
    """
    kinds: dict[str, str] = {name: kind for name, kind in answer([Schema(table)])[0].items() if name[:1] != "@"}
    if like is not None:
        _refuse_others(kinds, like)
        kinds = {name: kinds[name] for name in like.columns}
    references = dict.fromkeys(kinds) if like is None else dict(like.columns)
    shown = {name for name, each in references.items() if name not in hidden and not (each is not None and each.hidden)}
    listed = [name for name, kind in kinds.items() if family(kind) in CATEGORIES]
    missing = tuple((name, IsMissing(name)) for name in kinds)
    tally, *found = answer([Counts(table, missing), *(TopValues(table, name, MOST_KNOWN) for name in listed)])
    tops: dict[str, TopCounts] = dict(zip(listed, found, strict=True))
    counted = _counted(answer, table, tops, references)
    columns = {
        name: _categories(each, counted[name], kinds[name], references[name], shown=name in shown)
        for name, each in tops.items()
    }
    ordered = [
        Ordered(name, kind, references[name], shown=name in shown)
        for name, kind in kinds.items()
        if family(kind) in ("numbers", "times")
    ]
    columns |= profile_numbers(answer, table, tally.rows, ordered)
    for name in kinds.keys() - columns.keys():
        absent = tally.true[name]
        columns[name] = ColumnProfile(kind=kinds[name], n=tally.rows - absent, missing=absent, hidden=True)
    return Profile(
        rows=tally.rows,
        sources=(source,),
        like=None if like is None else like.digest(),
        columns={name: columns[name] for name in kinds},
    )


def _refuse_others(kinds: dict[str, str], like: Profile) -> None:
    for name, column in like.columns.items():
        if name not in kinds:
            raise DataError(f"The data lack the column `{name}` of the reference profile.", hint="")
        if family(kinds[name]) != family(column.kind):
            raise DataError(
                f"The column `{name}` is {kinds[name]}, but {column.kind} in the reference profile.", hint=""
            )


def _counted(
    answer: Answer, table: Table, found: Mapping[str, TopCounts], references: Mapping[str, ColumnProfile | None]
) -> dict[str, dict[Scalar, int]]:
    """The counts of each column's values; if there are too many, also those of the reference's values."""
    counts = {name: dict(each.values) for name, each in found.items()}
    unknown: dict[str, tuple[Scalar, ...]] = {}
    for name, each in found.items():
        like = references[name]
        if each.rest and like is not None and like.categories is not None:
            unknown[name] = tuple(value for value, _ in like.categories.values if value not in counts[name])
    asked = [TopValues(table, name, len(each), OneOf(name, each)) for name, each in unknown.items() if each]
    for question, counted in zip(asked, answer(asked) if asked else [], strict=True):
        counts[question.column] |= dict(counted.values)
    return counts


def _categories(
    found: TopCounts, counts: Mapping[Scalar, int], kind: str, like: ColumnProfile | None, *, shown: bool
) -> ColumnProfile:
    n = found.rest + sum(count for _, count in found.values)
    categories: Categories | None = None
    if like is not None and like.categories is not None and shown:
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
