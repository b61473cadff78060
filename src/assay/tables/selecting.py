"""Values by their rank: all are sorted or, if there are very many, only those near the wanted ranks."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from assay.tables.aggregates import SketchCounts
from assay.tables.bucketing import sketched
from assay.tables.conditions import Compilation
from assay.tables.connection import double
from assay.tables.single_pass import FIRST, execute

if TYPE_CHECKING:
    import duckdb

MANY = 1 << 24
# The exponents of floats span 2^11 values, and each query divides a range of values by 2^13.
DEEPEST = 200

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Ranked:
    """The column `x` of some rows, all finite."""

    connection: duckdb.DuckDBPyConnection
    compilation: Compilation
    rows: str

    def quantiles(self, at: Sequence[float]) -> tuple[float, ...]:
        """The quantiles at some shares; none without values."""
        rows = self.connection.execute(f"SELECT count(*) FROM {self.compilation.relation}").fetchall()[0][0]
        return self.counted_quantiles(at) if rows > MANY else self.sorted_quantiles(at)

    def sorted_quantiles(self, at: Sequence[float]) -> tuple[float, ...]:
        """The quantiles, from all values read and sorted."""
        values = self._sorted(self.rows)
        return tuple(float(values[place]) + 0.0 for place in _places(len(values), at))

    def counted_quantiles(self, at: Sequence[float]) -> tuple[float, ...]:
        """The quantiles, from counts in fine buckets, of which few are then read."""
        first = f"SELECT quantile_disc(x, [0.25, 0.5, 0.75]) FROM (SELECT x FROM ({self.rows}) LIMIT {FIRST})"
        low, middle, high = execute(self.connection, self.compilation, first).fetchall()[0][0] or (0.0, 0.0, 0.0)
        scale = _scale(low, high) or 1.0
        sketch = sketched(self.connection, self.compilation, self.rows, middle, scale)
        places = _places(int(sketch.count.sum()), at)
        found = self._among(sketch, sorted(set(places)), DEEPEST)
        return tuple(found[place] + 0.0 for place in places)

    def _among(self, sketch: SketchCounts, places: Sequence[int], depth: int) -> dict[int, float]:
        """The values at some places of the sorted rows, which a sketch has counted."""
        before = np.concatenate([[0], np.cumsum(sketch.count)])
        found: dict[int, float] = {}
        read: dict[int, list[int]] = {}
        for place in places:
            bucket = int(np.searchsorted(before, place, side="right")) - 1
            read.setdefault(bucket, []).append(place - int(before[bucket]))
        for bucket, inner in list(read.items()):
            low, high = float(sketch.low[bucket]), float(sketch.high[bucket])
            if low == high:
                found |= dict.fromkeys((int(before[bucket]) + place for place in read.pop(bucket)), low)
            elif sketch.count[bucket] > MANY and depth and _scale(low, high):
                values = self._within(low, high, inner, depth)
                found |= {int(before[bucket]) + place: values[place] for place in read.pop(bucket)}
        for batch in _batches(list(read), sketch.count):
            ends = ((float(sketch.low[bucket]), float(sketch.high[bucket])) for bucket in batch)
            near = " OR ".join(f"x BETWEEN {double(low)} AND {double(high)}" for low, high in ends)
            values_of, start = self._sorted(f"SELECT x FROM ({self.rows}) WHERE {near}"), 0
            for bucket in batch:
                found |= {int(before[bucket]) + place: float(values_of[start + place]) for place in read[bucket]}
                start += int(sketch.count[bucket])
        return found

    def _within(self, low: float, high: float, places: Sequence[int], depth: int) -> dict[int, float]:
        """The values at some places of the sorted rows between two values."""
        between = f"SELECT x FROM ({self.rows}) WHERE x BETWEEN {double(low)} AND {double(high)}"
        inner, scale = Ranked(self.connection, self.compilation, between), _scale(low, high)
        sketch = sketched(self.connection, self.compilation, between, low, scale)
        return inner._among(sketch, places, depth - 1)

    def _sorted(self, rows: str) -> Floats:
        found = np.ma.getdata(execute(self.connection, self.compilation, rows).fetchnumpy()["x"])
        values: Floats = found.astype(np.float64, copy=False)
        values.sort()
        return values


def _places(n: int, at: Sequence[float]) -> list[int]:
    """The places of quantiles among sorted values, from 0; none without values."""
    return [max(1, math.ceil(n * share)) - 1 for share in at] if n else []


def _scale(low: float, high: float) -> float:
    """The unit in which a range has length eight, so that it falls into the finest buckets."""
    return high / 8 - low / 8


def _batches(buckets: Sequence[int], counts: Any) -> Iterator[list[int]]:
    """Buckets in their order, in batches that may be read at once."""
    batch: list[int] = []
    for bucket in buckets:
        if batch and counts[[*batch, bucket]].sum() > MANY:
            yield batch
            batch = []
        batch.append(bucket)
    if batch:
        yield batch
