"""Columns of the database as numpy arrays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from assay.tables.exact_numbers import SAFE, SHORT, SHORTEST, is_rounded, plain_number, written_exactly
from assay.tables.text_budget import refuse_long_texts
from assay.tables.typed import NUMERIC, Typed, as_text

if TYPE_CHECKING:
    import duckdb

    from assay.tables.conditions import Compilation

PROBED, OFTEN, AT_ONCE = 1_000, 0.9, 256

Array = npt.NDArray[Any]


def fetch(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    relation: str,
    columns: Mapping[str, Typed],
    *,
    narrow: bool,
    rows: Array | None = None,
) -> dict[str, Array]:
    """Whole columns in the order of the file, which nobody may change unless `narrow`.

    Numbers are float64, missing ones NaN, but object if floats would round them: int and Decimal, missing ones None.
    All other columns are object, missing values None. With `rows`, only those rows of each column are kept. If
    `narrow`, integers without missing values are int64, booleans without missing values are bool, and all other
    numbers float64.
    """
    refuse_long_texts(connection, name, relation, columns.values())
    rounded = set[str]() if narrow else _rounded(connection, relation, columns)
    selected = [_selected(column, narrow=narrow, exact=name in rounded) for name, column in columns.items()]
    answer = dict[str, Array]()
    named = list(columns.items())
    for first in range(0, len(named), AT_ONCE):
        # The database's answer and its copies are in memory together, so many columns are read in parts.
        listed = ", ".join(f"{sql} AS v{index}" for index, sql in enumerate(selected[first : first + AT_ONCE]))
        found = connection.execute(f"SELECT {listed} FROM {relation}").fetchnumpy()
        for index, (wanted, column) in enumerate(named[first : first + AT_ONCE]):
            values = _array(found.pop(f"v{index}"), column.kind, narrow=narrow)
            answer[wanted] = values if rows is None else values[rows]
            answer[wanted].flags.writeable = narrow
    return answer


def fetch_held(
    connection: duckdb.DuckDBPyConnection,
    compilation: Compilation,
    columns: Mapping[str, Typed],
) -> dict[str, Array]:
    """The same, without reading columns that somebody still holds."""
    known = {name: held for name, column in columns.items() if (held := compilation.held.get(column)) is not None}
    wanted = {name: column for name, column in columns.items() if name not in known}
    if wanted:
        known |= fetch(connection, compilation.name, compilation.relation, wanted, narrow=False)
        for name, column in wanted.items():
            compilation.held[column] = known[name]
    return {name: known[name] for name in columns}


def _rounded(connection: duckdb.DuckDBPyConnection, relation: str, columns: Mapping[str, Typed]) -> set[str]:
    """The columns with a number that a float would round."""
    asked = {name: column for name, column in columns.items() if column.scale is not None and column.digits > SHORTEST}
    wide = {name: column for name, column in asked.items() if column.scale or column.digits > SHORT}
    if not wide:
        return set()
    listed = ", ".join(f"coalesce(bool_or({is_rounded(column)}), FALSE)" for column in wide.values())
    found = connection.execute(f"SELECT {listed} FROM {relation}").fetchall()[0]
    return {name for name, rounds in zip(wide, found, strict=True) if rounds}


def _selected(column: Typed, *, narrow: bool, exact: bool) -> str:
    if column.kind == "boolean":
        return column.sql
    if exact:
        return written_exactly(column)
    if column.kind == "integer" and (narrow or SHORTEST < column.digits <= SHORT):
        return f"CAST({column.sql} AS BIGINT)"
    return f"CAST({column.sql} AS DOUBLE)" if column.kind in NUMERIC else as_text(column)


def _array(found: Any, kind: str, *, narrow: bool) -> Array:
    missing, values = np.ma.getmaskarray(found), np.ma.getdata(found)
    if kind in ("number", "integer"):
        if narrow and kind == "integer" and values.dtype == np.int64 and not missing.any():
            return values
        if values.dtype == object:
            plain = [None if lacks else plain_number(text) for text, lacks in zip(values, missing, strict=True)]
            return np.array([*plain, None], dtype=object)[:-1]
        is_long = values.dtype == np.int64 and not narrow
        if is_long and bool((((values > SAFE) | (values < -SAFE)) & ~missing).any()):
            return _objects(values, missing)
        numbers = values.astype(np.float64, copy=False)
        if missing.any():
            numbers[missing] = np.nan
        return numbers
    if kind == "boolean" and narrow and not missing.any():
        return values.astype(np.bool_)
    return _objects(values, missing)


def _objects(values: Array, missing: Array) -> Array:
    objects = values.astype(object)
    objects[missing] = None
    if values.dtype == object and len(set(objects[:PROBED].tolist())) <= OFTEN * min(PROBED, len(objects)):
        # The database makes each text anew; equal ones need the memory of one.
        one: dict[object, object] = {}
        objects[:] = [one.setdefault(each, each) for each in objects.tolist()]
    return objects
