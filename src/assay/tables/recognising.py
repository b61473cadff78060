"""Texts that are numbers or times: in which way they are written, and how many are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assay.errors import DataError
from assay.tables.conditions import Compilation
from assay.tables.connection import literal
from assay.tables.questions import FIRST_TEXTS, WrittenAs, WrittenTexts
from assay.tables.writings import PADDED, WRITINGS

if TYPE_CHECKING:
    import duckdb


def recognise(
    connection: duckdb.DuckDBPyConnection, compilation: Compilation, question: WrittenTexts
) -> dict[str, WrittenAs]:
    """The ways in which the texts of each column are written, if the first ones are numbers or times."""
    found = {}
    for name in question.columns:
        column = compilation.column(name)
        if column.kind != "text":
            raise DataError(
                f"{compilation.name}: column `{name}` is {column.kind}; only texts are written in some way."
            )
        values = f"SELECT {column.sql} AS v FROM {compilation.relation}"
        first = _count(connection, f"SELECT v FROM ({values}) WHERE v IS NOT NULL LIMIT {FIRST_TEXTS}", tuple(WRITINGS))
        ways = tuple(way for way, count in first.counts.items() if 2 * count >= first.texts > 0)
        if ways:
            found[name] = _count(connection, values, ways)
    return found


def _count(connection: duckdb.DuckDBPyConnection, texts: str, ways: tuple[str, ...]) -> WrittenAs:
    counted = [f"count_if({WRITINGS[way].matches('v')})" for way in ways]
    counted = ["count(v)", f"count_if(regexp_full_match(v, {literal(PADDED)}))", *counted]
    statement = f"SELECT {', '.join(counted)} FROM ({texts})"
    present, padded, *counts = (int(each or 0) for each in connection.execute(statement).fetchall()[0])
    return WrittenAs(present, padded, dict(zip(ways, counts, strict=True)))
