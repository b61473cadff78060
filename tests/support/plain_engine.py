"""A second engine, of numpy and plain loops: it answers the questions as their docstrings read."""

from __future__ import annotations

import datetime as dt
import math
import operator
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any, assert_never

import numpy as np
import numpy.typing as npt
from tests.support.plain_sketches import buckets, sketch

from assay.tables.aggregates import (
    Aggregate,
    Breaks,
    Buckets,
    ColumnSummary,
    Conflicts,
    Duplicates,
    Quantiles,
    Repeated,
    RowSample,
    Sketch,
    StrangerCount,
    Strangers,
    Summary,
    TopCounts,
    TopValues,
)
from assay.tables.exact_numbers import number_of, plainly
from assay.tables.forms import time_pattern
from assay.tables.predicates import (
    All,
    AnyOf,
    Arithmetic,
    Column,
    Compare,
    Condition,
    IsDuplicate,
    IsFinite,
    IsMissing,
    IsTime,
    IsTrue,
    Length,
    Matches,
    Not,
    OneOf,
    Operand,
)
from assay.tables.questions import Counts, Keys, RowTally, Schema, Values
from assay.tables.sampling import sampled_rows

COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {"+": operator.add, "-": operator.sub, "*": operator.mul}
NUMERIC = ("number", "integer", "boolean")
LARGEST = 2**53
"""Floats round some larger whole numbers."""
INFINITE = ("infinity", "-infinity")


@dataclass(frozen=True)
class PlainColumn:
    """A column's type as questions call it, and its values: None where missing, dates and times as ISO 8601 text.

    `stored` is the type of the file's column where it is not the usual one.
    """

    kind: str
    values: Sequence[Any]
    stored: str = ""


PlainTable = Mapping[str, PlainColumn]


@dataclass(frozen=True)
class PlainEngine:
    """Data sets in memory, with the column of ids or None."""

    sets: Mapping[str, PlainTable]
    id: str | None = None

    def answer(self, question: Aggregate | Schema | Counts | Keys | Values) -> Any:  # noqa: C901, PLR0911, PLR0912  (a case per kind)
        """The answer to one question."""
        table = self.sets[question.table.set]
        match question:
            case Schema():
                return {name: column.kind for name, column in table.items()}
            case Counts():
                return tally(table, question)
            case Values():
                rows = np.arange(rows_of(table))
                return {
                    name: floats(known(table, name)) if name in question.seconds else whole(table[name], rows)
                    for name in question.columns
                }
            case Keys():
                rows = [row for row in range(rows_of(table)) if truth(table, question.condition, row) is not True]
                return tuple(self.ids(table, rows[: question.limit]))
            case Summary():
                return {name: summary(table[name].kind, kept(table, name, question.where)) for name in question.columns}
            case Quantiles():
                return quantiles(floats(kept(table, question.column, question.where)), question.at)
            case Buckets():
                return buckets(floats(kept(table, question.column, question.where)), question.edges)
            case Sketch():
                return sketch(floats(kept(table, question.column, question.where)), question.centre, question.scale)
            case TopValues():
                return top_values(kept(table, question.column, question.where), question.limit)
            case Duplicates():
                return duplicates(table, question)
            case Conflicts():
                return conflicts(table, question)
            case Strangers():
                return self.strangers(question)
            case Breaks():
                return breaks(known(table, question.column), question)
            case RowSample():
                rows = sampled_rows(rows_of(table), question.size, question.seed)
                return {name: whole(table[name], rows) for name in question.columns}

    def strangers(self, question: Strangers) -> StrangerCount:
        """Rows whose values the other table does not have."""
        table, other = self.sets[question.table.set], self.sets[question.other.set]
        there = set(zip(*(moments_of_days(other, name) for name in question.other_columns), strict=True))
        found = list(enumerate(zip(*(moments_of_days(table, name) for name in question.columns), strict=True)))
        asked = [(row, key) for row, key in found if None not in key]
        strange = [row for row, key in asked if key not in there]
        return StrangerCount(len(asked), len(strange), tuple(self.ids(table, strange[:10])))

    def ids(self, table: PlainTable, rows: Sequence[int]) -> list[str]:
        """The ids of some rows, or their numbers."""
        ids = table[self.id].values if self.id is not None and self.id in table else range(rows_of(table))
        return [str(ids[row]) for row in rows]


def tally(table: PlainTable, question: Counts) -> RowTally:
    found = {
        name: Counter(truth(table, condition, row) for row in range(rows_of(table)))
        for name, condition in question.conditions
    }
    true, false, unknown = ({name: counted[is_] for name, counted in found.items()} for is_ in (True, False, None))
    return RowTally(rows_of(table), true, false, unknown)


def rows_of(table: PlainTable) -> int:
    return len(next(iter(table.values())).values)


def value_of(table: PlainTable, name: str, row: int) -> Any:
    value = table[name].values[row]
    return None if isinstance(value, float) and math.isnan(value) else value


def known(table: PlainTable, name: str) -> list[Any]:
    """A column's values, None where missing or NaN."""
    return [value_of(table, name, row) for row in range(rows_of(table))]


def moments_of_days(table: PlainTable, name: str) -> list[Any]:
    """A column's values, days as their first moment."""
    day = "T00:00:00" if table[name].kind == "date" else ""
    return [value + day if day and value is not None else comparable(value) for value in known(table, name)]


def kept(table: PlainTable, name: str, where: Condition | None) -> list[Any]:
    """The values in the rows for which the condition is true."""
    return [
        value_of(table, name, row) for row in range(rows_of(table)) if where is None or truth(table, where, row) is True
    ]


def truth(table: PlainTable, condition: Condition, row: int) -> bool | None:  # noqa: C901, PLR0911, PLR0912  (a case per kind)
    """What a condition is in a row, by three-valued logic."""
    match condition:
        case Compare():
            left, right = operand(table, condition.left, row), operand(table, condition.right, row)
            if left is None or right is None:
                return None
            return COMPARISONS[condition.operator](comparable(left), comparable(right))
        case OneOf():
            value = value_of(table, condition.column, row)
            return None if value is None else comparable(value) in [comparable(each) for each in condition.values]
        case IsMissing():
            return value_of(table, condition.column, row) is None
        case IsFinite():
            value = value_of(table, condition.column, row)
            return None if value is None else not (isinstance(value, float) and math.isinf(value))
        case Matches():
            value = value_of(table, condition.column, row)
            return None if value is None else re.fullmatch(condition.pattern, value) is not None
        case IsTime():
            value = value_of(table, condition.column, row)
            return None if value is None else is_time(value, condition.form)
        case IsDuplicate():
            names = (condition.column, *condition.others)
            rows = list(zip(*(known(table, name) for name in names), strict=True))
            return None not in rows[row] and rows.count(rows[row]) > 1
        case IsTrue():
            return truth(table, condition.condition, row) is True
        case Not():
            inner = truth(table, condition.condition, row)
            return None if inner is None else not inner
        case All():
            inner_truths = [truth(table, inner, row) for inner in condition.conditions]
            return False if False in inner_truths else None if None in inner_truths else True
        case AnyOf():
            inner_truths = [truth(table, inner, row) for inner in condition.conditions]
            return True if True in inner_truths else None if None in inner_truths else False
        case _:
            assert_never(condition)


def is_time(text: str, form: str) -> bool:
    """Whether a date or time exists and is written in a form."""
    if re.fullmatch(time_pattern(form), text) is None:
        return False
    try:
        dt.datetime.strptime(text, form)  # noqa: DTZ007  (only whether it exists is asked)
    except ValueError:
        return False
    return True


def comparable(value: Any) -> Any:
    """A number as the decimal that it stands for; anything else as it is."""
    return number_of(value) if isinstance(value, int | float) else value


def operand(table: PlainTable, part: Operand, row: int) -> Any:
    """What an operand is in a row: numbers that are no floats, and constants, are decimals."""
    if isinstance(part, Column):
        value = value_of(table, part.name, row)
        return value if isinstance(value, float) else comparable(value)
    if isinstance(part, Length):
        value = value_of(table, part.column, row)
        return None if value is None else len(value)
    if isinstance(part, Arithmetic):
        left, right = operand(table, part.left, row), operand(table, part.right, row)
        if left is None or right is None:
            return None
        if isinstance(left, float) or isinstance(right, float):
            left, right = float(left), float(right)
        found = ARITHMETIC[part.operator](left, right)
        return None if math.isnan(found) else found
    if isinstance(part, str | int | float | Decimal):
        return comparable(part)
    assert_never(part)


def floats(values: list[Any]) -> npt.NDArray[np.float64]:
    return np.array([math.nan if value is None else as_number(value) for value in values], dtype=np.float64)


def as_number(value: Any) -> float:
    """A number as it is, a time as seconds since 1970 in UTC."""
    if not isinstance(value, str) or value in INFINITE:
        return float(value)
    moment = dt.datetime.fromisoformat(value)
    moment = moment if moment.tzinfo is not None else moment.replace(tzinfo=dt.UTC)
    return (moment - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) // dt.timedelta(microseconds=1) / 1e6


def summary(kind: str, values: list[Any]) -> ColumnSummary:
    there = [value for value in values if value is not None]
    finite = [value for value in there if not is_infinite(kind, value)]
    counts = (len(values), len(values) - len(there), len(there) - len(finite), len(finite))
    if not finite or kind == "other":
        return ColumnSummary(kind, *counts)
    if kind == "text":
        lengths = [len(value) for value in finite]
        return ColumnSummary(kind, *counts, shortest=min(lengths), longest=max(lengths))
    if kind not in NUMERIC:
        return ColumnSummary(kind, *counts, min(finite), max(finite))
    numbers = [value + 0.0 if isinstance(value, float) else int(value) for value in finite]
    mean, deviations = moments([float(value) for value in numbers])
    return ColumnSummary(kind, *counts, min(numbers), max(numbers), mean, deviations)


def is_infinite(kind: str, value: Any) -> bool:
    return value in INFINITE if kind in ("date", "timestamp") else isinstance(value, float) and math.isinf(value)


def moments(numbers: list[float]) -> tuple[float | None, float | None]:
    """Mean and squared deviations, of whole fractions: without rounding on the way."""
    exact = [Fraction(number) for number in numbers]
    mean = sum(exact, Fraction(0)) / len(exact)
    deviations = sum(((number - mean) ** 2 for number in exact), Fraction(0))
    return in_range(mean), in_range(deviations)


def in_range(value: Fraction) -> float | None:
    try:
        return float(value)
    except OverflowError:
        return None


def quantiles(values: npt.NDArray[np.float64], at: Sequence[float]) -> tuple[float, ...]:
    finite = np.sort(values[np.isfinite(values)])
    if not len(finite):
        return ()
    return tuple(float(finite[max(1, math.ceil(len(finite) * share)) - 1]) + 0.0 for share in at)


def as_text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return repr(value + 0.0) if isinstance(value, float) else str(value)


def top_values(values: list[Any], limit: int) -> TopCounts:
    there = [value + 0.0 if isinstance(value, float) else value for value in values if value is not None]
    there = [plainly(value) if isinstance(value, Decimal) else value for value in there]
    counts = sorted(Counter(there).items(), key=lambda found: (-found[1], as_text(found[0])))
    rest = sum(count for _, count in counts[limit:])
    return TopCounts(len(values) - len(there), len(counts), tuple(counts[:limit]), rest)


def duplicates(table: PlainTable, question: Duplicates) -> Repeated:
    steps = dict(question.steps)

    def key(name: str, value: Any) -> Any:
        if value is None:
            return None
        if name in steps:
            scaled = float(value) / steps[name] + 0.5
            return math.floor(scaled) if math.isfinite(scaled) else scaled
        return value.strip(" ").lower() if name in question.folded else value

    columns = [[key(name, value) for value in known(table, name)] for name in question.columns]
    every = [tuple(column[row] for column in columns) for row in range(rows_of(table))]
    rows = [row for row in every if None not in row]
    return Repeated(rows_of(table), len(rows), len(set(rows)))


def conflicts(table: PlainTable, question: Conflicts) -> int:
    groups: defaultdict[tuple[Any, ...], list[Any]] = defaultdict(list)
    for row in range(rows_of(table)):
        key = tuple(value_of(table, name, row) for name in question.columns)
        groups[key].append(value_of(table, question.differs, row))
    return sum(len(found) for found in groups.values() if len(set(found)) > 1)


def breaks(values: list[Any], question: Breaks) -> int:
    there = [value for value in values if value is not None]
    follows = COMPARISONS[(("<" if question.descending else ">") + ("" if question.strictly else "="))]
    return sum(not follows(value, before) for before, value in pairwise(there))


def whole(column: PlainColumn, rows: npt.NDArray[np.int64]) -> npt.NDArray[Any]:
    """Some rows of a column as Values gives them."""
    drawn = [column.values[row] for row in rows.tolist()]
    if any(isinstance(value, int) and abs(value) > LARGEST for value in drawn):
        return np.array(drawn, dtype=object)
    return floats(drawn) if column.kind in ("number", "integer") else np.array(drawn, dtype=object)
