"""A pass over a table: all counts of its rows in one scan, with each expression evaluated once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from assay.errors import DataError
from assay.tables.conditions import Compilation
from assay.tables.predicates import Condition
from assay.tables.repeating import store_repeated

if TYPE_CHECKING:
    import duckdb

# A statement's time grows with the square of its aggregates, and even more with lists to look values up in.
AT_ONCE, OF_A_LIST = 400, 16
FIRST = 2048


@dataclass
class Pass:
    """The aggregates of a pass and, once it ran, their values."""

    connection: duckdb.DuckDBPyConnection
    compilation: Compilation
    found: dict[str, Any] = field(default_factory=dict)
    _names: dict[str, str] = field(default_factory=dict)
    _conditions: dict[str, str] = field(default_factory=dict)
    _asked: dict[str, None] = field(default_factory=dict)
    _middles: dict[str, str] = field(default_factory=dict)

    def value(self, sql: str) -> str:
        """The name of a row expression in aggregates."""
        return self._names.setdefault(sql, f"k{len(self._names)}")

    def condition(self, condition: Condition) -> str:
        """The name of a condition in aggregates."""
        # Compared as text, because 1 and True are equal in Python but not the same condition.
        written = repr(condition)
        if written not in self._conditions:
            self._conditions[written] = self.value(self.compilation.condition(condition))
        return self._conditions[written]

    def where(self, condition: Condition | None) -> str:
        """The filter that limits an aggregate to the rows for which a condition is true."""
        return "" if condition is None else f" FILTER (WHERE {self.condition(condition)})"

    def ask(self, aggregate: str) -> str:
        """Adds an aggregate; the returned text is the key of its value."""
        self._asked[aggregate] = None
        return aggregate

    def middle(self, sql: str) -> str:
        """A constant near the values of a number: their median in the first rows, or 0."""
        if sql not in self._middles:
            self._middles[sql] = self.compilation.bind(0.0)
        return f"CAST({self._middles[sql]} AS DOUBLE)"

    def near(self, sql: str) -> float:
        """The value of `middle`, once the pass ran."""
        return float(str(self.compilation.parameters[self._middles[sql].removeprefix("$")]))

    def run(self) -> None:
        """Scans the rows, once unless there are very many aggregates."""
        expressions = {name: sql for sql, name in self._names.items()}
        with prepared(self.connection, self.compilation):
            self._find_middles()
            for part in self._parts(expressions):
                used = sorted({name for aggregate in part for name in _names(aggregate)})
                inner = ", ".join(f"{expressions[name]} AS {name}" for name in used) or "1 AS nothing"
                statement = (
                    f"SELECT {', '.join(part)} FROM (SELECT {inner} FROM {self.compilation.relation_for(inner)})"
                )
                row = execute(self.connection, self.compilation, statement).fetchall()[0]
                self.found.update(zip(part, row, strict=True))

    def _parts(self, expressions: Mapping[str, str]) -> Iterator[list[str]]:
        """The aggregates, in statements that the database plans quickly."""
        part, weight = list[str](), 0
        for aggregate in self._asked:
            lists = sum(expressions[name].count(" IN (SELECT ") for name in _names(aggregate))
            if part and weight + 1 + OF_A_LIST * lists > AT_ONCE:
                yield part
                part, weight = [], 0
            part.append(aggregate)
            weight += 1 + OF_A_LIST * lists
        if part:
            yield part

    def _find_middles(self) -> None:
        middles = list(self._middles.items())
        for start in range(0, len(middles), AT_ONCE):
            part = middles[start : start + AT_ONCE]
            inner = ", ".join(f"{sql} AS m{index}" for index, (sql, _) in enumerate(part))
            outer = ", ".join(f"quantile_disc(m{index}, 0.5)" for index in range(len(part)))
            relation = self.compilation.relation_for(inner)
            statement = f"SELECT {outer} FROM (SELECT {inner} FROM {relation} LIMIT {FIRST})"
            found = execute(self.connection, self.compilation, statement).fetchall()[0]
            for (_, place), value in zip(part, found, strict=True):
                self.compilation.parameters[place.removeprefix("$")] = float(value or 0)


@contextmanager
def prepared(connection: duckdb.DuckDBPyConnection, compilation: Compilation) -> Iterator[None]:
    """What conditions need besides the table: checked patterns, and tables of repeated values."""
    for pattern in dict.fromkeys(compilation.patterns):
        _check_pattern(connection, pattern)
    try:
        for values, name in compilation.repeated.items():
            store_repeated(connection, compilation.relation, values, name)
        yield
    finally:
        for name in compilation.repeated.values():
            connection.execute(f"DROP TABLE IF EXISTS {name}")


def execute(
    connection: duckdb.DuckDBPyConnection, compilation: Compilation, statement: str
) -> duckdb.DuckDBPyConnection:
    """Runs a statement with the parameters that it names."""
    used = {name: compilation.parameters[name] for name in re.findall(r"\$(p\d+)\b", statement)}
    return connection.execute(statement, used)


def _names(aggregate: str) -> list[str]:
    return re.findall(r"\bk\d+\b", aggregate)


def _check_pattern(connection: duckdb.DuckDBPyConnection, pattern: str) -> None:
    import duckdb

    try:
        connection.execute("SELECT regexp_full_match('', $pattern)", {"pattern": pattern})
    except duckdb.Error as error:
        raise DataError(
            f"`{pattern}` is not a regular expression of RE2 (no look-around, no back-references)."
        ) from error
