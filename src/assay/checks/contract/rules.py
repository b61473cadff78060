"""The rules of a data contract, as the manifest writes them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, field_validator

from assay.measuring import BarText, CheckSpec, Limit

Kind = Literal["number", "integer", "text", "boolean", "date", "timestamp"]
Constant = str | int | float | bool


def listed(value: object) -> object:
    """A YAML list as a tuple; anything else as it is."""
    return tuple(value) if isinstance(value, list) else value


def _readable(text: str) -> str:
    from assay.tables.expressions import ExpressionError, parse_condition

    try:
        parse_condition(text)
    except ExpressionError as error:
        raise ValueError(f"the condition {error}") from error
    return text


Expression = Annotated[str, AfterValidator(_readable)]


def _moment(text: str) -> None:
    try:
        dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"`{text}` is neither a number nor a date such as 2026-01-31") from error


Nulls = bool | BarText


class ColumnRules(CheckSpec):
    """What a column must keep; a value that is missing breaks `nulls` and no other rule."""

    type: Kind | None = Field(None, description="Type of the column; an integer is also a number.")
    nulls: Nulls = Field(
        default=False, description='Missing values: false (none), true (any), or a share such as "<= 1%".'
    )
    range: Annotated[tuple[float | str | None, float | str | None], BeforeValidator(listed)] | None = Field(
        None, description="Lowest and highest value, both allowed; null leaves a side open. Dates are texts."
    )
    one_of: Annotated[tuple[Constant, ...], BeforeValidator(listed), Field(min_length=1)] | None = Field(
        None, alias="in", description="The values allowed."
    )
    matches: str | None = Field(None, description="Regular expression (RE2) that texts match from start to end.")
    unique: bool = Field(default=False, description="Whether no value may occur twice.")
    required: bool = Field(default=True, description="Whether the column must exist.")

    @field_validator("nulls")
    @classmethod
    def _share(cls, value: Nulls) -> Nulls:
        if isinstance(value, Limit) and (value.direction != "at_most" or not 0 <= value.limit < 1):
            raise ValueError('`nulls` is an upper bound on a share, such as "<= 1%"')
        return value

    @field_validator("range")
    @classmethod
    def _ordered(cls, value: tuple[Any, Any] | None) -> tuple[Any, Any] | None:
        if value is not None:
            low, high = value
            if low is None and high is None:
                raise ValueError("a range needs a lowest or a highest value")
            for bound in (low, high):
                if isinstance(bound, str):
                    _moment(bound)
            if low is not None and high is not None and (isinstance(low, str) != isinstance(high, str) or low > high):
                raise ValueError("a range's lowest value must not exceed its highest")
        return value

    @field_validator("matches")
    @classmethod
    def _pattern(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                re.compile(value)
            except re.error as error:
                raise ValueError(f"is not a regular expression: {error}") from error
            if re.search(r"\(\?(=|!|<=|<!|P=|>|\()|\\[1-9]", value):
                raise ValueError("RE2 has no look-around and no back-references")
        return value

    def stated(self) -> dict[str, str]:
        """The rules that are to be kept, by name, with the key of the manifest that says so (empty if none does)."""
        written = {"type": self.type, "range": self.range, "in": self.one_of, "matches": self.matches}
        rules = {"required": "required" if "required" in self.model_fields_set else ""} if self.required else {}
        if self.nulls is not True:
            rules["nulls"] = "nulls" if "nulls" in self.model_fields_set else ""
        rules |= {name: name for name, value in written.items() if value is not None}
        return rules | ({"unique": "unique"} if self.unique else {})


class RowRules(CheckSpec):
    """How many rows there must be."""

    at_least: Annotated[int, Field(ge=0)] | None = Field(None, description="The fewest rows.")
    at_most: Annotated[int, Field(ge=0)] | None = Field(None, description="The most rows.")


class Rules(CheckSpec):
    """Rules by column; `rows` is about their number."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, ColumnRules]
    rows: RowRules | None = Field(None, description="How many rows there must be.")

    def by_column(self) -> Mapping[str, ColumnRules]:
        """The rules of each column."""
        return self.__pydantic_extra__
