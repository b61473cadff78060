"""Promises of a data set: conditions that every row must meet, and faults of columns that prevent the test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assay.errors import DataError
from assay.tables.conditions import Compilation
from assay.tables.mentions import columns_of
from assay.tables.predicates import Condition
from assay.tables.typed import Typed, nearest

NUMBERS = ("number", "integer")
TIMES = ("date", "timestamp")
PLAIN = (*NUMBERS, *TIMES, "text", "boolean")


@dataclass(frozen=True, kw_only=True)
class Promise:
    """A promise: its columns, the types that they may have (any if empty), and the condition on each row (`kept`).

    Without `kept` the promise is about the columns themselves. `optional` columns may be absent.
    """

    id: str
    columns: tuple[str, ...]
    kinds: tuple[str, ...] = ()
    kept: Condition | None = None
    optional: bool = False


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Why a promise cannot be tested: what was found instead, and the column that was probably meant."""

    absent: bool
    found: str
    nearest: str | None = None


def fault(promise: Promise, schema: Mapping[str, str]) -> Fault | None:
    """The fault in the promise's columns; None if there is none."""
    for column in promise.columns:
        if column not in schema:
            return Fault(absent=True, found="no such column", nearest=nearest(column, schema))
        if promise.kinds and schema[column] not in promise.kinds:
            return Fault(absent=False, found=schema[column])
    if promise.kept is not None:
        try:
            looked_at = {name: Typed(name, schema[name]) for name in columns_of(promise.kept)}
            Compilation("it", looked_at, "it").condition(promise.kept)
        except DataError as error:
            return Fault(absent=False, found=str(error).removeprefix("it: "))
    return None
