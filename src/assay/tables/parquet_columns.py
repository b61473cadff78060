"""The columns that a Parquet file announces, and the types that they are read as."""

from __future__ import annotations

from assay.tables.outline import Stored

_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")
_INTEGERS = {*_WHOLE, *(f"U{name}" for name in _WHOLE)}
_TIMESTAMPS = {"TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMP WITH TIME ZONE"}


def kind_of(sql_type: str) -> str:
    """The type in questions of a type of the database."""
    simple = {"FLOAT": "number", "BOOLEAN": "boolean", "DATE": "date", "VARCHAR": "text", "UUID": "text"}
    if sql_type in _INTEGERS or (sql_type.startswith("DECIMAL(") and sql_type.endswith(",0)")):
        return "integer"
    if sql_type == "DOUBLE" or sql_type.startswith("DECIMAL("):
        return "number"
    if sql_type in _TIMESTAMPS:
        return "timestamp"
    return "text" if sql_type.startswith("ENUM(") else simple.get(sql_type, "other")


def normal(column: Stored) -> str:
    """A Parquet column, cast to the SQL type of its kind."""
    if column.kind == "number":
        return f"CAST({column.identifier} AS DOUBLE)"
    if column.kind == "text":
        return f"CAST({column.identifier} AS VARCHAR)"
    if column.sql_type == "TIMESTAMP WITH TIME ZONE":
        return f"timezone('UTC', {column.identifier})"
    return f"CAST({column.identifier} AS HUGEINT)" if column.sql_type.startswith("DECIMAL") else column.identifier


def top_level(tree: list[tuple[str, int]]) -> list[str]:
    """The names of the columns in a Parquet schema, which lists a tree in preorder from its root."""
    names: list[str] = []
    position = 1
    while position < len(tree):
        names.append(str(tree[position][0]))
        open_nodes = 1
        while open_nodes and position < len(tree):
            open_nodes += int(tree[position][1]) - 1
            position += 1
    return names
