"""Texts that are numbers or times: in which way they are written, and how many are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assay.errors import DataError
from assay.tables.conditions import Compilation
from assay.tables.connection import literal
from assay.tables.questions import FIRST_ROWS, WrittenAs, WrittenTexts
from assay.tables.writings import CHARACTERS, PADDED, WRITINGS

if TYPE_CHECKING:
    import duckdb


def recognise(
    connection: duckdb.DuckDBPyConnection, compilation: Compilation, question: WrittenTexts
) -> dict[str, WrittenAs]:
    """The ways in which the texts of each column are written, if the first ones are numbers or times."""
    columns = [compilation.column(name) for name in question.columns]
    for name, column in zip(question.columns, columns, strict=True):
        if column.kind != "text":
            raise DataError(
                f"{compilation.name}: column `{name}` is {column.kind}; only texts are written in some way."
            )
    if not columns:
        return {}
    listed = ", ".join(f"{column.sql} AS v{index}" for index, column in enumerate(columns))
    first = f"(SELECT {listed} FROM {compilation.relation} LIMIT {FIRST_ROWS})"
    # One look at all columns, because most texts are neither numbers nor times.
    looks = (
        f"2 * count_if(regexp_full_match(v{each}, {literal(CHARACTERS)})) >= count(v{each})"
        for each, _ in enumerate(columns)
    )
    fitting = connection.execute(f"SELECT {', '.join(looks)} FROM {first}").fetchall()[0]
    found = {}
    for index, (name, column) in enumerate(zip(question.columns, columns, strict=True)):
        if fitting[index] is not False:
            seen = _count(connection, f"SELECT v{index} AS v FROM {first}", tuple(WRITINGS))
            ways = tuple(way for way, count in seen.counts.items() if 2 * count >= seen.texts)
            if ways:
                found[name] = _count(connection, f"SELECT {column.sql} AS v FROM {compilation.relation}", ways)
    return {name: each for name, each in found.items() if any(each.counts.values())}


def _count(connection: duckdb.DuckDBPyConnection, texts: str, ways: tuple[str, ...]) -> WrittenAs:
    counted = [f"count_if({WRITINGS[way].matches('v')})" for way in ways]
    counted = ["count(v)", f"count_if(regexp_full_match(v, {literal(PADDED)}))", *counted]
    statement = f"SELECT {', '.join(counted)} FROM ({texts})"
    present, padded, *counts = (int(each or 0) for each in connection.execute(statement).fetchall()[0])
    return WrittenAs(present, padded, dict(zip(ways, counts, strict=True)))
