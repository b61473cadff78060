"""The rules of a data contract, as the manifest writes them."""

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
    """Values that must occur in another data set."""

    set: str = Field(description="The data set that holds the values.")
    column: str = Field(description="Its column.")
    together: dict[str, str] = Field(
        default={},
        alias="with",
        description="Further columns that must agree in the same row: this one's name, theirs.",
    )
    mostly: MostlyText | None = Field(None, description='The share of the rows that must keep it, such as ">= 99%".')


class ColumnRules(CheckSpec):
    """What a column must keep; a value that is missing breaks `nulls` and no other rule."""

    type: Kind | None = Field(None, description="Type of the column; an integer is also a number.")
    nulls: Nulls = Field(
        default=False, description='Missing values: false (none), true (any), or a share such as "<= 1%".'
    )
    range: Tolerant[Range] | None = Field(
        None, description="Lowest and highest value, both allowed; null leaves a side open. Dates are texts."
    )
    above: Tolerant[OneBound] | None = Field(None, description="What every value exceeds.")
    below: Tolerant[OneBound] | None = Field(None, description="What every value stays below.")
    one_of: Tolerant[Constants] | None = Field(None, alias="in", description="The values allowed.")
    not_in: Tolerant[Constants] | None = Field(None, description="Values that are not allowed.")
    includes: Constants | None = Field(None, description="Values each of which must occur.", max_length=100)
    most_common: Constants | None = Field(None, description="Values one of which must be the most frequent.")
    matches: Tolerant[Pattern] | None = Field(
        None, description="Regular expression (RE2) that texts match from start to end."
    )
    not_matches: Tolerant[Pattern] | None = Field(
        None, description="Regular expression (RE2) that no text matches from start to end."
    )
    length: Tolerant[Lengths] | None = Field(
        None, description="Fewest and most characters of a text; null leaves a side open."
    )
    date_form: Tolerant[TimeForm] | None = Field(
        None, description='How a date is written as text, such as "%Y-%m-%d"; the date must exist.'
    )
    deviations: Tolerant[Annotated[float, Field(gt=0, allow_inf_nan=False)]] | None = Field(
        None, description="How many standard deviations a value may lie from the mean."
    )
    unique: Tolerant[bool] = Field(default=False, description="Whether no value may occur twice.")
    order: Order | None = Field(None, description="How values follow one another, in the order of the rows.")
    references: References | None = Field(None, description="Where else the values must occur.")
    min: Bounds | None = Field(None, description="Bounds on the lowest number.")
    max: Bounds | None = Field(None, description="Bounds on the highest number.")
    mean: Bounds | None = Field(None, description="Bounds on the mean.")
    std: Positive | None = Field(None, description="Bounds on the standard deviation (n - 1).")
    sum: Bounds | None = Field(None, description="Bounds on the sum.")
    quantiles: dict[Quantile, Bounds] | None = Field(
        None, description="Bounds on quantiles: p50 is the median, p99.9 exceeds 99.9% of the values.", min_length=1
    )
    distinct: Positive | None = Field(None, description="Bounds on the number of distinct values.")
    distinct_share: Share | None = Field(None, description="Bounds on distinct values over values.")
    age: Bounds | None = Field(None, description="Bounds on the days from the newest value to `as_of`.")
    required: bool = Field(default=True, description="Whether the column must exist.")

    @field_validator("nulls")
    @classmethod
    def _share(cls, value: Nulls) -> Nulls:
        if isinstance(value, Limit) and (value.direction != "at_most" or not 0 <= value.limit < 1):
            raise ValueError('`nulls` is an upper bound on a share, such as "<= 1%"')
        return value

    @model_validator(mode="after")
    def _kept_by_some(self) -> ColumnRules:
        if isinstance(self.unique, Mostly) and not self.unique.rule:
            raise ValueError("`unique: {is: false}` asks for nothing")
        if self.age is not None and self.age.at_least is None and (self.age.at_most or 0) < 0:
            raise ValueError("`age` is at least 0, so nothing can keep `at_most` below it; say `at_least` too")
        numbers = [name for name in NUMBERS_OF_COLUMNS if getattr(self, name) is not None]
        if numbers and not self.required:
            raise ValueError(
                f"`required: false` leaves no number to bound by `{numbers[0]}` where the column is absent"
            )
        return self


class RowRules(CheckSpec):
    """How many rows there must be."""

    at_least: Annotated[int, Field(ge=1)] | None = Field(None, description="The fewest rows.")
    at_most: Annotated[int, Field(ge=0)] | None = Field(None, description="The most rows.")
    share_of: dict[str, Positive] = Field(
        {}, description="Bounds on the rows over the rows of another data set, by its name."
    )

    @model_validator(mode="after")
    def _says_something(self) -> RowRules:
        if self.at_least is None and self.at_most is None and not self.share_of:
            raise ValueError("`at_least`, `at_most` or `share_of` is needed: without them nothing is asked")
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise ValueError("`at_least` must not exceed `at_most`")
        return self

    def sides(self) -> dict[str, float]:
        """The bounds on the number itself that were written, by side."""
        written = {"at_least": self.at_least, "at_most": self.at_most}
        return {side: limit for side, limit in written.items() if limit is not None}


class ColumnsRule(CheckSpec):
    """Which columns there must be."""

    exactly: Names | None = Field(None, description="The columns: all of these and no others.")
    ordered: bool = Field(default=False, description="Whether those of `exactly` come in this order.")
    closed: bool = Field(default=False, description="Whether every column must have a rule.")
    count: Positive | None = Field(None, description="Bounds on the number of columns.")

    @model_validator(mode="after")
    def _says_something(self) -> ColumnsRule:
        if self.exactly is None and not self.closed and self.count is None:
            raise ValueError("`exactly`, `closed` or `count` is needed: without them nothing is asked")
        if self.ordered and self.exactly is None:
            raise ValueError("`ordered` needs `exactly`, which says the order")
        if self.exactly is not None and len(set(self.exactly)) < len(self.exactly):
            raise ValueError("expected each column once")
        return self


class When(CheckSpec):
    """A condition for some rows, or one that a share of the rows may break."""

    when: Expression | None = Field(None, description="The rows that are asked; left out: all.")
    then: Expression = Field(description="What must hold of them; unknown is broken.")
    mostly: MostlyText | None = Field(None, description='The share of them that must keep it, such as ">= 99%".')


def _written(value: Any) -> str:
    return "a block" if isinstance(value, dict | When) else "a text"


Condition = Annotated[
    Annotated[Expression, Tag("a text")] | Annotated[When, Tag("a block")],
    Discriminator(_written),
]


class Rules(CheckSpec):
    """Rules by column; `rows` is about their number."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, ColumnRules]
    rows: RowRules | None = Field(None, description="How many rows there must be.")

    def by_column(self) -> Mapping[str, ColumnRules]:
        """The rules of each column."""
        return self.__pydantic_extra__
