"""The values that facts are made of: numbers with intervals, tables and pictures."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from assay.canonical import significant

Number = Annotated[float, Field(allow_inf_nan=False), AfterValidator(significant)]
Real = Annotated[float, Field(allow_inf_nan=False)]
"""A number as it is: edges of times and of offset numbers need every digit."""
Count = Annotated[int, Field(ge=0, lt=2**53)]
Reason = Literal[
    "too_few",
    "too_few_clusters",
    "one_class",
    "one_group",
    "empty",
    "not_finite",
    "missing_labels",
    "unnamed_label",
    "lacks_label",
    "no_predictions",
    "not_applicable",
    "tail_dominates",
    "zero_rates",
    "nothing_compared",
    "not_probabilities",
    "absent_class",
]

FEW = frozenset({"too_few", "too_few_clusters"})
"""The reasons that more rows would remove."""
_PLAIN_FROM, _PLAIN_TO = Decimal("1e-6"), Decimal("1e15")


class Value(BaseModel):
    """A frozen, closed record."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    def revised(self, **values: Any) -> Self:
        """The record with other values, which are validated and rounded like the first (`model_copy` does neither)."""
        return type(self)(**{**dict(self), **values})


class Estimate(Value):
    """A number that was measured, its interval, and how both were obtained.

    `low` and `high` are equal to `value` for exact counts. No interval from these rows allows for more rows of a kind
    that none of them is of than `unseen`. `clusters` and `effective` are there where rows depend on each other.
    """

    kind: Literal["estimate"] = Field("estimate", description="Says that the number was measured.")
    value: Number = Field(description="The number that was measured.")
    low: Number = Field(description="Lower end of the interval.")
    high: Number = Field(description="Upper end of the interval.")
    n: Count = Field(description="Rows that the number is of.")
    method: str = Field(description="How the interval was obtained; `exact` for a count.")
    level: Number = Field(0.95, description="Confidence level of the interval.")
    unseen: Number | None = Field(
        None, description="Largest share that a kind of row can have although none of these rows is of it."
    )
    chance: Number | None = Field(None, description="Value that chance alone would give on as many rows.")
    clusters: Count | None = Field(None, description="Groups of rows that belong together.")
    effective: Number | None = Field(None, description="Independent rows that all these rows are worth.")

    @model_validator(mode="after")
    def _ordered(self) -> Estimate:
        if not self.low <= self.value <= self.high:
            raise ValueError(f"an interval [{self.low}, {self.high}] must contain its value {self.value}")
        return self


class Undefined(Value):
    """A number that does not exist, with the reason; it has no value."""

    kind: Literal["undefined"] = Field("undefined", description="Says that the number does not exist.")
    reason: Reason = Field(description="Why the number does not exist.")
    n: Count = Field(0, description="Rows found, or groups of rows for `too_few_clusters`.")
    needed: Count | None = Field(None, description="Rows, or groups of rows, that would be enough.")


Measure = Annotated[Estimate | Undefined, Field(discriminator="kind")]


def exact(value: float, n: int) -> Estimate:
    """A number that was counted, not estimated."""
    return Estimate(value=value, low=value, high=value, n=n, method="exact", level=1.0)


class Point(Value):
    """A point of a curve, with the interval of `y` and the number of rows behind it where known."""

    x: Number = Field(description="Position on the horizontal axis.")
    y: Number = Field(description="Position on the vertical axis.")
    low: Number | None = Field(None, description="Lower end of the interval of `y`.")
    high: Number | None = Field(None, description="Upper end of the interval of `y`.")
    n: Count | None = Field(None, description="Rows behind the point.")


class Curve(Value):
    """A line to draw, such as a ROC or a reliability curve; `diagonal` asks for the y = x reference."""

    kind: Literal["curve"] = Field("curve", description="Says that the picture is a curve.")
    title: str = Field(description="Title of the picture.")
    x_label: str = Field(description="Label of the horizontal axis.")
    y_label: str = Field(description="Label of the vertical axis.")
    points: tuple[Point, ...] = Field(description="Points in the order in which they are joined.")
    diagonal: bool = Field(default=False, description="Whether the line y = x is drawn for reference.")


class Histogram(Value):
    """Counts between edges: one more edge than counts."""

    kind: Literal["histogram"] = Field("histogram", description="Says that the picture is a histogram.")
    title: str = Field(description="Title of the picture.")
    label: str = Field(description="Label of the horizontal axis.")
    edges: tuple[Number, ...] = Field(description="Edges of the buckets, ascending.")
    counts: tuple[Count, ...] = Field(description="Rows in each bucket.")

    @model_validator(mode="after")
    def _fenced(self) -> Histogram:
        if len(self.edges) != len(self.counts) + 1:
            raise ValueError("a histogram has one more edge than counts")
        return self


class GroupRow(Value):
    """One group of a table: its name, its size and its measures."""

    group: str = Field(description="Name of the group.")
    n: Count = Field(description="Rows of the group.")
    measures: dict[str, Measure] = Field(description="Measures of the group by name.")


class GroupTable(Value):
    """Measures side by side for the groups of one attribute."""

    kind: Literal["group_table"] = Field("group_table", description="Says that the value is a table of groups.")
    title: str = Field(description="Title of the table.")
    attribute: str = Field(description="Column, or columns, that the rows are grouped by.")
    rows: tuple[GroupRow, ...] = Field(description="The groups.")


class Overlay(Value):
    """Two distributions, one drawn over the other: the rows of a reference and the rows compared with it.

    `edges` are the inner edges, ascending; the outer buckets are open, so there is one more bucket than edges, and a
    bucket includes its upper edge. `times` says that edges are seconds from 1970. Categories have `names` instead, one
    for each count; one more count is that of all other categories.
    """

    kind: Literal["overlay"] = Field("overlay", description="Says that the picture is an overlay.")
    title: str = Field(description="Title of the picture.")
    label: str = Field(description="Label of the horizontal axis.")
    edges: tuple[Real, ...] = Field((), description="Inner edges of the buckets, ascending.")
    names: tuple[str, ...] = Field((), description="Names of the categories, for a column of categories.")
    times: bool = Field(default=False, description="Whether edges are seconds from 1970.")
    reference: tuple[Count, ...] = Field(description="Rows of the reference in each bucket.")
    current: tuple[Count, ...] = Field(description="Rows compared with it in each bucket.")

    @model_validator(mode="after")
    def _paired(self) -> Overlay:
        buckets = len(self.reference)
        if len(self.current) != buckets:
            raise ValueError("an overlay has the same number of counts on both sides")
        if self.names and (self.edges or self.times):
            raise ValueError("an overlay has edges or names, not both")
        if buckets != len(self.edges or self.names) + 1 and not (self.names and buckets == len(self.names)):
            raise ValueError("an overlay has one more count than edges, or one for each name and one for all others")
        if any(one >= other for one, other in zip(self.edges, self.edges[1:], strict=False)):
            raise ValueError("an overlay's edges must ascend")
        return self


Picture = Annotated[Curve | Histogram | GroupTable | Overlay, Field(discriminator="kind")]
"""A value that is drawn."""


def exact_text(number: float) -> str:
    """A number as people write it, with every digit and no exponent; very large and small ones have an exponent."""
    exact = Decimal(repr(float(number)))
    if not exact.is_finite() or (exact and not _PLAIN_FROM <= abs(exact) < _PLAIN_TO):
        return f"{number!r}"
    return f"{int(exact)}" if exact == exact.to_integral() else f"{exact.normalize():f}"
