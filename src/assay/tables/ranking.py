"""Values by their rank: exact quantiles, and the values that are most frequent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assay.errors import DataError
from assay.tables.aggregates import Quantiles, TopCounts, TopValues
from assay.tables.bucketing import number
from assay.tables.conditions import Compilation
from assay.tables.counting import plain
from assay.tables.selecting import Ranked
from assay.tables.single_pass import execute, prepared
from assay.tables.typed import TEMPORAL, Typed, as_text

if TYPE_CHECKING:
    import duckdb


def quantiles(
    connection: duckdb.DuckDBPyConnection, compilation: Compilation, question: Quantiles
) -> tuple[float, ...]:
    """The quantiles of a column's finite numbers."""
    if not all(0 <= share <= 1 for share in question.at):
        raise DataError(f"{compilation.name}: the quantiles of `{question.column}` are not all between 0 and 1.")
    own = Compilation(compilation.name, compilation.columns, compilation.relation)
    rows = f"SELECT {number(own, question.column)} AS x FROM {own.relation}{own.narrowed(question.where)}"
    with prepared(connection, own):
        return Ranked(connection, own, f"SELECT x FROM ({rows}) WHERE isfinite(x)").quantiles(question.at)


def top_values(connection: duckdb.DuckDBPyConnection, compilation: Compilation, question: TopValues) -> TopCounts:
    """The most frequent values, and how many there are of the rest."""
    own = Compilation(compilation.name, compilation.columns, compilation.relation)
    column = own.column(question.column)
    # Minus zero equals zero, and which of them stands for the group is chance.
    value = "CASE WHEN v = 0 THEN 0 ELSE v END" if column.kind == "number" else "v"
    text = as_text(Typed(value, column.kind))
    rows = f"SELECT {column.sql} AS v FROM {own.relation}{own.narrowed(question.where)}"
    with prepared(connection, own):
        execute(
            connection, own, f"CREATE OR REPLACE TEMP TABLE groups AS SELECT v, count(*) AS n FROM ({rows}) GROUP BY v"
        )
    try:
        missing, distinct, known = connection.execute(
            "SELECT coalesce(sum(n) FILTER (WHERE v IS NULL), 0), count(v),"
            " coalesce(sum(n) FILTER (WHERE v IS NOT NULL), 0) FROM groups"
        ).fetchall()[0]
        found = connection.execute(
            f"SELECT {text if column.kind in TEMPORAL else value}, n FROM groups WHERE v IS NOT NULL"
            f" ORDER BY n DESC, {text} LIMIT {max(int(question.limit), 0)}"
        ).fetchall()
    finally:
        connection.execute("DROP TABLE groups")
    values: tuple[tuple[Any, int], ...] = tuple((plain(each), int(count)) for each, count in found)
    return TopCounts(int(missing), int(distinct), values, int(known) - sum(count for _, count in values))
