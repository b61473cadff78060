"""JSON lines: one object per line; the first line has every key, and a key that another line lacks is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from assay.tables import json_structure
from assay.tables.csv_types import cast
from assay.tables.outline import Outline, Stored
from assay.tables.source import Opened

if TYPE_CHECKING:
    import duckdb

SUFFIXES = (".jsonl", ".ndjson")
TITLE = "JSON lines"
STREAMED = False
FOLDERS = False
PACKS = True
DECLARED: Mapping[str, str] = {"encoding": "utf-8"}


def outline(connection: duckdb.DuckDBPyConnection, opened: Opened) -> Outline:
    """The columns, with types from every value, and the rows."""
    return json_structure.outline(connection, opened)


def select(
    connection: duckdb.DuckDBPyConnection,  # noqa: ARG001  (every format has it)
    opened: Opened,
    outline: Outline,
    wanted: Sequence[Stored],
) -> str:
    """The wanted columns, each with its type."""
    pointers = {column.identifier: json_structure.pointer(name) for name, column in outline.columns.items()}
    casts = ", ".join(f"{cast(each.identifier, each.sql_type)} AS {each.identifier}" for each in wanted)
    chosen = {each.identifier: pointers[each.identifier] for each in wanted}
    values = json_structure.values(opened, chosen, outline.detail)
    return f"SELECT {casts or '1 AS nothing'} FROM {values}"
