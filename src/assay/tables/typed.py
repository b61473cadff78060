"""Typed SQL: expressions with their types in questions, and constants."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from assay.tables.predicates import Scalar

NUMERIC = ("number", "integer", "boolean")
TEMPORAL = ("date", "timestamp")


WIDTH = 38
"""The most digits of a decimal in the database."""
_DIGITS = {"TINYINT": 3, "SMALLINT": 5, "INTEGER": 10, "BIGINT": 19, "UTINYINT": 3, "USMALLINT": 5, "UINTEGER": 10}
_DECIMAL = re.compile(r"DECIMAL\((\d+),(\d+)\)")


@dataclass(frozen=True)
class Typed:
    """An SQL expression and its type in questions; `raw` is the expression before NaN became missing.

    A number that is no float also has its `exact` expression, with at most `digits` digits, `scale` of them after the
    point; `sql` of a decimal is the nearest float. If it is exact only `partly`, `exact` is NULL beyond 38 digits.
    """

    sql: str
    kind: str
    raw: str = ""
    exact: str = ""
    scale: int | None = None
    digits: int = WIDTH
    partly: bool = False

    def __post_init__(self) -> None:
        if self.kind == "integer" and self.scale is None:
            object.__setattr__(self, "exact", self.sql)
            object.__setattr__(self, "scale", 0)

    @property
    def identity(self) -> str:
        """The expression that is equal for equal values only."""
        return self.exact or self.sql


def stored(sql: str, kind: str, sql_type: str = "") -> Typed:
    """A column; a number that is NaN counts as missing."""
    decimal = _DECIMAL.fullmatch(sql_type)
    if kind == "number" and decimal is not None:
        digits, scale = map(int, decimal.groups())
        near = f"CAST({sql} AS DOUBLE)"
        return Typed(near, kind, near, exact=sql, scale=scale, digits=digits)
    if kind == "number":
        return Typed(f"(CASE WHEN isnan({sql}) THEN NULL ELSE {sql} END)", kind, sql)
    return Typed(sql, kind, sql, digits=_DIGITS.get(sql_type, WIDTH))


def as_text(value: Typed) -> str:
    """An expression as text: times as ISO 8601, other values as the database writes them, without rounding."""
    text = f"CAST({value.sql} AS VARCHAR)"
    if value.kind == "number" and value.scale is not None:
        # A decimal that a float stands for is written as the float, so that ids are alike in all formats.
        near = f"CAST(CAST(CAST({value.exact} AS VARCHAR) AS DOUBLE) AS VARCHAR)"
        whole = f"CAST({value.exact} AS VARCHAR)"
        plain = f"rtrim(rtrim({whole}, '0'), '.')" if value.scale else whole
        return (
            f"CASE WHEN TRY_CAST({near} AS DECIMAL({WIDTH},{value.scale})) = {value.exact} THEN {near} ELSE {plain} END"
        )
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
    """The type of a constant."""
    if isinstance(value, bool):
        return "boolean"
    return "integer" if isinstance(value, int) else "text" if isinstance(value, str) else "number"


def read_moment(text: str) -> dt.datetime | None:
    """The time that a text names, in UTC if it names a zone; None if it names no time."""
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is None else moment.astimezone(dt.UTC).replace(tzinfo=None)


def boolean_as_integer(value: Typed) -> Typed:
    """A truth value as 0 or 1; anything else as it is."""
    return Typed(f"CAST({value.sql} AS BIGINT)", "integer", digits=1) if value.kind == "boolean" else value
