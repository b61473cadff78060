"""Summaries of columns: how much is there, how large and how long it is."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from assay.tables.aggregates import ColumnSummary, Summary
from assay.tables.conditions import NUMERIC, TEMPORAL, Typed, as_text
from assay.tables.connection import double
from assay.tables.counting import plain
from assay.tables.predicates import Condition
from assay.tables.single_pass import Pass

# Beyond it a sum of squares may be infinite: such columns are made smaller first, which is exact.
LARGE, SMALLER = 1e140, 2.0**-520

Found = dict[str, Any]


def summary(one: Pass, question: Summary) -> Callable[[], dict[str, ColumnSummary]]:
    """Asks what the columns hold as a whole."""
    asked = {name: _column(one, one.compilation.present(name), question.where) for name in question.columns}
    return lambda: {name: answer() for name, answer in asked.items()}


def _column(one: Pass, column: Typed, condition: Condition | None) -> Callable[[], ColumnSummary]:
    where, finite = one.where(condition), one.value(_finite(column))
    counts = [one.ask(f"count({what}){where}") for what in ("*", one.value(_there(column)), finite)]
    aggregates = {name: one.ask(sql) for name, sql in _aggregates(column, finite, where).items()}

    def answer() -> ColumnSummary:
        rows, there, n = (int(one.found[each]) for each in counts)
        found: Found = {name: plain(one.found[aggregate]) for name, aggregate in aggregates.items()}
        if n and column.kind in NUMERIC:
            found |= _moments(one, column, condition, found)
            found["deviations"] = found["deviations"] * n if found["deviations"] is not None else None
        return ColumnSummary(column.kind, rows, rows - there, there - n, n, **found)

    return answer


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
    number = f"CAST({finite} AS DOUBLE)"
    return {
        "minimum": least,
        "maximum": most,
        "mean": f"favg({number}){where}",
        "deviations": f"var_pop({number}){where}",
    }


def _moments(one: Pass, column: Typed, condition: Condition | None, found: Found) -> Found:
    """Mean and variance, without what would overflow on the way; None where they are beyond a float themselves."""
    if max(abs(float(found["minimum"])), abs(float(found["maximum"]))) < LARGE:
        return {"mean": found["mean"], "deviations": found["deviations"]}
    again = Pass(one.connection, one.compilation)
    smaller = again.value(f"CAST({_finite(column)} AS DOUBLE) * {double(SMALLER)}")
    where = again.where(condition)
    mean, variance = again.ask(f"favg({smaller}){where}"), again.ask(f"var_pop({smaller}){where}")
    again.run()
    moments = {"mean": again.found[mean] / SMALLER, "deviations": again.found[variance] / SMALLER / SMALLER}
    return {name: value if math.isfinite(value) else None for name, value in moments.items()}
