"""Conditions on rows as SQL of three-valued logic; every constant is a bound parameter."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import assert_never

from assay.errors import DataError
from assay.tables.addressing import ROW
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
    Scalar,
)
from assay.tables.typed import (
    NUMERIC,
    SQL_TYPES,
    TEMPORAL,
    Typed,
    boolean_as_integer,
    is_comparable,
    kind_of,
    nearest,
    read_moment,
    stored,
)


@dataclass
class Compilation:
    """A table's columns, its relation, and the parts that the SQL of conditions needs.

    Before it runs, the parameters are bound, the patterns checked, and a table of the `repeated` values made.
    """

    name: str
    columns: Mapping[str, Typed]
    relation: str
    parameters: dict[str, object] = field(default_factory=dict)
    patterns: list[str] = field(default_factory=list)
    repeated: dict[tuple[str, ...], str] = field(default_factory=dict)

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
            case Matches() | IsTime() | IsMissing() | IsFinite() | IsDuplicate():
                sql = self._about_column(condition)
            case _:
                assert_never(condition)
        return f"({sql})"

    def _about_column(self, condition: Matches | IsTime | IsMissing | IsFinite | IsDuplicate) -> str:
        if isinstance(condition, IsMissing):
            return f"{self.present(condition.column).sql} IS NULL"
        if isinstance(condition, IsDuplicate):
            return self._repeated([self.column(name).sql for name in (condition.column, *condition.others)])
        column = self.column(condition.column)
        if isinstance(condition, IsFinite):
            finite = f"isfinite({column.raw})" if column.kind == "number" else "TRUE"
            return f"CASE WHEN {column.raw or column.sql} IS NULL THEN NULL ELSE {finite} END"
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
        values = [value for value in condition.values if is_comparable(value, column.kind)]
        listed: list[float] | list[int] | list[str] | list[dt.datetime]
        if column.kind in TEMPORAL:
            moments = (read_moment(str(value)) for value in values)
            listed, own, other = [moment for moment in moments if moment is not None], "TIMESTAMP", "TIMESTAMP"
        elif column.kind == "text":
            listed, own, other = [str(value) for value in values], "VARCHAR", "VARCHAR"
        elif column.kind == "number" or any(isinstance(value, float) for value in values):
            listed, own, other = [float(value) for value in values], "DOUBLE", "DOUBLE"
        else:
            listed, own, other = [int(value) for value in values], "HUGEINT", "BIGINT"
        wanted = f"SELECT unnest(CAST({self.bind(listed)} AS {other}[]))"
        return f"(CASE WHEN {column.sql} IS NULL THEN NULL ELSE CAST({column.sql} AS {own}) IN ({wanted}) END)"

    def _compare(self, condition: Compare) -> str:
        sides = (condition.left, condition.right)
        if any(isinstance(side, Column) and self.column(side.name).kind in TEMPORAL for side in sides):
            left, right = (self._moment_of(side) for side in sides)
        else:
            left, right = (self._operand(side) for side in sides)
        if left.kind in NUMERIC and right.kind in NUMERIC:
            left, right = boolean_as_integer(left), boolean_as_integer(right)
        elif left.kind != right.kind:
            raise DataError(
                f"{self.name}: {_named(condition.left)} is {left.kind} and {_named(condition.right)} is {right.kind};"
                " these types cannot be compared."
            )
        operator = {"==": "=", "!=": "<>"}.get(condition.operator, condition.operator)
        return f"({left.sql} {operator} {right.sql})"

    def _operand(self, operand: Operand) -> Typed:
        match operand:
            case Column():
                return self.column(operand.name)
            case Arithmetic():
                sides = (self._operand(operand.left), self._operand(operand.right))
                for side, of in zip(sides, (operand.left, operand.right), strict=True):
                    if side.kind not in ("number", "integer"):
                        raise DataError(f"{self.name}: {_named(of)} is {side.kind}, but arithmetic needs numbers.")
                left, right = (f"CAST({side.sql} AS DOUBLE)" for side in sides)
                return stored(f"({left} {operand.operator} {right})", "number")
            case Length():
                return Typed(f"length({self._text(operand.column, 'lengths are for text')})", "integer")
            case _:
                return self._constant(operand)

    def _constant(self, value: Scalar) -> Typed:
        kind = kind_of(value)
        if isinstance(value, float) and math.isnan(value):
            raise DataError(f"{self.name}: NaN cannot be compared with anything.")
        return Typed(f"CAST({self.bind(float(value) if kind == 'number' else value)} AS {SQL_TYPES[kind]})", kind)

    def _moment_of(self, operand: Operand) -> Typed:
        """A side of a comparison of times: columns as they are, text as the time that it names."""
        if not isinstance(operand, str):
            typed = self._operand(operand)
            return Typed(f"CAST({typed.sql} AS TIMESTAMP)", "timestamp") if typed.kind in TEMPORAL else typed
        moment = read_moment(operand)
        if moment is None:
            raise DataError(f"{self.name}: `{operand}` is not a date or time; expected one such as 2026-01-31.")
        return Typed(f"CAST({self.bind(moment)} AS TIMESTAMP)", "timestamp")


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
