"""Numbers counted in buckets: between edges that are given, or fine ones around a centre."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from assay.errors import DataError
from assay.tables.aggregates import BucketCounts, Buckets, Sketch, SketchCounts
from assay.tables.conditions import Compilation
from assay.tables.connection import double
from assay.tables.single_pass import Pass, execute, prepared
from assay.tables.typed import NUMERIC

if TYPE_CHECKING:
    import duckdb

LEVELS = 20
_BEFORE, _WIDTH, _INFINITE = 1, 8192, 1 << 30


def buckets(one: Pass, question: Buckets) -> Callable[[], BucketCounts]:
    """Asks how many numbers lie between the edges."""
    where, edges = one.where(question.where), sorted(set(question.edges))
    if list(question.edges) != sorted(question.edges) or any(math.isnan(edge) for edge in edges):
        raise DataError(f"{one.compilation.name}: the edges for `{question.column}` do not ascend.")
    value = one.value(number(one.compilation, question.column))
    rows, there = one.ask(f"count(*){where}"), one.ask(f"count({value}){where}")
    bound = one.compilation.bind([float(edge) for edge in edges])
    counted = one.ask(f"histogram({value}, CAST({bound} AS DOUBLE[])){where}") if edges else None

    def answer() -> BucketCounts:
        known = int(one.found[there])
        found = (one.found[counted] or {}) if counted else {}
        counts = {edge: int(found.get(edge, 0)) for edge in edges}
        # Between equal edges lies nothing: what is up to an edge is counted at its first place.
        listed = [
            counts[edge] if index == 0 or edge != question.edges[index - 1] else 0
            for index, edge in enumerate(question.edges)
        ]
        return BucketCounts(int(one.found[rows]) - known, (*listed, known - sum(listed)))

    return answer


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
    """The fine histogram of the column `x` of some rows."""
    counted = "count(*) AS n, min(x) AS low, max(x) AS high, sum(x) AS total"
    statement = f"SELECT bucket, {counted} FROM ({bucketed(rows, centre, scale)}) GROUP BY bucket"
    return _sketched(execute(connection, compilation, statement).fetchnumpy())


def bucketed(rows: str, centre: float, scale: float) -> str:
    """A query for the column `x` of some rows, each value with its `bucket`."""
    distance = f"(x - {double(centre)}) / {double(scale)}"
    placed = f"SELECT x, t, abs(t) AS a FROM (SELECT x, CASE WHEN isfinite(x) THEN {distance} END AS t FROM ({rows}))"
    return f"SELECT x, {_bucket()} AS bucket FROM ({placed})"


def _bucket() -> str:
    """The number of a bucket from the distance `t` and its magnitude `a`; infinities lie in buckets of their own."""
    levels = [
        f"{_BEFORE + _WIDTH * level} + {_place(f'floor(a * {double(1024 / 8**level)})')}" for level in range(LEVELS)
    ]
    cases = " ".join(f"WHEN a < {double(8.0 ** (level + 1))} THEN {sql}" for level, sql in enumerate(levels))
    last = f"{_BEFORE + _WIDTH * LEVELS} + {_place(f'least(floor(a * {double(1024 / 8**LEVELS)}), {_WIDTH - 1})')}"
    bucket = f"CASE {cases} ELSE {last} END"
    infinite = f"CASE WHEN x < 0 THEN -{_INFINITE} WHEN x > 0 THEN {_INFINITE} END"
    return f"CASE WHEN t IS NULL THEN {infinite} WHEN t < 0 THEN -({bucket}) ELSE {bucket} END"


def _place(sql: str) -> str:
    return f"CAST({sql} AS INTEGER)"


def _sketched(found: dict[str, Any]) -> SketchCounts:
    outside, bucket = np.ma.getmaskarray(found["bucket"]), np.ma.getdata(found["bucket"]).astype(np.int64)
    columns = {name: np.ma.getdata(found[name]) for name in ("n", "low", "high", "total")}
    counts = columns["n"].astype(np.int64)
    below, above = (int(counts[~outside & (bucket == sign * _INFINITE)].sum()) for sign in (-1, 1))
    order = np.argsort(bucket, kind="stable")
    order = order[~outside[order] & (np.abs(bucket[order]) < _INFINITE)]
    # Minus zero equals zero, and which of them is the least is chance.
    low, high, total = (columns[name][order].astype(np.float64) + 0.0 for name in ("low", "high", "total"))
    return SketchCounts(int(counts[outside].sum()), below, above, bucket[order], counts[order], low, high, total)


def number(compilation: Compilation, name: str) -> str:
    """A column of numbers as floats; raises DataError for any other."""
    column = compilation.column(name)
    if column.kind not in NUMERIC:
        raise DataError(f"{compilation.name}: column `{name}` is {column.kind}; only numbers lie in buckets.")
    return column.sql if column.kind == "number" else f"CAST({column.sql} AS DOUBLE)"
