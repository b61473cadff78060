"""Typed SQL: expressions with their types in questions, and constants."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from assay.tables.predicates import Scalar

NUMERIC = ("number", "integer", "boolean")
TEMPORAL = ("date", "timestamp")
SQL_TYPES = {"text": "VARCHAR", "boolean": "BOOLEAN", "integer": "BIGINT", "number": "DOUBLE"}


@dataclass(frozen=True)
class Typed:
    """An SQL expression and its type in questions; `raw` is the expression before NaN became missing."""

    sql: str
    kind: str
    raw: str = ""


def stored(sql: str, kind: str) -> Typed:
    """A column; a number that is NaN counts as missing."""
    return Typed(f"(CASE WHEN isnan({sql}) THEN NULL ELSE {sql} END)" if kind == "number" else sql, kind, sql)


def as_text(value: Typed) -> str:
    """An expression as text: times as ISO 8601, other values as the database writes them."""
    text = f"CAST({value.sql} AS VARCHAR)"
    return f"replace({text}, ' ', 'T')" if value.kind == "timestamp" else text


def as_seconds(value: Typed) -> str:
    """A date or timestamp as seconds since 1970 in UTC, to the microsecond; infinite times stay infinite."""
    moment = f"CAST({value.sql} AS TIMESTAMP)"
    infinite = f"CAST(CASE WHEN {moment} > TIMESTAMP 'epoch' THEN 'inf' ELSE '-inf' END AS DOUBLE)"
    return f"CASE WHEN isinf({moment}) THEN {infinite} ELSE CAST(epoch_us({moment}) AS DOUBLE) / 1e6 END"


def nearest(name: str, names: Iterable[str]) -> str | None:
    """The name that was probably meant, regardless of case."""
    folded = {known.casefold(): known for known in names}
    near = get_close_matches(name.casefold(), folded, n=1)
    return folded[near[0]] if near else None


def kind_of(value: Scalar) -> str:
    """The type of a constant; an integer beyond 64 bits is a number."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer" if -(2**63) <= value < 2**63 else "number"
    return "number" if isinstance(value, float) else "text"


def is_comparable(value: Scalar, kind: str) -> bool:
    """Whether a listed value can equal a value of a column; NaN and integers beyond 64 bits equal nothing."""
    if isinstance(value, str):
        return kind == "text" or kind in TEMPORAL
    exact = not math.isnan(value) if isinstance(value, float) else -(2**63) <= value < 2**63
    return kind in NUMERIC and exact


def read_moment(text: str) -> dt.datetime | None:
    """The time that a text names, in UTC if it names a zone; None if it names no time."""
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is None else moment.astimezone(dt.UTC).replace(tzinfo=None)


def boolean_as_integer(value: Typed) -> Typed:
    """A truth value as 0 or 1; anything else as it is."""
    return Typed(f"CAST({value.sql} AS BIGINT)", "integer") if value.kind == "boolean" else value
