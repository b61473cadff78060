"""A profile: counts of a table's values between edges, so that two tables can be compared without their rows.

A profile made alone takes its edges from its own quantiles. A profile made like a reference takes the reference's edges
and categories; such profiles of parts of the data can be merged into the profile of all of it.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from assay.canonical import canonical, digest
from assay.documents.handed_in import read_document
from assay.facts.values import Count, Value

Digest = Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")]
Real = Annotated[float, Field(allow_inf_nan=False)]
"""A number as it is: edges of times and of offset numbers need every digit."""
Kind = Literal["number", "integer", "boolean", "text", "date", "timestamp", "other"]
MAX_BYTES = 1 << 28
BUCKETS = 120
"""Buckets of equal mass; their edges include every tenth, quarter and half."""


class Numbers(Value):
    """A column of numbers or times (seconds from 1970), counted between ascending edges; the outer buckets are open.

    A bucket holds the values above one edge, up to and including the next. `low`, `high` and `total` are the smallest,
    the largest and the sum of a bucket's finite values, or null if it has none. `quantiles` are pairs of a share and a
    value (Hyndman and Fan 1996, type 1); only a column with its own edges has any. `deviations` is the sum of squared
    deviations from the mean. A sum that no float can hold is null.
    """

    mean: Real | None = Field(description="Mean of the values.")
    deviations: Annotated[Real, Field(ge=0)] | None = Field(description="Sum of squared deviations from the mean.")
    quantiles: tuple[tuple[Real, Real], ...] = Field((), description="Pairs of a share and the value that it reaches.")
    edges: tuple[Real, ...] = Field(description="Inner edges of the buckets, ascending.")
    counts: tuple[Count, ...] = Field(description="Values in each bucket.")
    low: tuple[Real | None, ...] = Field(description="Smallest value of each bucket.")
    high: tuple[Real | None, ...] = Field(description="Largest value of each bucket.")
    total: tuple[Real | None, ...] = Field(description="Sum of the values of each bucket.")

    @model_validator(mode="after")
    def _edges_fit(self) -> Numbers:
        sizes = {len(self.counts), len(self.low), len(self.high), len(self.total)}
        if sizes != {len(self.edges) + 1}:
            raise ValueError("numbers have one more bucket than edges")
        if list(self.edges) != sorted(set(self.edges)):
            raise ValueError("edges must ascend")
        for count, low, high in zip(self.counts, self.low, self.high, strict=True):
            if count and (low is None or high is None or low > high):
                raise ValueError("a bucket with values needs a smallest and a largest value")
        return self


class Categories(Value):
    """A column of texts or booleans: the counts of some values, and the count of all others (`rest`)."""

    values: tuple[tuple[str | bool, Count], ...] = Field(description="Pairs of a value and its count.")
    rest: Count = Field(description="Count of all other values.")

    @model_validator(mode="after")
    def _distinct(self) -> Categories:
        if len({name for name, _ in self.values}) < len(self.values):
            raise ValueError("each value must occur once")
        return self


class ColumnProfile(Value):
    """One column: `n` counts finite values, `missing` missing ones, `negative` and `positive` infinite ones.

    If it is `hidden`, the profile holds only these counts of it. `distinct` is null if it is not known.
    """

    kind: Kind = Field(description="Type of the column.")
    n: Count = Field(description="Finite values.")
    missing: Count = Field(description="Missing values.")
    negative: Count = Field(0, description="Values of minus infinity.")
    positive: Count = Field(0, description="Values of plus infinity.")
    distinct: Count | None = Field(None, description="Different values; null if not known.")
    hidden: bool = Field(default=False, description="Whether only these counts are told.")
    numbers: Numbers | None = Field(None, description="Counts between edges, of a column of numbers or times.")
    categories: Categories | None = Field(None, description="Counts of values, of a column of texts or booleans.")

    @model_validator(mode="after")
    def _counts_add_up(self) -> ColumnProfile:
        if self.numbers is not None and sum(self.numbers.counts) != self.n:
            raise ValueError("the buckets' counts must add up to `n`")
        if self.categories is not None and sum(c for _, c in self.categories.values) + self.categories.rest != self.n:
            raise ValueError("the categories' counts must add up to `n`")
        if self.numbers is not None and self.categories is not None:
            raise ValueError("a column has numbers or categories, not both")
        return self


class Profile(Value):
    """The profile of a table.

    `sources` are the digests of its files; `like` is the digest of the reference whose edges and categories it uses.
    """

    page: Literal["profile"] = Field("profile", description="Which page this is.")
    rows: Count = Field(description="Rows of the table.")
    sources: tuple[Digest, ...] = Field(description="Digests of the files.")
    like: Digest | None = Field(None, description="Digest of the reference whose edges it uses.")
    columns: dict[str, ColumnProfile] = Field(description="Profile of each column by name.")

    @model_validator(mode="after")
    def _counts_add_up(self) -> Profile:
        for name, column in self.columns.items():
            if column.n + column.missing + column.negative + column.positive != self.rows:
                raise ValueError(f"the counts of `{name}` do not add up to {self.rows} rows")
        return self

    def content(self) -> bytes:
        """The profile's canonical bytes."""
        return canonical(self.model_dump(mode="json", exclude_none=False))

    def digest(self) -> str:
        """The digest of the profile's canonical bytes."""
        return digest(self.content())

    def kinds(self) -> dict[str, str]:
        """The columns with their types, as `questions.Schema` names them."""
        return {name: column.kind for name, column in self.columns.items()}


def read_profile(content: bytes, name: str) -> Profile:
    """The profile in some bytes; raises DataError if they do not hold one."""
    hint = "Write it again with `assay profile DATA --out FILE`."
    return read_document(content, Profile, schema="profile", refusal=f"`{name}` is not a profile", hint=hint)
