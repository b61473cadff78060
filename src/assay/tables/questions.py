"""The questions a check may ask of the tables, and the conditions on rows they are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Scalar = str | int | float | bool
SCORE = "@score"
"""The column of the model's answers; for more than two classes there is one `@score:<class>` for each."""
BASE = "@base"
"""In a recipe's table, the answers for the unchanged rows."""
KEY = "@id"
"""The column of a predictions file that holds the ids as text."""
ROW = "@row"
"""Every table's row number, from 0 in the order of the file: an integer column that no file holds."""


@dataclass(frozen=True)
class Table:
    """A data set with its predictions beside it, or the same rows as a recipe changed them."""

    set: str
    recipe: str | None = None


@dataclass(frozen=True)
class Column:
    """A column's value in a row."""

    name: str


@dataclass(frozen=True)
class Compare:
    """A comparison of two operands: columns, arithmetic on them, or constants."""

    operator: Literal["==", "!=", "<", "<=", ">", ">="]
    left: Operand
    right: Operand


@dataclass(frozen=True)
class Arithmetic:
    """A sum, difference or product."""

    operator: Literal["+", "-", "*"]
    left: Operand
    right: Operand


@dataclass(frozen=True)
class OneOf:
    """Whether a column's value is among some values."""

    column: str
    values: tuple[Scalar, ...]


@dataclass(frozen=True)
class Matches:
    """Whether a text column matches a regular expression (RE2 syntax) from start to end."""

    column: str
    pattern: str


@dataclass(frozen=True)
class IsMissing:
    """Whether a column has no value; a float that is NaN has none."""

    column: str


@dataclass(frozen=True)
class IsFinite:
    """Whether a number is neither infinite nor NaN; true for what is no float."""

    column: str


@dataclass(frozen=True)
class IsDuplicate:
    """Whether another row has the same value in this column; missing values are never duplicates."""

    column: str


@dataclass(frozen=True)
class Not:
    """A condition's opposite; unknown stays unknown."""

    condition: Condition


@dataclass(frozen=True)
class All:
    """Whether every condition holds."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True)
class AnyOf:
    """Whether one condition holds."""

    conditions: tuple[Condition, ...]


Operand = Column | Arithmetic | Scalar
Condition = Compare | OneOf | Matches | IsMissing | IsFinite | IsDuplicate | Not | All | AnyOf


@dataclass(frozen=True)
class Schema:
    """The column names and types of a table: `number`, `integer`, `text`, `boolean`, `date`, `timestamp` or `other`.

    Answer: dict[str, str].
    """

    table: Table


@dataclass(frozen=True)
class Counts:
    """How many rows there are, and for how many each condition is true, false, or unknown.

    Answer: Tally (rows, and per name a triple of counts).
    """

    table: Table
    conditions: tuple[tuple[str, Condition], ...] = ()


@dataclass(frozen=True)
class Tally:
    """The answer to Counts: `true[name] + false[name] + unknown[name] == rows`."""

    rows: int
    true: dict[str, int]
    false: dict[str, int]
    unknown: dict[str, int]


@dataclass(frozen=True)
class Cells:
    """How many rows share each combination of values; a missing value or an unknown condition is None.

    Answer: dict[tuple[Scalar | None, ...], int], ordered by key as text.
    """

    table: Table
    by: tuple[Column | Condition, ...]


@dataclass(frozen=True)
class Values:
    """Whole columns, in the order of the file.

    Answer: dict[str, numpy array]; numbers are float64 with NaN where missing, everything else object with None.
    """

    table: Table
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Keys:
    """The ids of the first rows for which a condition is not true; row numbers from 0 where the data has no id.

    Answer: tuple[str, ...], at most `limit`.
    """

    table: Table
    condition: Condition
    limit: int = 5


Question = Schema | Counts | Cells | Values | Keys
