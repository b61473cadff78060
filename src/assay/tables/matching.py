"""Rows whose values another table lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assay.errors import DataError
from assay.tables.aggregates import StrangerCount, Strangers
from assay.tables.conditions import Compilation
from assay.tables.counting import ids
from assay.tables.exact_numbers import alike
from assay.tables.typed import TEMPORAL, Typed

if TYPE_CHECKING:
    import duckdb

SHOWN = 10


def count_strangers(
    connection: duckdb.DuckDBPyConnection, mine: Compilation, theirs: Compilation, question: Strangers, key: Typed
) -> StrangerCount:
    """The number of rows whose values in some columns no row of the other table has."""
    if len(question.columns) != len(question.other_columns) or not question.columns:
        raise DataError(f"{mine.name} and {theirs.name} need the same number of columns to be compared.")
    own = [mine.column(name) for name in question.columns]
    there = " AND ".join(f"{column.sql} IS NOT NULL" for column in own)
    pairs = [
        _alike(column, theirs.column(name), f"{mine.name}: column `{named}`", f"`{name}` of {theirs.name}")
        for column, name, named in zip(own, question.other_columns, question.columns, strict=True)
    ]
    left = ", ".join([f"{mine.row} AS r", *(f"{sql} AS v{index}" for index, (sql, _) in enumerate(pairs))])
    right = ", ".join(f"{sql} AS w{index}" for index, (_, sql) in enumerate(pairs))
    same = " AND ".join(f"v{index} = w{index}" for index in range(len(pairs)))
    asked = connection.execute(f"SELECT count(*) FROM {mine.relation} WHERE {there}").fetchall()[0][0]
    strangers, rows = connection.execute(
        f"SELECT count(*), min(r, {SHOWN}) FROM (SELECT {left} FROM {mine.relation} WHERE {there}) AS mine"
        f" ANTI JOIN (SELECT {right} FROM {theirs.relation}) AS theirs ON {same}"
    ).fetchall()[0]
    return StrangerCount(int(asked), int(strangers), ids(connection, mine, rows or [], key))


def _alike(mine: Typed, theirs: Typed, named: str, other: str) -> tuple[str, str]:
    """Two columns as one type; raises DataError if no value of one can equal a value of the other."""
    if {mine.kind, theirs.kind} <= {"integer", "number"}:
        return alike(mine, theirs)
    if mine.kind == theirs.kind:
        return mine.sql, theirs.sql
    if {mine.kind, theirs.kind} <= set(TEMPORAL):
        return f"CAST({mine.sql} AS TIMESTAMP)", f"CAST({theirs.sql} AS TIMESTAMP)"
    raise DataError(f"{named} is {mine.kind} and {other} is {theirs.kind}, so their values cannot be equal.")
