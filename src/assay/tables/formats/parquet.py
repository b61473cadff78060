"""Parquet: one file, a folder of files, or hive folders (`year=2026/`) whose keys become columns."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from assay.errors import DataError
from assay.tables.connection import MOST_RATIO, literal
from assay.tables.hive_folders import by_file, key_column, keys_of
from assay.tables.outline import Outline, Stored, require_distinct
from assay.tables.parquet_chunks import find_chunks
from assay.tables.parquet_columns import ParquetColumn, kind_of, normal, top_level
from assay.tables.parquet_pages import PageReader
from assay.tables.source import Opened

if TYPE_CHECKING:
    import duckdb

SUFFIXES = (".parquet", ".pq")
TITLE = "Parquet"
STREAMED = True
FOLDERS = True
PACKS = False
DECLARED: Mapping[str, str] = {}
_TEXT, _LONG_WORD = 1 << 30, 1 << 16
_SHORTER = (
    "Shorten the texts, or leave the column out of the file; at most a gigabyte and a hundred times its size are read."
)


@dataclass(frozen=True)
class _ParquetDetail:
    """The rows and columns of each file, and an expression for each column in the names of folders."""

    rows: tuple[int, ...]
    keys: dict[str, str]
    columns: tuple[tuple[ParquetColumn, ...], ...]


def outline(connection: duckdb.DuckDBPyConnection, opened: Opened) -> Outline:
    """The columns and rows that the files announce; their data are not read yet."""
    name, paths = opened.source.name, opened.paths()
    rows = [_rows(connection, path, name) for path in paths]
    trees, described = zip(*(_columns(connection, path, name) for path in paths), strict=True)
    names, types = [column.name for column in trees[0]], described[0]
    for tree, theirs, (_, part) in zip(trees, described, opened.source.files(), strict=True):
        _require_same(names, types, [column.name for column in tree], theirs, f"{name}/{part.path}")
    stored = (Stored(f"c{index}", sql_type, kind_of(sql_type)) for index, sql_type in enumerate(types))
    columns = dict(zip(names, stored, strict=True))
    keys = keys_of([part.path for part in opened.source.parts], name)
    require_distinct([*columns, *keys], name)
    expressions = {}
    for index, (key, values) in enumerate(keys.items(), len(columns)):
        columns[key] = column = key_column(connection, values, f"c{index}")
        expressions[column.identifier] = by_file(values, column.sql_type)
    return Outline(columns, sum(rows), _ParquetDetail(tuple(rows), expressions, trees))


def select(
    connection: duckdb.DuckDBPyConnection,  # noqa: ARG001  (every format has it)
    opened: Opened,
    outline: Outline,
    wanted: Sequence[Stored],
) -> str:
    """The wanted columns, each with the SQL type of its kind."""
    detail: _ParquetDetail = outline.detail
    every = ", ".join(each.identifier for each in outline.columns.values() if each.identifier not in detail.keys)
    values = ((detail.keys.get(each.identifier) or normal(each), each.identifier) for each in wanted)
    columns = ", ".join([*(f"{value} AS {name}" for value, name in values), f"{_row(detail)} AS rowid"])
    paths = ", ".join(map(literal, opened.paths()))
    return f"SELECT {columns} FROM read_parquet([{paths}], hive_partitioning = false) AS file({every})"


def verify(connection: duckdb.DuckDBPyConnection, opened: Opened, outline: Outline, names: Sequence[str]) -> None:
    """Raises DataError unless the pages of some columns are whole and hold what the footer says."""
    detail: _ParquetDetail = outline.detail
    texts, longest = dict.fromkeys(names, 0), 0
    for path, descriptor, columns in zip(opened.paths(), opened.descriptors, detail.columns, strict=True):
        wanted = [column for column in columns if column.name in names]
        reader = PageReader(descriptor, opened.source.name)
        for chunk in find_chunks(connection, path, os.fstat(descriptor).st_size, opened.source.name, wanted):
            texts[chunk.column] += reader.verify(chunk)
        longest = max(longest, reader.longest_word)
    most = _TEXT + MOST_RATIO * opened.bytes
    if sum(texts.values()) > most:
        # The database repeats long words in memory, so these are not even counted.
        if longest > _LONG_WORD:
            raise DataError(
                f"{opened.source.name} repeats a text of {longest:,} bytes too often for a file of its size.",
                hint=_SHORTER,
            )
        _require_text(connection, opened, outline, [name for name, size in texts.items() if size], most)


def _require_text(
    connection: duckdb.DuckDBPyConnection, opened: Opened, outline: Outline, names: Sequence[str], most: int
) -> None:
    """Raises DataError for more text than `most` bytes, counted without looking at it."""
    wanted = [outline.columns[name] for name in names if outline.columns[name].kind == "text"]
    if not wanted:
        return
    total = " + ".join(f"coalesce(sum(strlen({column.identifier})), 0)" for column in wanted)
    query = f"SELECT CAST({total} AS HUGEINT) FROM ({select(connection, opened, outline, wanted)})"
    found = int(connection.execute(query).fetchall()[0][0])
    if found > most:
        raise DataError(
            f"{opened.source.name} unpacks to {found:,} bytes of text, too much for a file of its size.", hint=_SHORTER
        )


def _row(detail: _ParquetDetail) -> str:
    """A row's number over all files."""
    if len(detail.rows) == 1:
        return "file_row_number"
    return f"file_row_number + {by_file([0, *accumulate(detail.rows[:-1])], 'BIGINT')}"


def _rows(connection: duckdb.DuckDBPyConnection, path: str, name: str) -> int:
    rows = int(connection.execute(f"SELECT num_rows FROM parquet_file_metadata({literal(path)})").fetchall()[0][0])
    groups = f"SELECT coalesce(sum(row_group_num_rows), 0) FROM parquet_metadata({literal(path)}) WHERE column_id = 0"
    if rows < 0 or int(connection.execute(groups).fetchall()[0][0]) != rows:
        raise DataError(f"{name} is a corrupt Parquet file: its parts do not have the {rows} rows that it announces.")
    return rows


def _columns(
    connection: duckdb.DuckDBPyConnection, path: str, name: str
) -> tuple[tuple[ParquetColumn, ...], tuple[str, ...]]:
    """A file's columns and their types in the database."""
    reader = f"read_parquet({literal(path)}, hive_partitioning = false)"
    described = connection.execute(f"DESCRIBE SELECT * FROM {reader}").fetchall()
    fields = "name, coalesce(num_children, 0), repetition_type, coalesce(type_length, '0')"
    found = top_level(connection.execute(f"SELECT {fields} FROM parquet_schema({literal(path)})").fetchall())
    if len(found) != len(described):
        raise DataError(f"{name} is a corrupt Parquet file: its columns do not fit together.")
    require_distinct([column.name for column in found], name)
    return tuple(found), tuple(str(column[1]) for column in described)


def _require_same(
    names: list[str], types: tuple[str, ...], other: list[str], other_types: tuple[str, ...], part: str
) -> None:
    """Raises DataError unless a file has the same columns as the first file."""
    if names != other:
        odd = sorted(set(names) ^ set(other))
        difference = f"`{odd[0]}` is in one but not in both" if odd else "their order differs"
        raise DataError(f"{part} and the first file of its folder have different columns: {difference}.")
    for name, one, two in zip(names, types, other_types, strict=True):
        if one != two:
            raise DataError(f"{part} has the column `{name}` as {two}; the first file of its folder has it as {one}.")
