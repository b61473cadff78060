"""Single values as a contract writes them: bounds of a range, lists, patterns, dates, expressions."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from assay.facts.check_parts import BarText
from assay.manifest.block_parts import listed

Constant = str | int | float | bool
Bound = float | str


def _readable(text: str) -> str:
    from assay.tables.expressions import ExpressionError, parse_condition

    try:
        parse_condition(text)
    except ExpressionError as error:
        raise ValueError(f"the condition {error}") from error
    return text


def _pattern(text: str) -> str:
    from assay.tables.forms import checked_pattern

    return checked_pattern(text)


def _time_form(text: str) -> str:
    from assay.tables.forms import time_pattern

    time_pattern(text)
    return text


def _bound(value: Bound) -> Bound:
    if isinstance(value, str):
        moment(value)
    elif not abs(value) < float("inf"):
        raise ValueError("expected a finite number; leave a side open with null")
    return value


def moment(text: str) -> dt.datetime:
    """The moment that a text names; raises ValueError if it names none."""
    try:
        return dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"`{text}` is neither a number nor a date such as 2026-01-31") from error


def _ascending(value: tuple[Any, Any]) -> tuple[Any, Any]:
    low, high = value
    if low is None and high is None:
        raise ValueError("a range needs a lowest or a highest value")
    if low is not None and high is not None and (isinstance(low, str) != isinstance(high, str) or low > high):
        raise ValueError("a range's lowest value must not exceed its highest")
    return value


def _some_length(value: tuple[int | None, int | None]) -> tuple[int | None, int | None]:
    if value[1] is None and not value[0]:
        raise ValueError("every text has at least 0 characters, so this requires nothing")
    return value


Expression = Annotated[str, AfterValidator(_readable)]
OneBound = Annotated[Bound, AfterValidator(_bound)]
Range = Annotated[tuple[OneBound | None, OneBound | None], BeforeValidator(listed), AfterValidator(_ascending)]
Size = Annotated[int, Field(ge=0)]
Lengths = Annotated[
    tuple[Size | None, Size | None], BeforeValidator(listed), AfterValidator(_ascending), AfterValidator(_some_length)
]
Constants = Annotated[tuple[Constant, ...], BeforeValidator(listed), Field(min_length=1)]
Pattern = Annotated[str, AfterValidator(_pattern)]
TimeForm = Annotated[str, AfterValidator(_time_form)]
Names = Annotated[tuple[str, ...], BeforeValidator(listed), Field(min_length=1)]
Nulls = bool | BarText
Quantile = Annotated[str, Field(pattern=r"^p[0-9]{1,2}(\.[0-9]{1,3})?$")]
