"""The rounds of questions that read the columns of both sides.

The first round takes centre and scale from a sample of the reference, so that one far value moves neither. The next
asks for a sketch of both sides around them; the last reads all values, only of columns that the sketch's bound leaves
open. If one side is a profile, the other is counted between the profile's edges.
"""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from assay.checks.drift.categories import MOST_KNOWN, column_from_categories, column_from_counts
from assay.checks.drift.centres import find_centres
from assay.checks.drift.sides import (
    Side,
    SideColumn,
    by_value,
    column_from_buckets,
    column_from_days,
    column_from_profile,
    column_from_sketch,
    column_from_values,
    is_category,
    is_ordered,
    is_time,
)
from assay.errors import DataError
from assay.tables.aggregates import Buckets, Sketch, Summary, TopCounts, TopValues
from assay.tables.questions import Question, Values

if TYPE_CHECKING:
    from assay.facts.profiles import Numbers

MOST_DAYS = 10_000_000
FEW_ROWS, OF_A_TEXT, AT_ONCE = 50_000, 8, 500
"""Up to so many rows, every value is read: the numbers are the same, only without bounds.

A text counts as several numbers."""
OTHER = "other"
TOGETHER, MOST_ROUNDS = 4, 10
"""The columns whose values are in memory at a time, unless that takes too many rounds."""
ColumnPairs = dict[str, tuple[SideColumn, SideColumn]]


def read_columns(
    reference: Side, current: Side, columns: Iterable[str], seed: int
) -> Generator[list[Question], list[Any], ColumnPairs]:
    """Every column of both sides; a column has types of one family on both."""
    names = list(columns)
    edges = {name: _edges(reference, current, name) for name in names}
    told = {side.name: _from_profile(side, names) for side in (reference, current)}
    small = reads_values(reference, current)
    free = [name for name in names if edges[name] is None and _is_sketched(reference, current, name)]
    with_centres = free and not small and reference.profile is None
    centres = yield from find_centres(reference, free, seed) if with_centres else _nothing()
    asked = [side for side in (reference, current) if side.profile is None]
    wanted: dict[tuple[str, str], list[Question]] = {}
    for side in asked:
        plain = [name for name in names if small and side.kinds[name] != OTHER]
        parts = [plain[first : first + AT_ONCE] for first in range(0, len(plain), AT_ONCE)]
        wanted |= {(side.name, ""): [values_of(side, part) for part in parts]} if plain else {}
        for name in names:
            if name not in plain:
                wanted[side.name, name] = _questions(side, name, edges[name], centres.get(name))
    answers = yield from _ask(wanted)
    for side in asked:
        whole = {name: values for part in answers.get((side.name, ""), ()) for name, values in part.items()}
        for name in names:
            if (side.name, name) in answers:
                told[side.name][name] = _column_from_answers(side, name, edges[name], answers[side.name, name])
            else:
                told[side.name][name] = _column_byvalues_of(side, name, edges[name], whole[name])
    return {name: (told[reference.name][name], told[current.name][name]) for name in names}


def read_exactly(
    reference: Side, current: Side, columns: Collection[str], seen: ColumnPairs
) -> Generator[list[Question], list[Any], ColumnPairs]:
    """Some columns again, by every value if there are rows to read."""
    found = {name: (by_value(one), by_value(other)) for name, (one, other) in seen.items() if name in columns}
    wanted = [
        (side, name)
        for name, both in found.items()
        for side, known in zip((reference, current), both, strict=True)
        if side.profile is None and known.sample is not None and not known.is_exact
    ]
    for first in range(0, len(wanted), size := max(TOGETHER, -(-len(wanted) // MOST_ROUNDS))):
        part = wanted[first : first + size]
        answers = yield [values_of(side, [name]) for side, name in part]
        for (side, name), answer in zip(part, answers, strict=True):
            one, other = found[name]
            exact = column_from_values(answer[name])
            found[name] = (exact, other) if side is reference else (one, exact)
    return {**seen, **found}


def _edges(reference: Side, current: Side, name: str) -> tuple[float, ...] | None:
    """The edges of a column's buckets, from a profile; None if both sides have rows."""
    both = [_profiled(side, name) for side in (reference, current)]
    known = [numbers.edges for numbers in both if numbers is not None]
    if len(known) == len(both) and known[0] != known[1]:
        raise DataError(
            f"The profiles of `{reference.name}` and `{current.name}` have different edges for `{name}`.",
            hint="Make one profile like the other: `assay profile DATA --like REFERENCE --out FILE`.",
        )
    return known[0] if known else None


def reads_values(reference: Side, current: Side) -> bool:
    """Whether all values are read, which takes the fewest questions; columns of many rows are counted first."""
    return max((side.rows for side in (reference, current) if side.profile is None), default=0) <= FEW_ROWS


def cells_of(sides: Iterable[Side], name: str) -> int:
    """The cells that reading a column of both sides takes; a text counts as several."""
    return sum(
        side.rows * (OF_A_TEXT if is_category(side.kinds[name]) else 1) for side in sides if side.profile is None
    )


def _profiled(side: Side, name: str) -> Numbers | None:
    return side.profile.columns[name].numbers if side.profile is not None else None


def _from_profile(side: Side, names: Sequence[str]) -> dict[str, SideColumn]:
    if side.profile is None:
        return {}
    return {name: column_from_profile(side.profile.columns[name]) for name in names}


def _is_sketched(reference: Side, current: Side, name: str) -> bool:
    """Whether a column is counted in fine buckets; days are counted one by one, because there are few."""
    return is_ordered(reference.kinds[name]) and {reference.kinds[name], current.kinds[name]} != {"date"}


def _nothing() -> Generator[list[Question], list[Any], dict[str, tuple[float, float]]]:
    return {}
    yield []


def _questions(
    side: Side, name: str, edges: tuple[float, ...] | None, centre: tuple[float, float] | None
) -> list[Question]:
    kind, table = side.kinds[name], side.table
    if kind == OTHER:
        return [Summary(table, (name,))]
    if is_category(kind):
        return [TopValues(table, name, MOST_KNOWN)]
    if edges is not None:
        return [Buckets(table, name, edges)]
    if kind == "date" and centre is None:
        return [TopValues(table, name, MOST_DAYS)]
    at, scale = centre or (0.0, 1.0)
    return [Sketch(table, name, at, scale)]


def _ask(
    wanted: Mapping[tuple[str, str], list[Question]],
) -> Generator[list[Question], list[Any], dict[tuple[str, str], list[Any]]]:
    """The answers to all questions in one round, by key."""
    if not wanted:
        return {}
    answers = iter((yield [question for questions in wanted.values() for question in questions]))
    return {key: [next(answers) for _ in questions] for key, questions in wanted.items()}


def _column_from_answers(side: Side, name: str, edges: tuple[float, ...] | None, answers: list[Any]) -> SideColumn:
    kind = side.kinds[name]
    if kind == OTHER:
        summary = answers[0][name]
        return SideColumn(summary.rows - summary.missing, summary.missing, hidden=True)
    if is_category(kind):
        return column_from_counts(answers[0])
    if edges is not None:
        found = answers[0]
        return column_from_buckets(found, found.missing, found.negative, found.positive)
    return column_from_days(answers[0]) if isinstance(answers[0], TopCounts) else column_from_sketch(answers[0])


def _column_byvalues_of(side: Side, name: str, edges: tuple[float, ...] | None, values: Any) -> SideColumn:
    if is_category(side.kinds[name]):
        return column_from_categories(values)
    return column_from_values(values, edges)


def values_of(side: Side, names: Sequence[str]) -> Values:
    """The question for whole columns, with times as numbers."""
    return Values(side.table, tuple(names), tuple(name for name in names if is_time(side.kinds[name])))
