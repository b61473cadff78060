"""The most text that is taken out of the database: a small file can repeat one long text a million times."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from assay.errors import DataError
from assay.tables.connection import memory
from assay.tables.typed import Typed

if TYPE_CHECKING:
    import duckdb

MOST_TEXT = 4_000_000_000


def refuse_long_texts(
    connection: duckdb.DuckDBPyConnection, name: str, relation: str, columns: Iterable[Typed]
) -> None:
    """Raises DataError for texts that do not fit in memory."""
    texts = [column.sql for column in columns if column.kind == "text"]
    if not texts:
        return
    total = " + ".join(f"coalesce(sum(strlen({sql})), 0)" for sql in texts)
    size = int(connection.execute(f"SELECT CAST({total} AS HUGEINT) FROM {relation}").fetchall()[0][0])
    if size > memory(connection):
        raise DataError(f"{name} unpacks to {size} bytes of text: more memory than a file of its size may use.")
    if size > MOST_TEXT:
        raise DataError(f"{name} unpacks to {size} bytes of text; at most {MOST_TEXT} are allowed.")
