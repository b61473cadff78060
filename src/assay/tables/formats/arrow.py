"""Arrow: files and streams of Arrow IPC, including Feather; needs the extra `arrow`."""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from assay.errors import DataError, install_hint
from assay.tables.arrow_messages import announced
from assay.tables.arrow_types import describe, readable
from assay.tables.arrow_validity import require_true_null_counts
from assay.tables.connection import FEWEST_MEGABYTES, MOST_RATIO
from assay.tables.outline import MORE_ROWS, Outline, Stored, require_distinct
from assay.tables.parquet_columns import normal
from assay.tables.source import Opened

if TYPE_CHECKING:
    import duckdb

SUFFIXES = (".arrow", ".feather")
TITLE = "Arrow"
STREAMED = False
FOLDERS = False
PACKS = False
DECLARED: Mapping[str, str] = {}

_END = b"\xff\xff\xff\xff\0\0\0\0"
_MAGIC = b"ARROW1\0\0"
_REGISTERED = "arrow_batches"


def outline(connection: duckdb.DuckDBPyConnection, opened: Opened) -> Outline:
    """The columns and rows; every message is checked before any is unpacked."""
    arrow = _arrow(opened)
    with _reading(opened.source.name):
        rows = _bounded_rows(arrow, opened)
        with _stream(arrow, opened) as stream:
            schema = stream.schema
        require_distinct(schema.names, opened.source.name)
        stored = describe(connection, schema)
        return Outline(dict(zip(schema.names, stored, strict=True)), rows)


def select(connection: duckdb.DuckDBPyConnection, opened: Opened, outline: Outline, wanted: Sequence[Stored]) -> str:
    """The wanted columns, each with the SQL type of its kind."""
    arrow = _arrow(opened)
    every = [column.identifier for column in outline.columns.values()]
    chosen = [every.index(column.identifier) for column in wanted]
    with _reading(opened.source.name), _stream(arrow, opened) as stream:
        types = [readable(stream.schema.field(index).type) for index in chosen]
    schema = arrow.schema(
        [(every[index], kind) for index, kind in zip(chosen, types, strict=True)] or [("row", "null")]
    )
    reader = arrow.RecordBatchReader.from_batches(schema, _batches(arrow, opened, chosen, schema))
    connection.register(_REGISTERED, reader)
    columns = ", ".join(f"{normal(column)} AS {column.identifier}" for column in wanted) or "1 AS nothing"
    return f"SELECT {columns} FROM {_REGISTERED}"


def _batches(arrow: Any, opened: Opened, chosen: Sequence[int], schema: Any) -> Iterator[Any]:
    """The batches of some columns, each validated before it is used."""
    with _stream(arrow, opened) as stream:
        for batch in stream:
            columns = [batch.column(index) for index in chosen] or [arrow.nulls(batch.num_rows)]
            for column in columns:
                column.validate(full=True)
            cast = [column.cast(field.type) for column, field in zip(columns, schema, strict=True)]
            yield arrow.RecordBatch.from_arrays(cast, schema=schema)


def _bounded_rows(arrow: Any, opened: Opened) -> int:
    """The number of rows; raises DataError for a file that unpacks to too much or contradicts its list of batches."""
    name, limits = opened.source.name, opened.source.limits
    with _stream(arrow, opened) as stream:
        schema = stream.schema
    with _file(arrow, opened) as file:
        found = announced(iter(arrow.ipc.MessageReader.open_stream(file)))
    most = min(limits.decompressed, FEWEST_MEGABYTES * 10**6 + MOST_RATIO * opened.bytes)
    if found.rows > limits.rows:
        raise DataError(f"{name} has {found.rows:,} rows; at most {limits.rows:,} are allowed.", hint=MORE_ROWS)
    if found.bytes > most:
        raise DataError(f"{name} unpacks to {found.bytes:,} bytes; at most {most:,} are allowed.", hint=MORE_ROWS)
    with _file(arrow, opened) as file:
        for _ in require_true_null_counts(iter(arrow.ipc.MessageReader.open_stream(file)), schema):
            pass
    if not _is_file(opened):
        size = os.fstat(opened.descriptors[0]).st_size
        if os.pread(opened.descriptors[0], len(_END), max(0, size - len(_END))) != _END:
            raise DataError(f"{name} is a stream of Arrow without an end; it may be truncated.")
    else:
        with arrow.OSFile(opened.paths()[0]) as file:
            listed = arrow.ipc.open_file(file).num_record_batches
        if listed != found.batches:
            raise DataError(f"{name} lists {listed} batches of rows, but has {found.batches}.")
    return found.rows


def _is_file(opened: Opened) -> bool:
    return os.pread(opened.descriptors[0], len(_MAGIC), 0) == _MAGIC


@contextmanager
def _file(arrow: Any, opened: Opened) -> Iterator[Any]:
    """The file from its first message: a file of Arrow is a stream between a magic word and a list of batches."""
    with arrow.OSFile(opened.paths()[0]) as file:
        if _is_file(opened):
            file.seek(len(_MAGIC))
        yield file


@contextmanager
def _stream(arrow: Any, opened: Opened) -> Iterator[Any]:
    with _file(arrow, opened) as file, arrow.ipc.open_stream(file) as stream:
        yield stream


@contextmanager
def _reading(name: str) -> Iterator[None]:
    """Turns any error of pyarrow into a DataError."""
    try:
        yield
    except (ValueError, OSError, TypeError, KeyError, NotImplementedError, MemoryError) as error:
        raise DataError(f"{name} is not a readable Arrow file; it may be truncated or corrupt.") from error


def _arrow(opened: Opened) -> Any:
    try:
        importlib.import_module("pyarrow.ipc")
        return importlib.import_module("pyarrow")
    except ImportError as error:
        raise DataError(
            f"{opened.source.name} needs the extra `arrow`, which is not installed.",
            hint=install_hint("arrow"),
        ) from error
