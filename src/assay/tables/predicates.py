"""Conditions on rows, in three-valued logic, for a check's questions."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Scalar = str | int | float | bool | Decimal
"""A constant or an answer; a number is a Decimal only if no float stands for it."""


@dataclass(frozen=True)
class Column:
    """A column's value in a row."""

    name: str


@dataclass(frozen=True)
class Compare:
    """A comparison of two operands: columns, arithmetic on them, or constants; numbers are not rounded before it."""

    operator: Literal["==", "!=", "<", "<=", ">", ">="]
    left: Operand
    right: Operand


@dataclass(frozen=True)
class Arithmetic:
    """A sum, difference or product: exact up to 38 digits, unless one operand is a float."""

    operator: Literal["+", "-", "*"]
    left: Operand
    right: Operand


@dataclass(frozen=True)
class Length:
    """The number of characters of a text column's value."""

    column: str


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
class IsTime:
    """Whether a text column's value is a date or time that exists, written in a form such as `%Y-%m-%d` (forms.py)."""

    column: str
    form: str


@dataclass(frozen=True)
class IsWritten:
    """Whether a text column's value is a number or time that is written in some way (writings.py)."""

    column: str
    way: str


@dataclass(frozen=True)
class IsMissing:
    """Whether a column has no value; a float that is NaN has none."""

    column: str


@dataclass(frozen=True)
class IsFinite:
    """Whether a number is neither infinite nor NaN; true for any value that is not a float."""

    column: str


@dataclass(frozen=True)
class IsDuplicate:
    """Whether another row has the same values in this column and the others; a missing value is never a duplicate."""

    column: str
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class Not:
    """The negation of a condition; unknown stays unknown."""

    condition: Condition


@dataclass(frozen=True)
class IsTrue:
    """Whether a condition is true; false if it is unknown."""

    condition: Condition


@dataclass(frozen=True)
class All:
    """Whether every condition is true."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True)
class AnyOf:
    """Whether at least one condition is true."""

    conditions: tuple[Condition, ...]


Operand = Column | Arithmetic | Length | Scalar
Condition = (
    Compare | OneOf | Matches | IsTime | IsWritten | IsMissing | IsFinite | IsDuplicate | Not | IsTrue | All | AnyOf
)
