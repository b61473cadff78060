"""Delimited text files: their shape from bytes, their types from every value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assay.tables.connection import literal
from assay.tables.csv_structure import shape
from assay.tables.csv_types import cast, types
from assay.tables.outline import Outline, Stored
from assay.tables.source import Opened
from assay.tables.text_refusals import require_delimiter, require_text

if TYPE_CHECKING:
    import duckdb

USUAL_RECORD = 2_000_000
"""The bytes of a record that the database reads without being told."""


@dataclass(frozen=True)
class _Written:
    """How the file is written: its delimiter and decimal mark, and the bytes of its longest record."""

    delimiter: str
    decimal: str
    longest: int


def outline(connection: duckdb.DuckDBPyConnection, opened: Opened, delimiter: str) -> Outline:
    """The columns and rows; reads the whole file and keeps nothing of it. The delimiter is the one of the format."""
    source = opened.source
    require_text(opened)
    require_delimiter(opened, delimiter)
    delimiter = source.dialect.separator(delimiter)
    found = shape(opened.descriptors[0], source.name, delimiter, source.limits.rows)
    written = _Written(delimiter, source.dialect.decimal or ".", found.longest)
    columns = [f"c{index}" for index in range(len(found.names))]
    kinds = types(connection, _reader(opened, columns, written), columns, decimal=written.decimal, rows=found.rows)
    stored = (kinds[column].stored(column) for column in columns)
    return Outline(dict(zip(found.names, stored, strict=True)), found.rows, written)


def select(opened: Opened, outline: Outline, wanted: Sequence[Stored]) -> str:
    """A query for the wanted columns, each with its type."""
    columns = [column.identifier for column in outline.columns.values()]
    written: _Written = outline.detail
    casts = ", ".join(_cast(column, written.decimal) for column in wanted) or "1 AS nothing"
    return f"SELECT {casts} FROM {_reader(opened, columns, written)}"


def _cast(column: Stored, decimal: str) -> str:
    name = column.identifier
    value = f"replace({name}, ',', '.')" if column.kind == "number" and decimal == "," else name
    return f"{cast(value, column.sql_type)} AS {name}"


def _reader(opened: Opened, columns: list[str], written: _Written) -> str:
    types_of = ", ".join(f"'{column}': 'VARCHAR'" for column in columns)
    long = f", max_line_size = {written.longest + 2}" if written.longest > USUAL_RECORD else ""
    return (
        f"read_csv({literal(opened.paths()[0])}, auto_detect = false, columns = {{{types_of}}},"
        f" header = true, delim = {literal(written.delimiter)}, quote = '\"', escape = '\"', comment = '',"
        " nullstr = '', allow_quoted_nulls = false, strict_mode = true, null_padding = false, ignore_errors = false,"
        f" compression = 'none', hive_partitioning = false{long})"
    )
