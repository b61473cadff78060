"""Counts over rows: how many meet a condition, which do not, and how many share values."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from assay.errors import DataError
from assay.tables.conditions import Compilation
from assay.tables.exact_numbers import plainly
from assay.tables.predicates import Column, Condition, Scalar
from assay.tables.questions import Cells, Counts, Keys, RowTally
from assay.tables.single_pass import Pass, execute, prepared
from assay.tables.typed import Typed, as_text

if TYPE_CHECKING:
    import duckdb

MOST_CELLS = 100_000


def tally(one: Pass, question: Counts) -> Callable[[], RowTally]:
    """The counts of all rows, and of those for which each condition is true and false, once the pass ran."""
    rows = one.ask("count(*)")
    names = {name: one.condition(condition) for name, condition in question.conditions}
    # The time of many filtered counts grows with the square of their number.
    asked = {
        name: (one.ask(f"coalesce(count_if({known}), 0)"), one.ask(f"count({known})")) for name, known in names.items()
    }

    def answer() -> RowTally:
        every, of_true = int(one.found[rows]), {name: int(one.found[true]) for name, (true, _) in asked.items()}
        known = {name: int(one.found[certain]) for name, (_, certain) in asked.items()}
        of_false = {name: known[name] - of_true[name] for name in names}
        return RowTally(every, of_true, of_false, {name: every - known[name] for name in names})

    return answer


def keys(one: Pass, question: Keys, key: Typed) -> Callable[[], tuple[str, ...]]:
    """The ids of the first rows for which a condition is not true, once the pass ran."""
    if question.limit <= 0:
        return tuple
    row, condition = one.value(one.compilation.row), one.condition(question.condition)
    first = one.ask(f"min({row}, {int(question.limit)}) FILTER (WHERE {condition} IS NOT TRUE)")
    return lambda: ids(one.connection, one.compilation, one.found[first] or [], key)


def ids(
    connection: duckdb.DuckDBPyConnection, compilation: Compilation, rows: list[int], key: Typed
) -> tuple[str, ...]:
    """The ids of rows with some numbers, in the order of the file."""
    if not rows:
        return ()
    row = compilation.row
    found = connection.execute(
        f"SELECT coalesce({key.sql}, 'row ' || {row}) FROM {compilation.relation}"
        f" WHERE {row} IN (SELECT unnest(CAST($rows AS BIGINT[]))) ORDER BY {row}",
        {"rows": rows},
    ).fetchall()
    return tuple(str(each[0]) for each in found)


def count_cells(
    connection: duckdb.DuckDBPyConnection, compilation: Compilation, question: Cells
) -> dict[tuple[Scalar | None, ...], int]:
    """The number of rows of each combination of values, ordered by key as text; None is missing or unknown."""
    own = Compilation(compilation.name, compilation.columns, compilation.relation)
    parts = [_key(own, part) for part in question.by]
    selected = ", ".join([*(f"{sql} AS v{index}" for index, sql in enumerate(parts)), "count(*) AS n"])
    statement = f"SELECT {selected} FROM {own.relation} GROUP BY ALL LIMIT {MOST_CELLS + 1}"
    with prepared(connection, own):
        found = execute(connection, own, statement).fetchall()
    if len(found) > MOST_CELLS:
        names = ", ".join(part.name if isinstance(part, Column) else "a condition" for part in question.by)
        raise DataError(f"{own.name}: {names} has more than {MOST_CELLS} distinct values, too many for groups.")
    cells = {tuple(plain(value) for value in row[:-1]): int(row[-1]) for row in found if row[-1]}
    return dict(sorted(cells.items(), key=lambda cell: [("" if v is None else str(v), v is not None) for v in cell[0]]))


def _key(compilation: Compilation, part: Column | Condition) -> str:
    if not isinstance(part, Column):
        return compilation.condition(part)
    column = compilation.column(part.name)
    return as_text(column) if column.kind in ("date", "timestamp") else column.identity


def plain(value: Any) -> Scalar | None:
    """A value of the database, as answers give it."""
    if isinstance(value, Decimal):
        return plainly(value)
    # Minus zero equals zero, so which of them names the group depends on chance.
    return value + 0.0 if isinstance(value, float) else value
