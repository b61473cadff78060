"""Counts over rows: all conditions of a round on one table in one pass."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from assay.errors import DataError
from assay.tables.conditions import Compilation, Typed, as_text
from assay.tables.predicates import Column, Condition, Scalar
from assay.tables.questions import Cells, Counts, Keys, Tally

if TYPE_CHECKING:
    import duckdb

MOST_CELLS = 100_000


def count_rows(
    connection: duckdb.DuckDBPyConnection,
    compilation: Compilation,
    questions: Mapping[int, Counts | Keys],
    key: Typed,
) -> dict[int, Any]:
    """Tallies and keys, by question number; equal conditions are evaluated once."""
    if not questions:
        return {}
    once = _Once(compilation)
    aggregates = {"count(*)"}
    for question in questions.values():
        aggregates.update(_aggregates(question, once))
    found = _run(connection, once, sorted(aggregates))
    return {
        index: _tally(question, found, once)
        if isinstance(question, Counts)
        else _ids(connection, compilation, _rows(question, found, once), key)
        for index, question in questions.items()
    }


@dataclass
class _Once:
    """Conditions in the order they were met, each compiled once."""

    compilation: Compilation
    names: dict[str, str] = field(default_factory=dict)
    compiled: dict[str, str] = field(default_factory=dict)

    def name(self, condition: Condition) -> str:
        # By its text: 1 and True are equal in Python, but not the same condition.
        written = repr(condition)
        if written not in self.names:
            self.names[written] = f"k{len(self.names)}"
            self.compiled[self.names[written]] = self.compilation.condition(condition)
        return self.names[written]


def _aggregates(question: Counts | Keys, once: _Once) -> list[str]:
    if isinstance(question, Keys):
        return [_first_rows(question, once)] if question.limit > 0 else []
    names = [once.name(condition) for _, condition in question.conditions]
    return [*map(_true, names), *map(_false, names)]


def _true(name: str) -> str:
    return f"count(*) FILTER (WHERE {name})"


def _false(name: str) -> str:
    return f"count(*) FILTER (WHERE NOT {name})"


def _first_rows(question: Keys, once: _Once) -> str:
    return f"min(r, {int(question.limit)}) FILTER (WHERE {once.name(question.condition)} IS NOT TRUE)"


def _rows(question: Keys, found: Mapping[str, Any], once: _Once) -> list[int]:
    return (found[_first_rows(question, once)] or []) if question.limit > 0 else []


def _tally(question: Counts, found: Mapping[str, Any], once: _Once) -> Tally:
    rows = int(found["count(*)"])
    true = {name: int(found[_true(once.name(condition))]) for name, condition in question.conditions}
    false = {name: int(found[_false(once.name(condition))]) for name, condition in question.conditions}
    return Tally(rows, true, false, {name: rows - true[name] - false[name] for name in true})


def _run(connection: duckdb.DuckDBPyConnection, once: _Once, aggregates: Sequence[str]) -> dict[str, Any]:
    check_patterns(connection, once.compilation)
    inner = ", ".join(["d.rowid AS r", *(f"{sql} AS {name}" for name, sql in once.compiled.items())])
    statement = f"SELECT {', '.join(aggregates)} FROM (SELECT {inner} FROM {once.compilation.relation})"
    row = connection.execute(statement, once.compilation.parameters).fetchall()[0]
    return dict(zip(aggregates, row, strict=True))


def _ids(
    connection: duckdb.DuckDBPyConnection, compilation: Compilation, rows: list[int], key: Typed
) -> tuple[str, ...]:
    if not rows:
        return ()
    found = connection.execute(
        f"SELECT coalesce({key.sql}, 'row ' || d.rowid) FROM {compilation.relation}"
        " WHERE d.rowid IN (SELECT unnest(CAST($rows AS BIGINT[]))) ORDER BY d.rowid",
        {"rows": rows},
    ).fetchall()
    return tuple(str(row[0]) for row in found)


def count_cells(
    connection: duckdb.DuckDBPyConnection, compilation: Compilation, question: Cells
) -> dict[tuple[Scalar | None, ...], int]:
    """How many rows share each combination of values, ordered by key as text; None is missing or unknown."""
    own = Compilation(compilation.name, compilation.columns, compilation.relation)
    keys = [_key(own, part) for part in question.by]
    check_patterns(connection, own)
    selected = ", ".join([*(f"{sql} AS v{index}" for index, sql in enumerate(keys)), "count(*) AS n"])
    statement = f"SELECT {selected} FROM {own.relation} GROUP BY ALL LIMIT {MOST_CELLS + 1}"
    found = connection.execute(statement, own.parameters).fetchall()
    if len(found) > MOST_CELLS:
        names = ", ".join(part.name if isinstance(part, Column) else "a condition" for part in question.by)
        raise DataError(f"{own.name}: {names} has more than {MOST_CELLS} distinct values, too many for groups.")
    cells = {tuple(_plain(value) for value in row[:-1]): int(row[-1]) for row in found if row[-1]}
    return dict(sorted(cells.items(), key=lambda cell: [("" if v is None else str(v), v is not None) for v in cell[0]]))


def _key(compilation: Compilation, part: Column | Condition) -> str:
    if not isinstance(part, Column):
        return compilation.condition(part)
    column = compilation.column(part.name)
    return as_text(column) if column.kind in ("date", "timestamp") else column.sql


def _plain(value: Any) -> Scalar | None:
    # Minus zero equals zero, and which of them stands for the group is chance.
    return value + 0.0 if isinstance(value, float) else value


def check_patterns(connection: duckdb.DuckDBPyConnection, compilation: Compilation) -> None:
    """Raises DataError for a pattern that is not a regular expression of RE2."""
    import duckdb

    for pattern in compilation.patterns:
        try:
            connection.execute("SELECT regexp_full_match('', $pattern)", {"pattern": pattern})
        except duckdb.Error as error:
            raise DataError(
                f"`{pattern}` is not a regular expression of RE2 (no look-around, no back-references)."
            ) from error
