"""Columns in the names of folders (`year=2026/month=1/`), as Hive and Spark write them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote

from assay.errors import DataError
from assay.tables.connection import literal
from assay.tables.csv_types import CASTS, types
from assay.tables.outline import Stored

if TYPE_CHECKING:
    import duckdb

MISSING = "__HIVE_DEFAULT_PARTITION__"


def keys_of(paths: Sequence[str], name: str) -> dict[str, list[str | None]]:
    """The values of each key, one for each file; raises DataError if files have different keys."""
    pairs = [_pairs(path) for path in paths]
    keys = [key for key, _ in pairs[0]] if pairs else []
    for path, found in zip(paths, pairs, strict=True):
        if [key for key, _ in found] != keys or len(set(keys)) < len(keys) or not all(keys):
            raise DataError(
                f"{name}/{path} and the first file have different keys in their folders: expected "
                f"{', '.join(f'`{key}=…`' for key in keys) or 'none with `=`'}."
            )
    return {key: [found[index][1] for found in pairs] for index, key in enumerate(keys)}


def key_column(connection: duckdb.DuckDBPyConnection, values: Sequence[str | None], identifier: str) -> Stored:
    """The column of a key, with its type decided as in a text file."""
    listed = ", ".join(f"({_written(value, 'VARCHAR')})" for value in dict.fromkeys(values))
    tried = {identifier: CASTS.keys() - {"zoned"}}
    relation = f"(VALUES {listed}) AS folders({identifier})"
    return types(connection, relation, [identifier], tried)[identifier].stored(identifier)


def by_file(values: Sequence[str | int | None], sql_type: str) -> str:
    """An expression with one value for each file."""
    listed = ", ".join(_written(value, sql_type) for value in values)
    return f"(CAST([{listed}] AS {sql_type}[]))[CAST(file_index AS BIGINT) + 1]"


def _written(value: str | int | None, sql_type: str) -> str:
    if value is None:
        return f"CAST(NULL AS {sql_type})"
    return literal(value) if isinstance(value, str) else str(value)


def _pairs(path: str) -> list[tuple[str, str | None]]:
    found = [folder.partition("=") for folder in PurePosixPath(path).parts[:-1] if "=" in folder]
    return [(unquote(key), None if value == MISSING else unquote(value)) for key, _, value in found]
