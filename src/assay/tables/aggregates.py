"""Questions about whole columns, each with one meaning that every engine can answer alike.

`where` keeps the rows for which a condition is true. A number that is NaN is missing. Buckets have edges that are given
or follow from two numbers by exact arithmetic, never an engine's own sketch.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from assay.tables.addressing import Table
from assay.tables.predicates import Condition, Scalar


@dataclass(frozen=True)
class Summary:
    """What some columns hold as a whole.

    Answer: dict[str, ColumnSummary].
    """

    table: Table
    columns: tuple[str, ...]
    where: Condition | None = None


@dataclass(frozen=True)
class ColumnSummary:
    """The answer to Summary for a column: `rows == missing + infinite + n`.

    `minimum` and `maximum` are of the `n` values that are there and finite: numbers as they are, booleans as 0 and 1,
    times as ISO 8601 text; `mean` and `deviations` (the sum of squared deviations from the mean) are of numbers and
    booleans, rounded as sums of floats are: to 1e-9 of them or of the values' spread. `shortest` and `longest` are of
    text, in characters. What does not apply, has no value, or is beyond the range of floats, is None.
    """

    kind: str
    rows: int
    missing: int
    infinite: int
    n: int
    minimum: Scalar | None = None
    maximum: Scalar | None = None
    mean: float | None = None
    deviations: float | None = None
    shortest: int | None = None
    longest: int | None = None


@dataclass(frozen=True)
class Quantiles:
    """Exact quantiles of a column's finite numbers, by Hyndman and Fan 1996, type 1.

    Times count as seconds since 1970 in UTC, to the microsecond. Each is the smallest value that at least the share
    `at` of the values does not exceed, which is the ⌈n · at⌉th of n (a product of floats); `at` 0 is the minimum.
    Answer: tuple[float, ...]; empty where there is no value.
    """

    table: Table
    column: str
    at: tuple[float, ...]
    where: Condition | None = None


@dataclass(frozen=True)
class Buckets:
    """What lies between edges, which ascend: numbers up to the first, above one up to the next, above the last.

    Times count as seconds since 1970 in UTC, to the microsecond. For sums each value is rounded, half to even, to a
    whole multiple of 2^(e − 44), so that no order of the rows changes a digit; 2^e is the least power of two above the
    bucket's width, between its edges or the least and the largest finite value where those lie further in. A bucket
    whose values are all equal is summed as they are.
    Answer: BucketCounts, of one bucket more than edges.
    """

    table: Table
    column: str
    edges: tuple[float, ...]
    where: Condition | None = None


@dataclass(frozen=True)
class BucketCounts:
    """The answer to Buckets: how many finite numbers each bucket holds, the least, the largest and their sum.

    Where a bucket holds nothing the latter are None. `mean` and `deviations` (the sum of squared deviations from the
    mean) are of all finite numbers. Sums are rounded once, and None beyond the range of floats. `negative` and
    `positive` count infinities.
    """

    missing: int
    negative: int
    positive: int
    counts: tuple[int, ...]
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]
    total: tuple[float | None, ...]
    mean: float | None
    deviations: float | None


@dataclass(frozen=True)
class Sketch:
    """A fine histogram around a centre, such as the median, in units of a scale, such as the interquartile range.

    Times count as seconds since 1970 in UTC, to the microsecond. With t = (x − centre) / scale, at most ±8^21, and L
    the largest of 0 … 20 for which |t| ≥ 8^L (0 if |t| < 8), a value has the place q = t · 2^44 / 8^L, rounded half to
    even, and lies in the bucket sign(t) · 8192·L + ⌊q / 2^34⌋.
    Answer: SketchCounts.
    """

    table: Table
    column: str
    centre: float
    scale: float
    where: Condition | None = None


@dataclass(frozen=True)
class SketchCounts:
    """The answer to Sketch: the buckets that hold something, ascending, as numpy arrays of equal length.

    `low` and `high` are the least and the largest value in a bucket; where they are equal the bucket is exact. `total`
    is the sum of its values by their places, so that no order of the rows changes it:
    count · centre + scale · Σq · 8^L / 2^44, or NaN in the two outermost buckets and beyond the range of floats.
    `negative` and `positive` count infinities.
    """

    missing: int
    negative: int
    positive: int
    bucket: Any
    count: Any
    low: Any
    high: Any
    total: Any


@dataclass(frozen=True)
class TopValues:
    """The most frequent values of a column, with the rest counted.

    Answer: TopCounts.
    """

    table: Table
    column: str
    limit: int
    where: Condition | None = None


@dataclass(frozen=True)
class TopCounts:
    """The answer to TopValues: by falling count, equal counts by value as text; `distinct` is exact."""

    missing: int
    distinct: int
    values: tuple[tuple[Scalar, int], ...]
    rest: int


@dataclass(frozen=True)
class Duplicates:
    """How many rows repeat an earlier one in some columns; a row that lacks a value in any of them repeats nothing.

    Columns in `steps` count as equal where ⌊x / step + ½⌋ is, texts in `folded` once spaces around them and case are
    dropped. Answer: Repeated.
    """

    table: Table
    columns: tuple[str, ...]
    steps: tuple[tuple[str, float], ...] = ()
    folded: tuple[str, ...] = ()


@dataclass(frozen=True)
class Repeated:
    """The answer to Duplicates: `whole` rows have a value in every column, and `distinct` of those differ."""

    rows: int
    whole: int
    distinct: int


@dataclass(frozen=True)
class Conflicts:
    """How many rows agree with another in some columns and differ from it in one more, missing values being values.

    Answer: int.
    """

    table: Table
    columns: tuple[str, ...]
    differs: str


@dataclass(frozen=True)
class Strangers:
    """How many rows have, in some columns, values that no row of another table has in its columns.

    Answer: Known; a row that lacks a value in any of the columns is not asked for.
    """

    table: Table
    columns: tuple[str, ...]
    other: Table
    other_columns: tuple[str, ...]


@dataclass(frozen=True)
class StrangerCount:
    """The answer to Strangers: rows asked for, how many of them are not in the other table, and ids of some."""

    rows: int
    strangers: int
    keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class Breaks:
    """How many values do not follow the one before them, in the order of the file and missing values left out.

    Answer: int.
    """

    table: Table
    column: str
    descending: bool = False
    strictly: bool = False


@dataclass(frozen=True)
class RowSample:
    """Whole columns of some rows, drawn without replacement by `sampled_rows`, in the order of the file.

    Answer: as of Values.
    """

    table: Table
    columns: tuple[str, ...]
    size: int
    seed: int


Aggregate = Summary | Quantiles | Buckets | Sketch | TopValues | Duplicates | Conflicts | Strangers | Breaks | RowSample
