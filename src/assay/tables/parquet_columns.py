"""The columns that a Parquet file announces, and the types they are read as."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assay.errors import DataError
from assay.tables.connection import descriptor_path, literal
from assay.tables.source import Source

if TYPE_CHECKING:
    import duckdb

_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")
_INTEGERS = {*_WHOLE, *(f"U{name}" for name in _WHOLE)}
_TIMESTAMPS = {"TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMP WITH TIME ZONE"}


@dataclass(frozen=True)
class Stored:
    """A column of a file: its name in the database, its type there, and its type as questions call it."""

    identifier: str
    sql_type: str
    kind: str


def parquet_columns(
    connection: duckdb.DuckDBPyConnection, source: Source, descriptor: int
) -> tuple[dict[str, Stored], int]:
    """The columns and the number of rows that a Parquet file announces, its data not yet read."""
    path = literal(descriptor_path(descriptor))
    rows = int(connection.execute(f"SELECT num_rows FROM parquet_file_metadata({path})").fetchall()[0][0])
    described = connection.execute(f"DESCRIBE SELECT * FROM read_parquet({path}, hive_partitioning = false)").fetchall()
    tree = connection.execute(f"SELECT name, coalesce(num_children, 0) FROM parquet_schema({path})").fetchall()
    names = _top_level(tree)
    if rows < 0 or len(names) != len(described):
        raise DataError(f"{source.name} is a corrupt Parquet file: its columns do not fit together.")
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise DataError(f"{source.name} names the column `{twice[0]}` twice.")
    stored = (Stored(f"c{index}", str(column[1]), kind_of(str(column[1]))) for index, column in enumerate(described))
    return dict(zip(names, stored, strict=True)), rows


def kind_of(sql_type: str) -> str:
    """What questions call a type of the database."""
    simple = {"FLOAT": "number", "BOOLEAN": "boolean", "DATE": "date", "VARCHAR": "text", "UUID": "text"}
    if sql_type in _INTEGERS or (sql_type.startswith("DECIMAL(") and sql_type.endswith(",0)")):
        return "integer"
    if sql_type == "DOUBLE" or sql_type.startswith("DECIMAL("):
        return "number"
    if sql_type in _TIMESTAMPS:
        return "timestamp"
    return "text" if sql_type.startswith("ENUM(") else simple.get(sql_type, "other")


def normal(column: Stored) -> str:
    """A Parquet column as the one type that stands for its kind."""
    if column.kind == "number":
        return f"CAST({column.identifier} AS DOUBLE)"
    if column.kind == "text":
        return f"CAST({column.identifier} AS VARCHAR)"
    if column.sql_type == "TIMESTAMP WITH TIME ZONE":
        return f"timezone('UTC', {column.identifier})"
    return f"CAST({column.identifier} AS HUGEINT)" if column.sql_type.startswith("DECIMAL") else column.identifier


def _top_level(tree: list[tuple[str, int]]) -> list[str]:
    """The names of the columns in a Parquet schema, which lists a tree in preorder, its root first."""
    names: list[str] = []
    position = 1
    while position < len(tree):
        names.append(str(tree[position][0]))
        open_nodes = 1
        while open_nodes and position < len(tree):
            open_nodes += int(tree[position][1]) - 1
            position += 1
    return names
