"""Numbers compared without rounding: whole numbers, decimals and floats have one order.

A whole float is its whole number; any other float stands for its shortest decimal writing, as 0.1 stands for a tenth.
So different numbers stay different, and 0.1 in one file equals 0.1 in another, whatever types the files have.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from decimal import ROUND_FLOOR, Context, Decimal

from assay.tables.predicates import Scalar
from assay.tables.typed import WIDTH, Typed, boolean_as_integer

SAFE = 2**53
"""Up to this, every whole number is a float."""
_CONTEXT = Context(prec=2_000, Emax=10**6, Emin=-(10**6), traps=[])
_LONG, _HUGE = 2**63 - 1, 2**127 - 1
SHORTEST, SHORT = 15, 19
"""The digits that every float keeps, and the most digits of a whole number of 64 bits."""
MIRRORED = {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_HOLDS: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "=": Decimal.__eq__,
    "<>": Decimal.__ne__,
    "<": Decimal.__lt__,
    "<=": Decimal.__le__,
    ">": Decimal.__gt__,
    ">=": Decimal.__ge__,
}
Bind = Callable[[object], str]
Number = Typed | Decimal


def number_of(value: Scalar) -> Decimal:
    """The number that a constant stands for; raises ValueError for a text."""
    if isinstance(value, str):
        raise ValueError("not a number")  # noqa: TRY004  # as for a text that is not a number
    if isinstance(value, float):
        return Decimal(int(value)) if value.is_integer() else Decimal(repr(value))
    return Decimal(value)


def kept_by_float(value: Decimal) -> float | None:
    """The float that stands for a number; None if none does."""
    if value.is_nan():
        return None
    near = float(value)
    return near if number_of(near) == value else None


def plainly(value: Decimal) -> float | Decimal:
    """A decimal of the database as answers give it: a float if one stands for it, else the number without end zeros."""
    near = kept_by_float(value)
    if near is not None:
        return near + 0.0
    text = format(value, "f")
    return Decimal(text.rstrip("0").rstrip(".") if "." in text else text)


def plain_number(text: str) -> int | float | Decimal:
    """A whole number or decimal from its text."""
    return plainly(Decimal(text)) if "." in text else int(text)


def is_rounded(column: Typed) -> str:
    """Whether a float would round a whole number or decimal, as SQL."""
    if not column.scale:
        return f"NOT ({_is_safe(column.exact)})"
    near = f"CAST({_nearest_float(column)} AS VARCHAR)"
    return f"coalesce(TRY_CAST({near} AS {exact_type(column.scale)}) <> {column.exact}, {column.exact} IS NOT NULL)"


def compared(left: Number, operator: str, right: Number, bind: Bind) -> str:
    """Whether a comparison of two numbers holds, as SQL; unknown if one is missing. Operators are those of SQL."""
    left, right = (boolean_as_integer(side) if isinstance(side, Typed) else side for side in (left, right))
    if isinstance(left, Decimal):
        if isinstance(right, Decimal):
            return "TRUE" if _HOLDS[operator](left, right) else "FALSE"
        return compared(right, MIRRORED[operator], left, bind)
    if isinstance(right, Decimal):
        exactly = _with_constant(left, operator, right, bind)
        floats = f"{left.sql} {operator} {_float(right, bind)}" if left.partly else ""
    elif left.scale is None and right.scale is not None:
        return compared(right, MIRRORED[operator], left, bind)
    else:
        exactly, floats = _with_column(left, operator, right), f"{left.sql} {operator} {right.sql}"
    beyond = [side.exact for side in (left, right) if isinstance(side, Typed) and side.partly]
    if not beyond:
        return f"({exactly})"
    return f"(CASE WHEN {' OR '.join(f'{each} IS NULL' for each in beyond)} THEN {floats} ELSE {exactly} END)"


def combined(left: Number, operator: str, right: Number, bind: Bind) -> Number:
    """A sum, difference or product: exact up to 38 digits if both are, else that of floats."""
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        work = {"+": _CONTEXT.add, "-": _CONTEXT.subtract, "*": _CONTEXT.multiply}[operator]
        return work(left, right)
    one, other = (_typed(side, bind) if isinstance(side, Decimal) else side for side in (left, right))
    floats = f"(CAST({one.sql} AS DOUBLE) {operator} CAST({other.sql} AS DOUBLE))"
    floats = f"(CASE WHEN isnan({floats}) THEN NULL ELSE {floats} END)"
    if one.scale is None or other.scale is None:
        return Typed(floats, "number", floats)
    scale = one.scale + other.scale if operator == "*" else max(one.scale, other.scale)
    if scale > WIDTH:
        return Typed(floats, "number", floats)
    scales = (one.scale, other.scale) if operator == "*" else (scale, scale)
    first, second = (
        f"TRY_CAST({each.exact} AS {exact_type(at)})" for each, at in zip((one, other), scales, strict=True)
    )
    exact = f"TRY({first} {operator} {second})"
    return Typed(floats, "number", floats, exact=exact, scale=scale, partly=True)


def listed_numbers(column: Typed, values: Sequence[Scalar]) -> tuple[str, Sequence[object], str]:
    """A column, those of the values that it can have, and the type in which they are compared."""
    column = boolean_as_integer(column)
    numbers = [number_of(value) for value in values if not isinstance(value, str)]
    if column.scale is None:
        floats = (kept_by_float(number) for number in numbers)
        return column.sql, [each for each in floats if each is not None], "DOUBLE"
    units = [_CONTEXT.scaleb(number, column.scale) for number in numbers if number.is_finite()]
    is_short = not column.scale and column.digits <= SHORT
    most = 10**WIDTH - 1 if column.scale else _LONG if is_short else _HUGE
    wholes = [int(each) for each in units if each == each.to_integral_value() and abs(each) <= most]
    if is_short:
        return column.exact, wholes, "BIGINT"
    kind = exact_type(column.scale)
    written = [format(_CONTEXT.scaleb(Decimal(each), -column.scale), "f") for each in wholes]
    return f"CAST({column.exact} AS {kind})", written, kind


def exact_type(scale: int, digits: int = WIDTH) -> str:
    """The widest type of numbers with so many places."""
    return f"DECIMAL({max(digits, scale, 1)},{scale})" if scale else "HUGEINT"


def alike(mine: Typed, theirs: Typed) -> tuple[str, str]:
    """Two columns of numbers as expressions of one type, equal where the numbers are; NULL equals none."""
    if mine.scale is None and theirs.scale is None:
        return mine.sql, theirs.sql
    if mine.scale is None or theirs.scale is None:
        scale = theirs.scale if mine.scale is None else mine.scale
        one, other = (_equal_to_float(each, scale or 0) for each in (mine, theirs))
        return one, other
    scale = max(mine.scale, theirs.scale)
    if all(each.digits - (each.scale or 0) + scale <= WIDTH for each in (mine, theirs)):
        kind = exact_type(scale)
        return f"CAST({mine.exact} AS {kind})", f"CAST({theirs.exact} AS {kind})"
    return written_exactly(mine), written_exactly(theirs)


def written_exactly(column: Typed) -> str:
    """A whole number or decimal as text without end zeros."""
    text = f"CAST({column.exact} AS VARCHAR)"
    return f"rtrim(rtrim({text}, '0'), '.')" if column.scale else text


def _equal_to_float(column: Typed, scale: int) -> str:
    if column.scale is not None:
        return f"CAST({column.exact} AS {exact_type(scale)})"
    found = _of_float(column.sql, scale)
    near = _nearest_float(Typed("", "number", exact=found, scale=scale))
    return f"CASE WHEN {near} = {column.sql} THEN {found} END"


def _with_constant(column: Typed, operator: str, value: Decimal, bind: Bind) -> str:
    if column.scale is None:
        near = float(value)
        order = number_of(near).compare(value)
        return _shifted(column.sql, operator, f"CAST({bind(near)} AS DOUBLE)", int(order))
    present = f"CASE WHEN {column.exact} IS NOT NULL THEN {{}} END"
    if not value.is_finite():
        return present.format("TRUE" if _HOLDS[operator](Decimal(0), value) else "FALSE")
    units = _CONTEXT.scaleb(value, column.scale)
    below = int(units.to_integral_value(ROUND_FLOOR))
    if abs(below) > (10**WIDTH - 1 if column.scale else _HUGE):
        return present.format("TRUE" if _HOLDS[operator](Decimal(0), value) else "FALSE")
    return _shifted(column.exact, operator, _whole(below, column, bind), -int(units != below))


def _whole(units: int, column: Typed, bind: Bind) -> str:
    """A constant in units of a column's last place, in the column's type."""
    if not column.scale:
        return f"CAST({bind(units)} AS {'BIGINT' if -(2**63) <= units < 2**63 else 'HUGEINT'})"
    digits = column.digits if len(str(abs(units))) <= column.digits else WIDTH
    text = format(_CONTEXT.scaleb(Decimal(units), -column.scale), "f")
    return f"CAST({bind(text)} AS {exact_type(column.scale, digits)})"


def _shifted(sql: str, operator: str, near: str, order: int) -> str:
    """A comparison with a number next to `near`: `order` is −1 if `near` is less than it, 1 if it is greater."""
    if not order:
        return f"{sql} {operator} {near}"
    if operator in ("=", "<>"):
        return f"CASE WHEN {sql} IS NOT NULL THEN {'TRUE' if operator == '<>' else 'FALSE'} END"
    is_less = operator in ("<", "<=")
    return f"{sql} {('<=' if is_less else '>') if order < 0 else ('<' if is_less else '>=')} {near}"


def _with_column(left: Typed, operator: str, right: Typed) -> str:
    if left.scale is None:
        return f"{left.sql} {operator} {right.sql}"
    if right.scale is None:
        return _with_float(left, operator, right.sql)
    if left.scale > right.scale:
        return _with_column(right, MIRRORED[operator], left)
    if left.scale == right.scale:
        return f"{left.exact} {operator} {right.exact}"
    kind = exact_type(right.scale)
    if left.digits - left.scale + right.scale <= WIDTH:
        return f"CAST({left.exact} AS {kind}) {operator} {right.exact}"
    # A number that does not fit with so many places is greater than any that does.
    fitting = f"TRY_CAST({left.exact} AS {kind})"
    return (
        f"CASE WHEN {left.exact} IS NULL OR {right.exact} IS NULL THEN NULL"
        f" WHEN {fitting} IS NULL THEN {left.exact} {operator} 0 ELSE {fitting} {operator} {right.exact} END"
    )


def _with_float(left: Typed, operator: str, right: str) -> str:
    """Rounding keeps the order, so only numbers that round to the same float are compared as decimals."""
    near, found = _nearest_float(left), _of_float(right, left.scale or 0)
    settled = f"{near} <> {right}" + (f" OR {_is_safe(left.exact)}" if not left.scale else "")
    return (
        f"CASE WHEN {left.exact} IS NULL THEN NULL WHEN {settled} THEN {near} {operator} {right}"
        f" WHEN {found} IS NULL THEN CAST(0 AS DOUBLE) {operator} {right} ELSE {left.exact} {operator} {found} END"
    )


def _is_safe(sql: str) -> str:
    return f"{sql} BETWEEN -{SAFE} AND {SAFE}"


def _nearest_float(column: Typed) -> str:
    """The float nearest to a whole number or decimal; the database's own cast may be off by one place."""
    read = f"CAST(CAST({column.exact} AS VARCHAR) AS DOUBLE)"
    if column.scale:
        return read
    return f"CASE WHEN {_is_safe(column.exact)} THEN CAST({column.exact} AS DOUBLE) ELSE {read} END"


def _of_float(sql: str, scale: int) -> str:
    """A float's number, rounded to some places; NULL if it has too many digits before the point."""
    kind = exact_type(scale)
    return (
        f"CASE WHEN {sql} = trunc({sql}) THEN TRY_CAST(TRY_CAST({sql} AS HUGEINT) AS {kind})"
        f" ELSE TRY_CAST(CAST({sql} AS VARCHAR) AS {kind}) END"
    )


def _typed(value: Decimal, bind: Bind) -> Typed:
    """A constant in arithmetic; one that no decimal of 38 digits holds is a float only."""
    sql = _float(value, bind)
    if not value.is_finite():
        return Typed(sql, "number", sql)
    _, digits, exponent = value.as_tuple()
    scale = max(0, -int(exponent))
    if len(digits) + max(0, int(exponent)) > WIDTH or scale > WIDTH:
        return Typed(sql, "number", sql)
    exact = f"CAST({bind(format(value, 'f'))} AS {exact_type(scale)})"
    return Typed(sql, "number", sql, exact=exact, scale=scale)


def _float(value: Decimal, bind: Bind) -> str:
    near = float(value)
    return f"CAST({bind(near if math.isfinite(near) else str(near))} AS DOUBLE)"
