"""Numbers counted in fine buckets around a centre."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from assay.errors import DataError
from assay.tables.aggregates import Sketch, SketchCounts
from assay.tables.columns import Array
from assay.tables.conditions import Compilation
from assay.tables.connection import double
from assay.tables.single_pass import execute, prepared
from assay.tables.typed import NUMERIC, TEMPORAL, as_seconds

if TYPE_CHECKING:
    import duckdb

LEVELS = 20
_UNIT, _SHIFT, _WIDTH = 2.0**44, 34, 8192
_FAR, _INFINITE = 1 << 29, 1 << 30
_MOST = double(8.0 ** (LEVELS + 1))


def sketch(connection: duckdb.DuckDBPyConnection, compilation: Compilation, question: Sketch) -> SketchCounts:
    """The fine histogram of a column."""
    if not (math.isfinite(question.centre) and math.isfinite(question.scale) and question.scale > 0):
        raise DataError(
            f"{compilation.name}: a sketch of `{question.column}` needs a finite centre and a scale above 0."
        )
    own = Compilation(compilation.name, compilation.columns, compilation.relation)
    rows = f"SELECT {number(own, question.column)} AS x FROM {own.relation}{own.narrowed(question.where)}"
    with prepared(connection, own):
        return sketched(connection, own, rows, question.centre, question.scale)


def sketched(
    connection: duckdb.DuckDBPyConnection, compilation: Compilation, rows: str, centre: float, scale: float
) -> SketchCounts:
    """The fine histogram of the column `x` of some rows.

    Most values lie near the centre, and all levels take a statement as long to plan as to run: they are asked for only
    where there are others.
    """
    distances = _distances(rows, centre, scale)
    near = _grouped(connection, compilation, _near(distances))
    is_far = ~near["missing"] & (near["bucket"] == _FAR)
    if is_far.any():
        far = _grouped(connection, compilation, _placed(f"SELECT * FROM ({distances}) WHERE NOT a < 8"))
        near = {name: np.concatenate([near[name][~is_far], far[name]]) for name in near}
    return _sketched(near, centre, scale)


def bucketed(rows: str, centre: float, scale: float) -> str:
    """A query for the column `x` of some rows, each value with its `bucket`."""
    return _placed(_distances(rows, centre, scale))


def _grouped(connection: duckdb.DuckDBPyConnection, compilation: Compilation, placed: str) -> dict[str, Array]:
    """What lies in each bucket, and whether it is that of missing values."""
    counted = "count(*) AS count, min(x) AS low, max(x) AS high, sum(place) AS places"
    statement = f"SELECT bucket, {counted} FROM ({placed}) GROUP BY bucket"
    found = execute(connection, compilation, statement).fetchnumpy()
    missing = np.ma.getmaskarray(found["bucket"])
    return {"missing": missing} | {name: np.ma.getdata(values) for name, values in found.items()}


def _distances(rows: str, centre: float, scale: float) -> str:
    """Values with their distance `t` from the centre and its magnitude `a`."""
    return f"SELECT x, t, abs(t) AS a FROM (SELECT x, (x - {double(centre)}) / {double(scale)} AS t FROM ({rows}))"


def _near(distances: str) -> str:
    """Places and buckets of the finest level; whatever is farther off lies in one bucket."""
    places = f"SELECT x, CASE WHEN a < 8 THEN {_place(double(_UNIT))} END AS place FROM ({distances})"
    bucket = f"CASE WHEN place IS NOT NULL THEN {_bucket()} WHEN x IS NOT NULL THEN {_FAR} END"
    return f"SELECT x, place, {bucket} AS bucket FROM ({places})"


def _placed(distances: str) -> str:
    """Places and buckets of all levels; infinities lie in buckets of their own."""
    levels = [f"WHEN a < {double(8.0 ** (level + 1))} THEN {level}" for level in range(LEVELS)]
    units = [f"WHEN {level} THEN {double(_UNIT / 8.0**level)}" for level in range(LEVELS + 1)]
    levelled = f"SELECT *, CASE {' '.join(levels)} ELSE {LEVELS} END AS level FROM ({distances})"
    place = _place(f"CASE level {' '.join(units)} END", f"least(greatest(t, -{_MOST}), {_MOST})")
    sign = "CASE WHEN t < 0 THEN -1 ELSE 1 END"
    bucket = f"({sign}) * level * {_WIDTH} + {_bucket()}"
    infinite = f"WHEN isinf(x) THEN ({sign}) * {_INFINITE}"
    return (
        f"SELECT x, place, CASE {infinite} WHEN x IS NOT NULL THEN {bucket} END AS bucket"
        f" FROM (SELECT *, {place} AS place FROM ({levelled}))"
    )


def _place(unit: str, distance: str = "t") -> str:
    # Whole numbers, as a sum of floats hangs on the order of the rows, which two threads do not keep.
    return f"CAST({distance} * {unit} AS BIGINT)"


def _bucket() -> str:
    return f"CAST(place >> {_SHIFT} AS INTEGER)"


def _sketched(found: dict[str, Array], centre: float, scale: float) -> SketchCounts:
    missing, number, counts = found["missing"], found["bucket"].astype(np.int64), found["count"].astype(np.int64)
    below, above = (int(counts[~missing & (number == sign * _INFINITE)].sum()) for sign in (-1, 1))
    order = np.argsort(number, kind="stable")
    order = order[~missing[order] & (np.abs(number[order]) < _INFINITE)]
    # Minus zero equals zero, and which of them is the least is chance.
    low, high, places = (found[name][order].astype(np.float64) + 0.0 for name in ("low", "high", "places"))
    bucket, count = number[order], counts[order]
    level = np.maximum(np.abs(bucket) - 1, 0) // _WIDTH
    with np.errstate(over="ignore", invalid="ignore"):
        total = count * centre + places * (8.0**level / _UNIT) * scale
        total = np.where(low == high, low * count, total)
    is_told = np.isfinite(total) & ((low == high) | (np.abs(bucket) < (LEVELS + 1) * _WIDTH))
    return SketchCounts(
        int(counts[missing].sum()), below, above, bucket, count, low, high, np.where(is_told, total, np.nan)
    )


def number(compilation: Compilation, name: str) -> str:
    """A column of numbers, or of times in seconds since 1970, as floats; raises DataError for any other."""
    column = compilation.column(name)
    if column.kind in TEMPORAL:
        return as_seconds(column)
    if column.kind not in NUMERIC:
        raise DataError(f"{compilation.name}: column `{name}` is {column.kind}; only numbers and times lie in buckets.")
    return column.sql if column.kind == "number" else f"CAST({column.sql} AS DOUBLE)"
