"""Summaries of columns: counts, extremes, moments and lengths."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from assay.tables.aggregates import ColumnSummary, Summary
from assay.tables.connection import double
from assay.tables.counting import plain
from assay.tables.predicates import Condition
from assay.tables.single_pass import Pass
from assay.tables.typed import NUMERIC, TEMPORAL, Typed, as_text

# Beyond this, a sum of squares may be infinite, so such columns are scaled down first, which is exact.
LARGE, SMALLER = 1e140, 2.0**-520
# Squares around a point lose digits if it is this many times farther away than the values' spread.
FAR = 1e4
_SIZES = -40

Found = dict[str, Any]
Moments = Callable[[], Found]


def summary(one: Pass, question: Summary) -> Callable[[], dict[str, ColumnSummary]]:
    """The summaries of the columns, once the pass ran."""
    asked = {name: _column(one, one.compilation.present(name), question.where) for name in question.columns}
    return lambda: {name: answer() for name, answer in asked.items()}


def _column(one: Pass, column: Typed, condition: Condition | None) -> Callable[[], ColumnSummary]:
    where, finite = one.where(condition), one.value(_finite(column))
    is_decimal = column.kind == "number" and column.scale is not None
    extreme = one.value(column.exact) if is_decimal else finite
    counts = [one.ask(f"count({what}){where}") for what in ("*", one.value(_there(column)), finite)]
    aggregates = {name: one.ask(sql) for name, sql in _aggregates(column, extreme, where).items()}
    moments = _moments(one, column, condition) if column.kind in NUMERIC else None

    def answer() -> ColumnSummary:
        rows, there, n = (int(one.found[each]) for each in counts)
        found: Found = {name: plain(one.found[aggregate]) for name, aggregate in aggregates.items()}
        if n and moments is not None:
            large = max(abs(float(found["minimum"])), abs(float(found["maximum"]))) >= LARGE
            found |= _again(one, column, condition, SMALLER) if large else moments()
        return ColumnSummary(column.kind, rows, rows - there, there - n, n, **found)

    return answer


def _moments(
    one: Pass, column: Typed, condition: Condition | None, unit: float = 1.0, middle: float | None = None
) -> Moments:
    """The mean and the squared deviations, once the pass ran: sums around a point near the values keep their digits."""
    where, number = one.where(condition), f"CAST({_finite(column)} AS DOUBLE) * {double(unit)}"
    distance = one.value(f"{number} - {one.middle(number) if middle is None else double(middle)}")
    sums = (f"count({distance})", f"fsum({distance})", f"fsum({distance} * {distance})")
    keys = [one.ask(f"{sql}{where}") for sql in sums]

    def answer() -> Found:
        n, first, second = (one.found[key] for key in keys)
        mean = (one.near(number) if middle is None else middle) + first / n
        deviations = max(second - first * first / n, 0.0)
        if middle is None and first * first / n > FAR * deviations:
            return _again(one, column, condition, unit, mean)
        found = {"mean": _rounded_mean(mean, deviations / n) / unit, "deviations": deviations / unit / unit}
        return {name: value if math.isfinite(value) else None for name, value in found.items()}

    return answer


def _rounded_mean(mean: float, variance: float) -> float:
    """A mean without the digits that depend on the order of the rows, such as all of a standardised column's."""
    if not (math.isfinite(mean) and 0 < variance < math.inf):
        return mean
    digit = 2.0 ** (math.frexp(math.sqrt(variance))[1] + _SIZES)
    return round(mean / digit) * digit if digit > 0 and abs(mean / digit) < 2.0**53 else mean


def _there(column: Typed) -> str:
    if column.kind == "other":
        return f"CASE WHEN {column.sql} IS NULL THEN NULL ELSE 1 END"
    return f"length({column.sql})" if column.kind == "text" else column.sql


def _finite(column: Typed) -> str:
    if column.kind == "number":
        raw = column.raw or column.sql
        return f"CASE WHEN isfinite({raw}) THEN {raw} END"
    if column.kind in TEMPORAL:
        return f"CASE WHEN isfinite({column.sql}) THEN {column.sql} END"
    return f"CAST({column.sql} AS INTEGER)" if column.kind == "boolean" else _there(column)


def _aggregates(column: Typed, finite: str, where: str) -> dict[str, str]:
    least, most = f"min({finite}){where}", f"max({finite}){where}"
    if column.kind in TEMPORAL:
        return {"minimum": as_text(Typed(least, column.kind)), "maximum": as_text(Typed(most, column.kind))}
    if column.kind == "text":
        return {"shortest": least, "longest": most}
    if column.kind not in NUMERIC:
        return {}
    return {"minimum": least, "maximum": most}


def _again(one: Pass, column: Typed, condition: Condition | None, unit: float, middle: float | None = None) -> Found:
    """The moments from another scan of the rows, in another unit or around a better point."""
    again = Pass(one.connection, one.compilation)
    moments = _moments(again, column, condition, unit, middle)
    again.run()
    return moments()
