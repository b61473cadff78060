"""Conditions on rows as SQL of three-valued logic; every constant is a bound parameter."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, assert_never
from weakref import WeakValueDictionary

from assay.errors import DataError
from assay.tables.addressing import ROW
from assay.tables.exact_numbers import Number, combined, compared, listed_numbers, number_of
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
    IsWritten,
    Length,
    Matches,
    Not,
    OneOf,
    Operand,
    Scalar,
)
from assay.tables.typed import NUMERIC, TEMPORAL, Typed, kind_of, nearest, read_moment
from assay.tables.writings import WRITINGS


@dataclass
class Compilation:
    """A table's columns, its relation, and the parts that the SQL of conditions needs.

    Before it runs, the parameters are bound, the patterns checked, and a table of the `repeated` values made.
    `held` are the whole columns that somebody has fetched and still holds; `narrow` gives the relation for some SQL.
    """

    name: str
    columns: Mapping[str, Typed]
    relation: str
    parameters: dict[str, object] = field(default_factory=dict)
    patterns: list[str] = field(default_factory=list)
    repeated: dict[tuple[str, ...], str] = field(default_factory=dict)
    held: WeakValueDictionary[Typed, Any] = field(default_factory=WeakValueDictionary)
    narrow: Callable[[str], str] | None = None

    def relation_for(self, sql: str) -> str:
        """The relation, perhaps only with the columns that occur in some SQL."""
        return self.relation if self.narrow is None else self.narrow(sql)

    @property
    def row(self) -> str:
        """A row's number."""
        return self.columns[ROW].sql

    def column(self, name: str) -> Typed:
        """A column that can be compared; raises DataError if it does not exist or has a nested or binary type."""
        found = self.present(name)
        if found.kind == "other":
            raise DataError(f"{self.name}: column `{name}` is neither text nor number nor boolean nor time.")
        return found

    def present(self, name: str) -> Typed:
        """A column of any type."""
        if name not in self.columns:
            near = nearest(name, self.columns)
            hint = f" Did you mean `{near}`?" if near else ""
            raise DataError(f"{self.name} has no column `{name}`.{hint}")
        return self.columns[name]

    def bind(self, value: object) -> str:
        """A constant's placeholder in the SQL."""
        name = f"p{len(self.parameters)}"
        self.parameters[name] = value
        return f"${name}"

    def narrowed(self, condition: Condition | None) -> str:
        """The clause that limits a statement to the rows for which a condition is true."""
        return "" if condition is None else f" WHERE {self.condition(condition)}"

    def condition(self, condition: Condition) -> str:
        """A condition as a boolean expression that is NULL if it is unknown."""
        match condition:
            case Compare():
                sql = self._compare(condition)
            case OneOf():
                sql = self._one_of(condition)
            case Not():
                sql = f"NOT {self.condition(condition.condition)}"
            case IsTrue():
                sql = f"coalesce({self.condition(condition.condition)}, FALSE)"
            case All():
                sql = " AND ".join(map(self.condition, condition.conditions)) or "TRUE"
            case AnyOf():
                sql = " OR ".join(map(self.condition, condition.conditions)) or "FALSE"
            case Matches() | IsTime() | IsWritten() | IsMissing() | IsFinite() | IsDuplicate():
                sql = self._about_column(condition)
            case _:
                assert_never(condition)
        return f"({sql})"

    def _about_column(self, condition: Matches | IsTime | IsWritten | IsMissing | IsFinite | IsDuplicate) -> str:
        if isinstance(condition, IsMissing):
            return f"{self.present(condition.column).sql} IS NULL"
        if isinstance(condition, IsDuplicate):
            return self._repeated([self.column(name).identity for name in (condition.column, *condition.others)])
        column = self.column(condition.column)
        if isinstance(condition, IsFinite):
            finite = f"isfinite({column.raw})" if column.kind == "number" else "TRUE"
            return f"CASE WHEN {column.raw or column.sql} IS NULL THEN NULL ELSE {finite} END"
        if isinstance(condition, IsWritten):
            value = self._text(condition.column, "only texts are written in some way")
            return f"CASE WHEN {value} IS NOT NULL THEN {WRITINGS[condition.way].matches(value)} END"
        if isinstance(condition, Matches):
            value = self._text(condition.column, "patterns are for text")
            self.patterns.append(condition.pattern)
            return f"regexp_full_match({value}, {self.bind(condition.pattern)})"
        value = self._text(condition.column, "forms of dates are for text")
        formed = f"regexp_full_match({value}, {self.bind(time_pattern(condition.form))})"
        exists = f"coalesce(try_strptime({value}, {self.bind(condition.form)}) >= TIMESTAMP '0001-01-01', FALSE)"
        return f"CASE WHEN {value} IS NULL THEN NULL ELSE {formed} AND {exists} END"

    def _repeated(self, values: list[str]) -> str:
        """Whether the values are among those that occur twice, which have a table of their own."""
        table = self.repeated.setdefault(tuple(values), f"repeated{len(self.repeated)}")
        listed = ", ".join(f"v{index}" for index in range(len(values)))
        return f"coalesce(({', '.join(values)}) IN (SELECT {listed} FROM {table}), FALSE)"

    def _text(self, name: str, purpose: str) -> str:
        column = self.column(name)
        if column.kind != "text":
            raise DataError(f"{self.name}: column `{name}` is {column.kind}; {purpose}.")
        return column.sql

    def _one_of(self, condition: OneOf) -> str:
        """A semi-join, because long literal lists are slow; a value of another type equals none."""
        column = self.column(condition.column)
        own, listed, kind = self._values(column, condition.values)
        wanted = f"SELECT unnest(CAST({self.bind(listed)} AS {kind}[]))"
        return f"(CASE WHEN {own} IS NULL THEN NULL ELSE {own} IN ({wanted}) END)"

    def _values(self, column: Typed, values: Sequence[Scalar]) -> tuple[str, Sequence[object], str]:
        """The column, the values that it can have, and the type in which they are compared."""
        if column.kind in NUMERIC:
            return listed_numbers(column, values)
        texts = [value for value in values if isinstance(value, str)]
        if column.kind not in TEMPORAL:
            return f"CAST({column.sql} AS VARCHAR)", texts, "VARCHAR"
        moments = (read_moment(text) for text in texts)
        return f"CAST({column.sql} AS TIMESTAMP)", [each for each in moments if each is not None], "TIMESTAMP"

    def _compare(self, condition: Compare) -> str:
        sides = (condition.left, condition.right)
        operator = {"==": "=", "!=": "<>"}.get(condition.operator, condition.operator)
        if any(isinstance(side, Column) and self.column(side.name).kind in TEMPORAL for side in sides):
            left, right = (self._moment_of(side) for side in sides)
        else:
            left, right = (self._operand(side) for side in sides)
        one, other = (_kind(side, value) for side, value in zip(sides, (left, right), strict=True))
        if one in NUMERIC and other in NUMERIC:
            return compared(left, operator, right, self.bind)
        if isinstance(left, Decimal) or isinstance(right, Decimal) or one != other:
            raise DataError(
                f"{self.name}: {_named(condition.left)} is {one} and {_named(condition.right)} is {other};"
                " these types cannot be compared."
            )
        return f"({left.sql} {operator} {right.sql})"

    def _operand(self, operand: Operand) -> Number:
        match operand:
            case Column():
                return self.column(operand.name)
            case Arithmetic():
                sides = (self._operand(operand.left), self._operand(operand.right))
                for side, of in zip(sides, (operand.left, operand.right), strict=True):
                    if (kind := _kind(of, side)) not in ("number", "integer"):
                        raise DataError(f"{self.name}: {_named(of)} is {kind}, but arithmetic needs numbers.")
                return self._number(combined(sides[0], operand.operator, sides[1], self.bind))
            case Length():
                return Typed(f"length({self._text(operand.column, 'lengths are for text')})", "integer", digits=19)
            case str():
                return Typed(f"CAST({self.bind(operand)} AS VARCHAR)", "text")
            case _:
                return self._number(number_of(operand))

    def _number(self, value: Number) -> Number:
        if isinstance(value, Decimal) and value.is_nan():
            raise DataError(f"{self.name}: NaN cannot be compared with anything.")
        return value

    def _moment_of(self, operand: Operand) -> Number:
        """A side of a comparison of times: columns as they are, text as the time that it names."""
        if not isinstance(operand, str):
            typed = self._operand(operand)
            if isinstance(typed, Decimal) or typed.kind not in TEMPORAL:
                return typed
            return Typed(f"CAST({typed.sql} AS TIMESTAMP)", "timestamp")
        moment = read_moment(operand)
        if moment is None:
            raise DataError(f"{self.name}: `{operand}` is not a date or time; expected one such as 2026-01-31.")
        return Typed(f"CAST({self.bind(moment)} AS TIMESTAMP)", "timestamp")


def _kind(operand: Operand, value: Number) -> str:
    if isinstance(value, Typed):
        return value.kind
    return kind_of(operand) if isinstance(operand, bool | int | float | str | Decimal) else "number"


def _named(operand: Operand) -> str:
    match operand:
        case Column():
            return f"column `{operand.name}`"
        case Arithmetic():
            return "the sum, difference or product"
        case Length():
            return f"the length of `{operand.column}`"
        case _:
            return f"`{operand}`"
