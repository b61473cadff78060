"""Columns of the database as numpy arrays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from assay.errors import DataError
from assay.tables.connection import memory
from assay.tables.typed import NUMERIC, Typed, as_text

if TYPE_CHECKING:
    import duckdb

MOST_TEXT = 4_000_000_000

Array = npt.NDArray[Any]


def fetch(
    connection: duckdb.DuckDBPyConnection, name: str, relation: str, columns: Mapping[str, Typed], *, narrow: bool
) -> dict[str, Array]:
    """Whole columns in the order of the file.

    Numbers are float64, missing ones NaN; all other columns are object, missing values None. If `narrow`, integers
    without missing values are int64 and booleans without missing values are bool.
    """
    _budget(connection, name, relation, columns)
    selected = [_selected(column, narrow=narrow) for column in columns.values()]
    listed = ", ".join(f"{sql} AS v{index}" for index, sql in enumerate(selected)) or "1 AS nothing"
    found = connection.execute(f"SELECT {listed} FROM {relation}").fetchnumpy()
    return {
        wanted: _array(found[f"v{index}"], column.kind, narrow=narrow)
        for index, (wanted, column) in enumerate(columns.items())
    }


def _selected(column: Typed, *, narrow: bool) -> str:
    if column.kind == "boolean":
        return column.sql
    if column.kind == "integer" and narrow:
        return f"CAST({column.sql} AS BIGINT)"
    return f"CAST({column.sql} AS DOUBLE)" if column.kind in NUMERIC else as_text(column)


def _array(found: Any, kind: str, *, narrow: bool) -> Array:
    missing, values = np.ma.getmaskarray(found), np.ma.getdata(found)
    if kind in ("number", "integer"):
        if narrow and kind == "integer" and values.dtype == np.int64 and not missing.any():
            return values
        numbers = values.astype(np.float64)
        numbers[missing] = np.nan
        return numbers
    if kind == "boolean" and narrow and not missing.any():
        return values.astype(np.bool_)
    objects = values.astype(object)
    objects[missing] = None
    return objects


def _budget(connection: duckdb.DuckDBPyConnection, name: str, relation: str, columns: Mapping[str, Typed]) -> None:
    """Refuses texts that do not fit in memory: a small file can repeat one long text a million times."""
    texts = [column.sql for column in columns.values() if column.kind == "text"]
    if not texts:
        return
    total = " + ".join(f"coalesce(sum(strlen({sql})), 0)" for sql in texts)
    size = int(connection.execute(f"SELECT CAST({total} AS HUGEINT) FROM {relation}").fetchall()[0][0])
    if size > memory(connection):
        raise DataError(f"{name} unpacks to {size} bytes of text: more memory than a file of its size may use.")
    if size > MOST_TEXT:
        raise DataError(f"{name} unpacks to {size} bytes of text; at most {MOST_TEXT} are allowed.")
