"""Numbers between edges: their counts and sums."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from assay.errors import DataError
from assay.tables.aggregates import BucketCounts, Buckets
from assay.tables.bucketing import number
from assay.tables.conditions import Compilation
from assay.tables.connection import double
from assay.tables.single_pass import execute, prepared

if TYPE_CHECKING:
    import duckdb

    from assay.stats.places import BucketSums, Frame

_TOTALS = """count(*) - count(x), count(*) FILTER (WHERE x = '-inf'), count(*) FILTER (WHERE x = 'inf'),
    min(x) FILTER (WHERE isfinite(x)), max(x) FILTER (WHERE isfinite(x))"""


def buckets(connection: duckdb.DuckDBPyConnection, compilation: Compilation, question: Buckets) -> BucketCounts:
    """The counts and sums between the edges."""
    from assay.stats.places import bins_from, frames_of

    edges = [float(edge) for edge in question.edges]
    if edges != sorted(edges) or any(math.isnan(edge) for edge in edges):
        raise DataError(f"{compilation.name}: the edges for `{question.column}` do not ascend.")
    own = Compilation(compilation.name, compilation.columns, compilation.relation)
    rows = f"SELECT {number(own, question.column)} AS x FROM {own.relation}{own.narrowed(question.where)}"
    with prepared(connection, own):
        found = execute(connection, own, f"SELECT {_TOTALS} FROM ({rows})").fetchall()
        missing, negative, positive, least, largest = found[0]
        # Minus zero equals zero, so which of them is the smallest depends on chance.
        frames = [] if least is None else frames_of(edges, least + 0.0, largest + 0.0)
        held = _bucket_sums(connection, own, rows, edges, frames) if frames else {}
    return BucketCounts(missing, negative, positive, **vars(bins_from(len(edges) + 1, frames, held)))


def _bucket_sums(
    connection: duckdb.DuckDBPyConnection, own: Compilation, rows: str, edges: Sequence[float], frames: Sequence[Frame]
) -> dict[int, BucketSums]:
    """The sums of each occupied bucket."""
    from assay.stats.places import BucketSums

    listed = ", ".join(f"({index}, {double(each.unit)}, {double(each.start)})" for index, each in enumerate(frames))
    bucket = _bucket(edges, 0, len(edges))
    inner = f"SELECT x, {bucket} AS bucket FROM ({rows}) WHERE isfinite(x)"
    placed = (
        f"SELECT bucket, x, CAST(x / unit - start AS BIGINT) AS place FROM ({inner})"
        f" JOIN (VALUES {listed}) AS frames(number, unit, start) ON bucket = number"
    )
    summed = "count(*), min(x), max(x), sum(place), sum(CAST(place AS HUGEINT) * place)"
    found = execute(connection, own, f"SELECT bucket, {summed} FROM ({placed}) GROUP BY bucket").fetchall()
    return {
        bucket: BucketSums(count, low + 0.0, high + 0.0, int(places), int(squares))
        for bucket, count, low, high, places, squares in found
    }


def _bucket(edges: Sequence[float], first: int, last: int) -> str:
    """The number of the first edge that a value does not exceed, by binary search."""
    if first == last:
        return f"CAST({first} AS INTEGER)"
    middle = (first + last) // 2
    below, above = _bucket(edges, first, middle), _bucket(edges, middle + 1, last)
    return f"CASE WHEN x <= {double(edges[middle])} THEN {below} ELSE {above} END"
