"""What a data set promises: conditions every row must keep, and faults of columns that make them void."""

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
            looked_at = {name: Typed(name, schema[name]) for name in columns_of(promise.kept)}
            Compilation("it", looked_at, "it").condition(promise.kept)
        except DataError as error:
            return Fault(absent=False, found=str(error).removeprefix("it: "))
    return None
