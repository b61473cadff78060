"""What a data set promises: conditions every row must keep, and faults of columns that make them void."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from assay.errors import DataError
from assay.tables.conditions import Compilation, Typed, nearest
from assay.tables.expressions import parse_condition
from assay.tables.mentions import columns_of
from assay.tables.predicates import (
    All,
    AnyOf,
    Column,
    Compare,
    Condition,
    IsDuplicate,
    IsFinite,
    IsMissing,
    Matches,
    Not,
    OneOf,
    Scalar,
)
from assay.tables.questions import Tally

MISSING = "missing "
NUMBERS = ("number", "integer")
TIMES = ("date", "timestamp")
PLAIN = (*NUMBERS, *TIMES, "text", "boolean")


@dataclass(frozen=True, kw_only=True)
class Promise:
    """A rule: the columns it is about, the types they may have (any if empty), and what each row must keep.

    Without `kept` the rule is about the column itself. `optional` columns may be absent.
    """

    id: str
    columns: tuple[str, ...]
    kinds: tuple[str, ...] = ()
    kept: Condition | None = None
    optional: bool = False


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Why a rule cannot be asked of the rows: what was found, and the column that may have been meant."""

    absent: bool
    found: str
    nearest: str | None = None


def fault(promise: Promise, schema: Mapping[str, str]) -> Fault | None:
    """What is wrong with the promise's columns; None where nothing is."""
    for column in promise.columns:
        if column not in schema:
            return Fault(absent=True, found="no such column", nearest=nearest(column, schema))
        if promise.kinds and schema[column] not in promise.kinds:
            return Fault(absent=False, found=schema[column])
    if promise.kept is not None:
        try:
            Compilation("it", {name: Typed(name, kind) for name, kind in schema.items()}, "it").condition(promise.kept)
        except DataError as error:
            return Fault(absent=False, found=str(error).removeprefix("it: "))
    return None


def broken(promise: Promise, fault: Fault | None, tally: Tally, key: str) -> int:
    """The rows that break a rule, whose tally is under `key`; missing values are under MISSING + name.

    A column without any value keeps no promise; a wrong type breaks it for every value.
    """
    alone = len(promise.columns) == 1
    missing = tally.true.get(MISSING + promise.columns[0], 0) if alone and key.startswith("rule ") else 0
    if (fault is not None and fault.absent) or missing == tally.rows:
        return tally.rows
    if fault is not None:
        return tally.rows - missing
    return tally.false[key] + tally.unknown[key] if promise.kept is not None else 0


def present(column: str) -> Condition:
    """The column has a value."""
    return Not(IsMissing(column))


def in_range(column: str, low: Scalar | None, high: Scalar | None) -> Condition:
    """The value lies between two bounds; infinity lies in no range."""
    sides: list[Condition] = [] if isinstance(low, str) or isinstance(high, str) else [IsFinite(column)]
    if low is not None and low != -math.inf:
        sides.append(Compare(">=", Column(column), low))
    if high is not None and high != math.inf:
        sides.append(Compare("<=", Column(column), high))
    return _if_present(column, All(tuple(sides)))


def among(column: str, values: tuple[Scalar, ...]) -> Condition:
    """The value is one of those listed."""
    return _if_present(column, OneOf(column, values))


def matching(column: str, pattern: str) -> Condition:
    """The text matches a pattern from start to end."""
    return _if_present(column, Matches(column, pattern))


def distinct(column: str) -> Condition:
    """No other row has the value."""
    return Not(IsDuplicate(column))


def stated(name: str, text: str) -> Promise:
    """An expression across columns."""
    condition = parse_condition(text)
    return Promise(id=name, columns=tuple(dict.fromkeys(columns_of(condition))), kept=condition)


def _if_present(column: str, condition: Condition) -> Condition:
    return AnyOf((IsMissing(column), condition))
