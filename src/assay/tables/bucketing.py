"""Numbers counted in fine buckets around a centre."""

from __future__ import annotations

import math
import sys
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
_FAR, _INFINITE = 1 << 47, 1 << 30
_MOST = double(8.0 ** (LEVELS + 1))


def sketch(connection: duckdb.DuckDBPyConnection, compilation: Compilation, question: Sketch) -> SketchCounts:
    """The fine histogram of a column."""
    if not (math.isfinite(question.centre) and math.isfinite(question.scale) and question.scale > 0):
        raise DataError(
            f"{compilation.name}: a sketch of `{question.column}` needs a finite centre and a scale above 0."
        )
    own = Compilation(compilation.name, compilation.columns, compilation.relation)
    x = number(own, question.column, raw=True)
    rows = f"SELECT {x} AS x FROM {own.relation}{own.narrowed(question.where)}"
    with prepared(connection, own):
        return sketched(connection, own, rows, question.centre, question.scale)


def sketched(
    connection: duckdb.DuckDBPyConnection, compilation: Compilation, rows: str, centre: float, scale: float
) -> SketchCounts:
    """The fine histogram of the column `x` of some rows; NaN is missing.

    Most values lie near the centre, and all levels take several times as long, so the query has them only if other
    values occur.
    """
    unit = scale / _UNIT
    if unit * _UNIT != scale or unit < sys.float_info.min:
        return _sketched(_grouped(connection, compilation, _placed(rows, centre, scale)), centre, scale)
    # CASE would take as long as all the rest; a value without a place counts as far, because LEAST ignores NULL.
    place = f"TRY_CAST((x - {double(centre)}) / {double(unit)} AS BIGINT)"
    places = f"SELECT x, {place} AS place FROM ({rows})"
    bucketed = f"SELECT x, place, greatest(least(place, {_FAR}), -{_FAR}) >> {_SHIFT} AS bucket FROM ({places})"
    near = _grouped(connection, compilation, bucketed)
    is_far = np.abs(near["bucket"]) == _WIDTH
    near["missing"] = is_far & near["nothing"]
    if (is_far & ~near["missing"]).any():
        others = f"SELECT x FROM ({bucketed}) WHERE abs(bucket) = {_WIDTH}"
        far = _grouped(connection, compilation, _placed(others, centre, scale))
        near = {name: np.concatenate([near[name][~is_far], far[name]]) for name in near}
    return _sketched(near, centre, scale)


def _grouped(connection: duckdb.DuckDBPyConnection, compilation: Compilation, placed: str) -> dict[str, Array]:
    """The counts and sums of each bucket, of finite values and of others."""
    counted = "count(*) AS count, min(x) AS low, max(x) AS high, sum(place) AS places"
    statement = f"SELECT bucket, {counted} FROM ({placed}) GROUP BY bucket"
    found = execute(connection, compilation, statement).fetchnumpy()
    missing, nothing = (np.ma.getmaskarray(found[name]) for name in ("bucket", "low"))
    return {"missing": missing, "nothing": nothing} | {name: np.ma.getdata(each) for name, each in found.items()}


def _placed(rows: str, centre: float, scale: float) -> str:
    """Places and buckets of all levels; infinities have their own buckets."""
    known = f"SELECT CASE WHEN isnan(x) THEN NULL ELSE x END AS x FROM ({rows})"
    distances = f"SELECT x, (x - {double(centre)}) / {double(scale)} AS t FROM ({known})"
    distances = f"SELECT x, t, abs(t) AS a FROM ({distances})"
    # A whole logarithm may be wrong by one; shifting gives exact powers of eight.
    guess = f"CAST(least(floor(log2(greatest(a, 1)) / 3), {LEVELS}) AS BIGINT)"
    guessed = f"SELECT x, t, a, {guess} AS g FROM ({distances})"
    more = f"CAST(g < {LEVELS} AND a >= {_eights(f'least(g + 1, {LEVELS})')} AS BIGINT)"
    less = f"CAST(g > 0 AND a < {_eights('g')} AS BIGINT)"
    levelled = f"SELECT x, t, g + {more} - {less} AS level FROM ({guessed})"
    # Whole numbers, because a sum of floats depends on the order of the rows, which two threads do not keep.
    place = f"CAST(least(greatest(t, -{_MOST}), {_MOST}) * ({double(_UNIT)} / {_eights('level')}) AS BIGINT)"
    sign = "CASE WHEN t < 0 THEN -1 ELSE 1 END"
    bucket = f"({sign}) * level * {_WIDTH} + (place >> {_SHIFT})"
    infinite = f"WHEN isinf(x) THEN ({sign}) * {_INFINITE}"
    return (
        f"SELECT x, place, CASE {infinite} WHEN x IS NOT NULL THEN {bucket} END AS bucket"
        f" FROM (SELECT *, {place} AS place FROM ({levelled}))"
    )


def _eights(power: str) -> str:
    return f"CAST(CAST(1 AS BIGINT) << CAST(3 * ({power}) AS INTEGER) AS DOUBLE)"


def _sketched(found: dict[str, Array], centre: float, scale: float) -> SketchCounts:
    missing, number, counts = found["missing"], found["bucket"].astype(np.int64), found["count"].astype(np.int64)
    below, above = (int(counts[~missing & (number == sign * _INFINITE)].sum()) for sign in (-1, 1))
    order = np.argsort(number, kind="stable")
    order = order[~missing[order] & (np.abs(number[order]) < _INFINITE)]
    # Minus zero equals zero, so which of them is the smallest depends on chance.
    low, high, places = (found[name][order].astype(np.float64) + 0.0 for name in ("low", "high", "places"))
    bucket, count = number[order], counts[order]
    level = np.maximum(np.abs(bucket) - 1, 0) // _WIDTH
    with np.errstate(over="ignore", invalid="ignore"):
        total = count * centre + places * (8.0**level / _UNIT) * scale
        total = np.where(low == high, low * count, total)
    is_known = np.isfinite(total) & ((low == high) | (np.abs(bucket) < (LEVELS + 1) * _WIDTH))
    return SketchCounts(
        int(counts[missing].sum()), below, above, bucket, count, low, high, np.where(is_known, total, np.nan)
    )


def number(compilation: Compilation, name: str, *, raw: bool = False) -> str:
    """A column of numbers, or of times in seconds since 1970, as floats; raises DataError for any other.

    With `raw`, missing values may also be NaN.
    """
    column = compilation.column(name)
    if column.kind in TEMPORAL:
        return as_seconds(column)
    if column.kind not in NUMERIC:
        raise DataError(f"{compilation.name}: column `{name}` is {column.kind}; only numbers and times have buckets.")
    if column.kind == "number":
        return (raw and column.raw) or column.sql
    return f"CAST({column.sql} AS DOUBLE)"
