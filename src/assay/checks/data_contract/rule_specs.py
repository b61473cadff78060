"""The rules of a data contract, as a manifest writes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    field_validator,
    model_validator,
)

from assay.checks.data_contract.bounds import Bounds, Mostly, MostlyText, Positive, Share, Tolerant
from assay.checks.data_contract.literals import (
    Constants,
    Expression,
    Lengths,
    Names,
    Nulls,
    OneBound,
    Pattern,
    Quantile,
    Range,
    TimeForm,
)
from assay.facts.check_parts import CheckSpec, Limit

Kind = Literal["number", "integer", "text", "boolean", "date", "timestamp"]
Order = Literal["increasing", "strictly increasing", "decreasing", "strictly decreasing"]
NUMBERS_OF_COLUMNS = ("min", "max", "mean", "std", "sum", "quantiles", "distinct", "distinct_share", "age")
"""The keys that bound a number of a whole column."""


class References(CheckSpec):
    """A rule that the values must occur in another data set."""

    set: str = Field(description="The other data set.")
    column: str = Field(description="Its column that holds the values.")
    together: dict[str, str] = Field(
        default={},
        alias="with",
        description="More columns that must match in the same row: the name here, and the name there.",
    )
    mostly: MostlyText | None = Field(None, description='The share of rows that must keep the rule, such as ">= 99%".')


class ColumnRules(CheckSpec):
    """Rules on a column; a missing value breaks `nulls` and no other rule."""

    type: Kind | None = Field(None, description="Type of the column; integers are numbers too.")
    nulls: Nulls = Field(
        default=False, description='Missing values: false (none allowed), true (any), or a share such as "<= 1%".'
    )
    range: Tolerant[Range] | None = Field(
        None, description="Lowest and highest allowed value; null leaves a side open. Write dates as texts."
    )
    above: Tolerant[OneBound] | None = Field(None, description="Every value must be above this.")
    below: Tolerant[OneBound] | None = Field(None, description="Every value must be below this.")
    one_of: Tolerant[Constants] | None = Field(None, alias="in", description="The allowed values.")
    not_in: Tolerant[Constants] | None = Field(None, description="The forbidden values.")
    includes: Constants | None = Field(None, description="Values that must all occur.", max_length=100)
    most_common: Constants | None = Field(None, description="One of these values must be the most frequent.")
    matches: Tolerant[Pattern] | None = Field(
        None, description="Regular expression (RE2) that must match each whole text."
    )
    not_matches: Tolerant[Pattern] | None = Field(
        None, description="Regular expression (RE2) that must not match any whole text."
    )
    length: Tolerant[Lengths] | None = Field(
        None, description="Fewest and most characters of each text; null leaves a side open."
    )
    date_form: Tolerant[TimeForm] | None = Field(
        None, description='The form of dates in texts, such as "%Y-%m-%d"; each date must exist.'
    )
    deviations: Tolerant[Annotated[float, Field(gt=0, allow_inf_nan=False)]] | None = Field(
        None, description="The most standard deviations that a value may lie from the mean."
    )
    unique: Tolerant[bool] = Field(default=False, description="Whether each value may occur only once.")
    order: Order | None = Field(None, description="The order of the values from row to row.")
    references: References | None = Field(None, description="Another data set in which each value must occur.")
    min: Bounds | None = Field(None, description="Bounds on the lowest number.")
    max: Bounds | None = Field(None, description="Bounds on the highest number.")
    mean: Bounds | None = Field(None, description="Bounds on the mean.")
    std: Positive | None = Field(None, description="Bounds on the standard deviation (n - 1).")
    sum: Bounds | None = Field(None, description="Bounds on the sum.")
    quantiles: dict[Quantile, Bounds] | None = Field(
        None, description="Bounds on quantiles: p50 is the median, p99.9 exceeds 99.9% of the values.", min_length=1
    )
    distinct: Positive | None = Field(None, description="Bounds on the number of distinct values.")
    distinct_share: Share | None = Field(None, description="Bounds on the share of values that are distinct.")
    age: Bounds | None = Field(None, description="Bounds on the number of days from the newest value to `as_of`.")
    required: bool = Field(default=True, description="Whether the column must exist.")

    @field_validator("nulls")
    @classmethod
    def _share(cls, value: Nulls) -> Nulls:
        if isinstance(value, Limit) and (value.direction != "at_most" or not 0 <= value.limit < 1):
            raise ValueError('`nulls` is an upper bound on a share, such as "<= 1%"')
        return value

    @model_validator(mode="after")
    def _can_be_kept(self) -> ColumnRules:
        if isinstance(self.unique, Mostly) and not self.unique.rule:
            raise ValueError("`unique: {is: false}` requires nothing")
        if self.age is not None and self.age.at_least is None and (self.age.at_most or 0) < 0:
            raise ValueError("`age` is at least 0, so no data can meet a negative `at_most`; add `at_least`")
        numbers = [name for name in NUMBERS_OF_COLUMNS if getattr(self, name) is not None]
        if numbers and not self.required:
            raise ValueError(
                f"an absent column has no number for `{numbers[0]}` to bound, so `required: false` is not allowed"
            )
        return self


class RowRules(CheckSpec):
    """Rules on the number of rows."""

    at_least: Annotated[int, Field(ge=1)] | None = Field(None, description="The fewest rows allowed.")
    at_most: Annotated[int, Field(ge=0)] | None = Field(None, description="The most rows allowed.")
    share_of: dict[str, Positive] = Field(
        {}, description="Bounds on the number of rows over that of another data set, by its name."
    )

    @model_validator(mode="after")
    def _says_something(self) -> RowRules:
        if self.at_least is None and self.at_most is None and not self.share_of:
            raise ValueError("`at_least`, `at_most` or `share_of` is needed: without them nothing is required")
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise ValueError("`at_least` must not exceed `at_most`")
        return self

    def sides(self) -> dict[str, float]:
        """The given bounds on the number itself, by direction."""
        written = {"at_least": self.at_least, "at_most": self.at_most}
        return {side: limit for side, limit in written.items() if limit is not None}


class ColumnsRule(CheckSpec):
    """Rules on the columns of a data set."""

    exactly: Names | None = Field(None, description="The columns that must exist, and no others.")
    ordered: bool = Field(default=False, description="Whether the columns must have the order of `exactly`.")
    closed: bool = Field(default=False, description="Whether every column must have a rule.")
    count: Positive | None = Field(None, description="Bounds on the number of columns.")

    @model_validator(mode="after")
    def _says_something(self) -> ColumnsRule:
        if self.exactly is None and not self.closed and self.count is None:
            raise ValueError("`exactly`, `closed` or `count` is needed: without them nothing is required")
        if self.ordered and self.exactly is None:
            raise ValueError("`ordered` needs `exactly`, which gives the order")
        if self.exactly is not None and len(set(self.exactly)) < len(self.exactly):
            raise ValueError("expected each column once")
        return self


class When(CheckSpec):
    """A condition on some rows, or one that a share of the rows may break."""

    when: Expression | None = Field(None, description="Condition that selects the rows. Optional; default: all rows.")
    then: Expression = Field(description="Condition that the rows must meet; an unknown result breaks it.")
    mostly: MostlyText | None = Field(None, description='The share of these rows that must meet it, such as ">= 99%".')


def _written(value: Any) -> str:
    return "a block" if isinstance(value, dict | When) else "a text"


Condition = Annotated[
    Annotated[Expression, Tag("a text")] | Annotated[When, Tag("a block")],
    Discriminator(_written),
]


class Rules(CheckSpec):
    """Rules by column; `rows` bounds the number of rows."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, ColumnRules]
    rows: RowRules | None = Field(None, description="Rules on the number of rows.")

    def by_column(self) -> Mapping[str, ColumnRules]:
        """The rules of each column."""
        return self.__pydantic_extra__
