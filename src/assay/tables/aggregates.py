"""Questions about whole columns, each with one meaning, so that every engine gives the same answer.

`where` selects the rows for which a condition is true. A number that is NaN is missing. The edges of buckets are given
or follow from two numbers by exact arithmetic; no question uses an engine's own sketch.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from assay.tables.addressing import Table
from assay.tables.predicates import Condition, Scalar


@dataclass(frozen=True)
class Summary:
    """The summaries of some columns.

    Answer: dict[str, ColumnSummary].
    """

    table: Table
    columns: tuple[str, ...]
    where: Condition | None = None


@dataclass(frozen=True)
class ColumnSummary:
    """The answer to Summary for a column: `rows == missing + infinite + n`.

    `minimum` and `maximum` are those of the `n` finite values: numbers as they are (a Decimal if a float would round
    it), booleans as 0 and 1, times as ISO 8601 text; `mean` and `deviations` (the sum of squared deviations from the
    mean) are those of numbers and booleans, exact to 1e-9 of themselves or of the values' spread, as sums of floats
    are. `shortest` and `longest` are lengths of text, in characters. A part that does not apply, has no value, or is
    beyond the range of floats, is None.
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

    Times count as seconds since 1970 in UTC, to the microsecond. A quantile is the smallest value that at least the
    share `at` of the values does not exceed: the ⌈n · at⌉th of n (a product of floats); `at` 0 is the minimum.
    Answer: tuple[float, ...]; empty if there is no value.
    """

    table: Table
    column: str
    at: tuple[float, ...]
    where: Condition | None = None


@dataclass(frozen=True)
class Buckets:
    """Counts and sums between ascending edges; a bucket includes its upper edge, and the last one has none.

    Times count as seconds since 1970 in UTC, to the microsecond. For sums, each value is rounded, half to even, to a
    whole multiple of 2^(e − 44), so that the order of the rows changes no digit; 2^e is the least power of two above
    the bucket's width. A bucket's ends are its edges, or the smallest or largest finite value if that lies further in.
    Equal values of a bucket are summed without rounding.
    Answer: BucketCounts, with one bucket more than edges.
    """

    table: Table
    column: str
    edges: tuple[float, ...]
    where: Condition | None = None


@dataclass(frozen=True)
class BucketCounts:
    """The answer to Buckets: the count of finite numbers in each bucket, the smallest, the largest and their sum.

    In an empty bucket the latter are None. `mean` and `deviations` (the sum of squared deviations from the mean) are
    those of all finite numbers. Sums are rounded once, and None beyond the range of floats. `negative` and `positive`
    count infinities.
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
    """The answer to Sketch: the occupied buckets, ascending, as numpy arrays of equal length.

    `low` and `high` are the smallest and the largest value in a bucket; if they are equal, the bucket is exact. `total`
    is the sum of its values by their places, so that the order of the rows does not change it:
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
    """The most frequent values of a column, and the count of the rest.

    Answer: TopCounts.
    """

    table: Table
    column: str
    limit: int
    where: Condition | None = None


@dataclass(frozen=True)
class TopCounts:
    """The answer to TopValues: by descending count, then by value as text; `distinct` is exact."""

    missing: int
    distinct: int
    values: tuple[tuple[Scalar, int], ...]
    rest: int


@dataclass(frozen=True)
class Duplicates:
    """How many rows repeat an earlier one in some columns; a row with a missing value in one of them repeats nothing.

    Numbers in `steps` are equal if ⌊x / step + ½⌋ is, texts in `folded` if they are equal without outer spaces and
    case. Answer: Repeated.
    """

    table: Table
    columns: tuple[str, ...]
    steps: tuple[tuple[str, float], ...] = ()
    folded: tuple[str, ...] = ()


@dataclass(frozen=True)
class Repeated:
    """The answer to Duplicates: `whole` counts the rows with a value in every column, `distinct` the different ones."""

    rows: int
    whole: int
    distinct: int


@dataclass(frozen=True)
class Conflicts:
    """How many rows equal another row in some columns but differ in one more; missing values count as values.

    Answer: int.
    """

    table: Table
    columns: tuple[str, ...]
    differs: str


@dataclass(frozen=True)
class Strangers:
    """How many rows have values in some columns that no row of another table has in its columns.

    Answer: StrangerCount; a row with a missing value in one of the columns does not count.
    """

    table: Table
    columns: tuple[str, ...]
    other: Table
    other_columns: tuple[str, ...]


@dataclass(frozen=True)
class StrangerCount:
    """The answer to Strangers: the rows that count, how many of them the other table lacks, and the ids of some."""

    rows: int
    strangers: int
    keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class Breaks:
    """How many values do not follow the value before them, in the order of the file and without missing values.

    Answer: int.
    """

    table: Table
    column: str
    descending: bool = False
    strictly: bool = False


@dataclass(frozen=True)
class RowSample:
    """Whole columns of a sample of rows, drawn without replacement by `sampled_rows`, in the order of the file.

    Answer: as for Values.
    """

    table: Table
    columns: tuple[str, ...]
    size: int
    seed: int


Aggregate = Summary | Quantiles | Buckets | Sketch | TopValues | Duplicates | Conflicts | Strangers | Breaks | RowSample
