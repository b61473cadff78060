"""The columns that a Parquet file announces, and the types that they are read as."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assay.tables.outline import Stored

_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")
_INTEGERS = {*_WHOLE, *(f"U{name}" for name in _WHOLE)}
_TIMESTAMPS = {"TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMP WITH TIME ZONE"}


def kind_of(sql_type: str) -> str:
    """The type in questions of a type of the database."""
    simple = {
        "FLOAT": "number",
        "BOOLEAN": "boolean",
        "DATE": "date",
        "VARCHAR": "text",
        "UUID": "text",
        '"NULL"': "text",
    }
    if sql_type in _INTEGERS or (sql_type.startswith("DECIMAL(") and sql_type.endswith(",0)")):
        return "integer"
    if sql_type == "DOUBLE" or sql_type.startswith("DECIMAL("):
        return "number"
    if sql_type in _TIMESTAMPS:
        return "timestamp"
    return "text" if sql_type.startswith("ENUM(") else simple.get(sql_type, "other")


def normal(column: Stored) -> str:
    """A Parquet column, cast to the SQL type of its kind; decimals stay as they are."""
    if column.kind == "number":
        is_decimal = column.sql_type.startswith("DECIMAL")
        return column.identifier if is_decimal else f"CAST({column.identifier} AS DOUBLE)"
    if column.kind == "text":
        return f"CAST({column.identifier} AS VARCHAR)"
    if column.sql_type == "TIMESTAMP WITH TIME ZONE":
        return f"timezone('UTC', {column.identifier})"
    return f"CAST({column.identifier} AS HUGEINT)" if column.sql_type.startswith("DECIMAL") else column.identifier


@dataclass(frozen=True, kw_only=True)
class ParquetColumn:
    """A top-level column of a Parquet schema.

    `leaf` is its number among the columns with values, None if it is nested; `width` the bytes of a value or 0.
    """

    name: str
    leaf: int | None
    optional: bool
    width: int


def top_level(tree: Sequence[tuple[str, int, str, int]]) -> list[ParquetColumn]:
    """The columns in a Parquet schema, which lists a tree in preorder from its root.

    A node is its name, its number of children, how often it is repeated, and the bytes of a value of fixed width.
    """
    found: list[ParquetColumn] = []
    position, leaves = 1, 0
    while position < len(tree):
        name, children, repeated, width = tree[position]
        flat = not children and repeated != "REPEATED"
        found.append(
            ParquetColumn(
                name=str(name), leaf=leaves if flat else None, optional=repeated == "OPTIONAL", width=int(width)
            )
        )
        open_nodes = 1
        while open_nodes and position < len(tree):
            leaves += not tree[position][1]
            open_nodes += int(tree[position][1]) - 1
            position += 1
    return found
