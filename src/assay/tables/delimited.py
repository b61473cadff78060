"""Delimited text files: their shape from bytes, their types from every value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from assay.tables.connection import literal
from assay.tables.csv_structure import shape
from assay.tables.csv_types import CASTS, types
from assay.tables.outline import Outline, Stored
from assay.tables.source import Opened

if TYPE_CHECKING:
    import duckdb


def outline(connection: duckdb.DuckDBPyConnection, opened: Opened, delimiter: str) -> Outline:
    """The columns and rows; reads the whole file and keeps nothing of it."""
    found = shape(opened.descriptors[0], opened.source.name, delimiter, opened.source.limits.rows)
    columns = [f"c{index}" for index in range(len(found.names))]
    kinds = types(connection, _reader(opened, columns, delimiter), columns)
    stored = (Stored(column, CASTS.get(kinds[column], "VARCHAR"), kinds[column]) for column in columns)
    return Outline(dict(zip(found.names, stored, strict=True)), found.rows)


def select(opened: Opened, outline: Outline, wanted: Sequence[Stored], delimiter: str) -> str:
    """A query for the wanted columns, each with its type."""
    columns = [column.identifier for column in outline.columns.values()]
    casts = ", ".join(_cast(column) for column in wanted) or "1 AS nothing"
    return f"SELECT {casts} FROM {_reader(opened, columns, delimiter)}"


def _cast(column: Stored) -> str:
    name = column.identifier
    return f"CAST({name} AS {column.sql_type}) AS {name}" if column.kind in CASTS else name


def _reader(opened: Opened, columns: list[str], delimiter: str) -> str:
    types_of = ", ".join(f"'{column}': 'VARCHAR'" for column in columns)
    return (
        f"read_csv({literal(opened.paths()[0])}, auto_detect = false, columns = {{{types_of}}},"
        f" header = true, delim = '{delimiter}', quote = '\"', escape = '\"', comment = '', nullstr = '',"
        " allow_quoted_nulls = false, strict_mode = true, null_padding = false, ignore_errors = false,"
        " compression = 'none', hive_partitioning = false)"
    )
