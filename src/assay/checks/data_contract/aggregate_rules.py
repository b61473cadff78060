"""Rules on numbers of whole columns: moments, quantiles, distinct values, age."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping

from assay.checks.data_contract.rules import ContractRule
from assay.facts.values import Measure, Undefined, exact
from assay.tables.addressing import Table
from assay.tables.aggregates import ColumnSummary, Duplicates, Quantiles, Summary
from assay.tables.interleaving import QuestionRounds
from assay.tables.promises import NUMBERS, PLAIN, TIMES, Promise, fault
from assay.tables.questions import Counts

KINDS = {"distinct": PLAIN, "distinct_share": PLAIN, "age": TIMES}
FEWEST = 2
"""The fewest values that have a standard deviation."""


def measure_number(table: Table, rule: ContractRule, schema: Mapping[str, str], as_of: str) -> QuestionRounds[Measure]:
    """A number of a column; undefined if the column is absent, empty, not finite or of the wrong type."""
    name = str(rule.column)
    if fault(Promise(id=rule.id, columns=(name,), kinds=KINDS.get(rule.rule, NUMBERS)), schema) is not None:
        return Undefined(reason="not_applicable")
    if rule.rule.startswith("distinct"):
        return (yield from _distinct(table, name, share=rule.rule == "distinct_share"))
    at = [Quantiles(table, name, (float(rule.value[1:]) / 100,))] if rule.rule == "quantiles" else []
    summaries, *ranked = yield [Summary(table, (name,)), *at]
    summary = summaries[name]
    if summary.infinite or not summary.n:
        return Undefined(reason="not_finite" if summary.infinite else "empty", n=summary.rows)
    if rule.rule == "age":
        return _age(summary, as_of)
    if ranked:
        return exact(float(ranked[0][0]), summary.n)
    return _of_summary(rule.rule, summary)


def _distinct(table: Table, name: str, *, share: bool) -> QuestionRounds[Measure]:
    (repeated,) = yield [Duplicates(table, (name,))]
    if not repeated.whole:
        return Undefined(reason="empty", n=repeated.rows)
    return exact(repeated.distinct / repeated.whole if share else repeated.distinct, repeated.whole)


def measure_share_of(table: Table, other: Table) -> QuestionRounds[Measure]:
    """The number of rows of a table over that of another."""
    mine, theirs = yield [Counts(table), Counts(other)]
    if not theirs.rows:
        return Undefined(reason="empty")
    return exact(mine.rows / theirs.rows, mine.rows)


def _of_summary(rule: str, summary: ColumnSummary) -> Measure:
    if rule == "std":
        if summary.n < FEWEST:
            return Undefined(reason="too_few", n=summary.n, needed=FEWEST)
        return _finite(math.sqrt((summary.deviations or 0.0) / (summary.n - 1)), summary.n)
    mean = summary.mean if summary.mean is not None else math.nan
    values = {"min": summary.minimum, "max": summary.maximum, "mean": mean, "sum": mean * summary.n}
    return _finite(float(values[rule] or 0.0), summary.n)


def _finite(value: float, n: int) -> Measure:
    return exact(value, n) if math.isfinite(value) else Undefined(reason="not_finite", n=n)


def _age(summary: ColumnSummary, as_of: str) -> Measure:
    """Whole days from the newest value's day to the given day; negative if the value is later."""
    try:
        newest = dt.datetime.fromisoformat(str(summary.maximum))
    except ValueError:
        return Undefined(reason="not_finite", n=summary.n)
    utc = newest.astimezone(dt.UTC) if newest.tzinfo is not None else newest
    return exact((dt.date.fromisoformat(as_of) - utc.date()).days, summary.n)
