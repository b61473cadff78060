"""The values that facts are made of: numbers with intervals, tables and pictures."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

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


class Estimate(Value):
    """A number that was measured, its interval, and how both were obtained.

    `low` and `high` are equal to `value` for exact counts; `level` is the confidence level. `unseen` is the share that
    a kind of row can have although none of these rows is of that kind: no interval from these rows allows for more.
    `chance` is the value that chance alone would give on as many rows. Where rows depend on each other, `clusters`
    counts the groups of rows that belong together, and `effective` the independent rows that all rows are worth.
    """

    kind: Literal["estimate"] = "estimate"
    value: Number
    low: Number
    high: Number
    n: Count
    method: str
    level: Number = 0.95
    unseen: Number | None = None
    chance: Number | None = None
    clusters: Count | None = None
    effective: Number | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Estimate:
        if not self.low <= self.value <= self.high:
            raise ValueError(f"an interval [{self.low}, {self.high}] must contain its value {self.value}")
        return self


class Undefined(Value):
    """A number that does not exist, with the reason; it has no value.

    `n` is the number of rows found, `needed` the number that would be enough; of groups of rows that belong together
    if the reason is `too_few_clusters`.
    """

    kind: Literal["undefined"] = "undefined"
    reason: Reason
    n: Count = 0
    needed: Count | None = None


Measure = Annotated[Estimate | Undefined, Field(discriminator="kind")]


def exact(value: float, n: int) -> Estimate:
    """A number that was counted, not estimated."""
    return Estimate(value=value, low=value, high=value, n=n, method="exact", level=1.0)


class Point(Value):
    """A point of a curve, with the interval of `y` and the number of rows behind it where known."""

    x: Number
    y: Number
    low: Number | None = None
    high: Number | None = None
    n: Count | None = None


class Curve(Value):
    """A line to draw, such as a ROC or a reliability curve; `diagonal` asks for the y = x reference."""

    kind: Literal["curve"] = "curve"
    title: str
    x_label: str
    y_label: str
    points: tuple[Point, ...]
    diagonal: bool = False


class Histogram(Value):
    """Counts between edges: one more edge than counts."""

    kind: Literal["histogram"] = "histogram"
    title: str
    label: str
    edges: tuple[Number, ...]
    counts: tuple[Count, ...]

    @model_validator(mode="after")
    def _fenced(self) -> Histogram:
        if len(self.edges) != len(self.counts) + 1:
            raise ValueError("a histogram has one more edge than counts")
        return self


class GroupRow(Value):
    """One group of a table: its name, its size and its measures."""

    group: str
    n: Count
    measures: dict[str, Measure]


class GroupTable(Value):
    """Measures side by side for the groups of one attribute."""

    kind: Literal["group_table"] = "group_table"
    title: str
    attribute: str
    rows: tuple[GroupRow, ...]


class Overlay(Value):
    """Two distributions, one drawn over the other: the rows of a reference and the rows compared with it.

    `edges` are the inner edges, ascending; the outer buckets are open, so there is one more bucket than edges, and a
    bucket includes its upper edge. `times` says that edges are seconds from 1970. Categories have `names` instead, one
    for each count; one more count is that of all other categories.
    """

    kind: Literal["overlay"] = "overlay"
    title: str
    label: str
    edges: tuple[Real, ...] = ()
    names: tuple[str, ...] = ()
    times: bool = False
    reference: tuple[Count, ...]
    current: tuple[Count, ...]

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
