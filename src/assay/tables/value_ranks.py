"""Exact quantiles and the most frequent values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assay.errors import DataError
from assay.tables.aggregates import Quantiles, TopCounts, TopValues
from assay.tables.bucketing import number
from assay.tables.conditions import Compilation
from assay.tables.counting import plain
from assay.tables.repeating import Suspects, suspects_of
from assay.tables.selecting import Ranked
from assay.tables.single_pass import prepared
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
    """The most frequent values, and the count of the rest."""
    own = Compilation(compilation.name, compilation.columns, compilation.relation)
    column = own.column(question.column)
    is_float, same = column.kind == "number" and column.scale is None, column.identity
    # Minus zero equals zero, so which of them names the group depends on chance.
    value = "CASE WHEN v = 0 THEN 0 ELSE v END" if is_float else "v"
    text = as_text(Typed(value, column.kind, exact="" if is_float else value, scale=column.scale))
    limit = max(int(question.limit), 0)
    shown = value if column.kind not in TEMPORAL else text
    kept = "TRUE" if question.where is None else f"({own.condition(question.where)})"
    with prepared(connection, own):
        there = f"{column.sql} IS NOT NULL AND {kept}"
        few = bool(own.parameters) or column.kind == "boolean"
        suspects = Suspects(there) if few else suspects_of(connection, own.relation, [same], there)
        grouped = not suspects.parameters
        among = kept if grouped else suspects.where
        counted = f"SELECT {same} AS v, count(*) AS n FROM {own.relation} WHERE {among} GROUP BY ALL"
        connection.execute(f"CREATE OR REPLACE TEMP TABLE groups AS {counted}", own.parameters | suspects.parameters)
        try:
            totals = "coalesce(sum(n), 0), coalesce(sum(n) FILTER (WHERE v IS NOT NULL), 0), count(v) FROM groups"
            rows, known, distinct = (int(each) for each in connection.execute(f"SELECT {totals}").fetchall()[0])
            if not grouped:
                every = f"SELECT count(*), count({column.sql}) FROM {own.relation} WHERE {kept}"
                rows, known = (int(each) for each in connection.execute(every).fetchall()[0])
            alone = f"SELECT {same} AS v, 1 AS n FROM {own.relation} WHERE {suspects.rest}"
            first = f" UNION ALL (SELECT * FROM ({alone}) ORDER BY {text} LIMIT {limit})" if suspects.alone else ""
            found = connection.execute(
                f"SELECT {shown}, n FROM (SELECT * FROM groups WHERE v IS NOT NULL{first})"
                f" ORDER BY n DESC, {text} LIMIT {limit}",
                suspects.parameters if suspects.alone else {},
            ).fetchall()
        finally:
            connection.execute("DROP TABLE groups")
    values: tuple[tuple[Any, int], ...] = tuple((plain(each), int(count)) for each, count in found)
    rest = known - sum(count for _, count in values)
    return TopCounts(rows - known, distinct + suspects.alone, values, rest)
