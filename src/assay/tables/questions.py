"""The questions a check may ask of the tables."""

from __future__ import annotations

from dataclasses import dataclass

from assay.tables.addressing import Table
from assay.tables.aggregates import Aggregate
from assay.tables.predicates import Column, Condition


@dataclass(frozen=True)
class Schema:
    """The column names and types of a table: `number`, `integer`, `text`, `boolean`, `date`, `timestamp` or `other`.

    Answer: dict[str, str].
    """

    table: Table


@dataclass(frozen=True)
class Counts:
    """The number of rows, and of those for which each condition is true, false, or unknown.

    Answer: RowTally.
    """

    table: Table
    conditions: tuple[tuple[str, Condition], ...] = ()


@dataclass(frozen=True)
class RowTally:
    """The answer to Counts: `true[name] + false[name] + unknown[name] == rows`."""

    rows: int
    true: dict[str, int]
    false: dict[str, int]
    unknown: dict[str, int]


@dataclass(frozen=True)
class Cells:
    """The number of rows of each combination of values; a missing value or an unknown condition is None.

    Answer: dict[tuple[Scalar | None, ...], int], ordered by key as text.
    """

    table: Table
    by: tuple[Column | Condition, ...]


@dataclass(frozen=True)
class Values:
    """Whole columns, in the order of the file.

    Times in `seconds` are numbers: seconds since 1970 in UTC, to the microsecond; infinite times stay infinite.
    Answer: dict[str, numpy array]; numbers are float64 (missing: NaN), all other columns object (missing: None). A
    column with a number that a float would round is object too, of int, float and Decimal.
    """

    table: Table
    columns: tuple[str, ...]
    seconds: tuple[str, ...] = ()


@dataclass(frozen=True)
class Keys:
    """The ids of the first rows for which a condition is not true, or row numbers from 0 if the data have no id.

    Answer: tuple[str, ...], at most `limit`.
    """

    table: Table
    condition: Condition
    limit: int = 5


FIRST_ROWS = 1000


@dataclass(frozen=True)
class WrittenTexts:
    """In which ways (writings.py) the texts of some columns are written, as numbers or as times.

    Only ways in which at least half of the texts in the first 1,000 rows are written count.
    Answer: dict[str, WrittenAs], without the columns that have no such way.
    """

    table: Table
    columns: tuple[str, ...]


@dataclass(frozen=True)
class WrittenAs:
    """The answer to WrittenTexts for a column: its texts, those that are digits after a zero, and the count by way."""

    texts: int
    padded: int
    counts: dict[str, int]


Question = WrittenTexts | Schema | Counts | Cells | Values | Keys | Aggregate
