"""A profile: what a table's columns hold, in counts between edges, so that two tables compare without their rows.

A profile made by itself has edges of its own, at its quantiles. One made like a reference has the reference's edges and
categories; such profiles of parts of the data merge into the profile of the whole.
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
"""Buckets of equal mass; every tenth, quarter and half of them is a quantile that people know."""


class Numbers(Value):
    """A column of numbers or times (seconds from 1970) between ascending edges, the outer buckets being open.

    A value lies above one edge up to the next. `low`, `high` and `total` are the least, the largest and the sum of a
    bucket's finite values, and null where it has none. `quantiles` are values at shares, as Hyndman and Fan 1996,
    type 1; there are none unless the edges are the column's own. `deviations` is the sum of squared deviations. Sums
    that no float holds are null.
    """

    mean: Real | None
    deviations: Annotated[Real, Field(ge=0)] | None
    quantiles: tuple[tuple[Real, Real], ...] = ()
    edges: tuple[Real, ...]
    counts: tuple[Count, ...]
    low: tuple[Real | None, ...]
    high: tuple[Real | None, ...]
    total: tuple[Real | None, ...]

    @model_validator(mode="after")
    def _fenced(self) -> Numbers:
        sizes = {len(self.counts), len(self.low), len(self.high), len(self.total)}
        if sizes != {len(self.edges) + 1}:
            raise ValueError("numbers have one more bucket than edges")
        if list(self.edges) != sorted(set(self.edges)):
            raise ValueError("edges must ascend")
        for count, low, high in zip(self.counts, self.low, self.high, strict=True):
            if count and (low is None or high is None or low > high):
                raise ValueError("a bucket that holds something has a least and a largest value")
        return self


class Categories(Value):
    """A column of texts or booleans: how often some values occur, and all others together."""

    values: tuple[tuple[str | bool, Count], ...]
    rest: Count

    @model_validator(mode="after")
    def _distinct(self) -> Categories:
        if len({name for name, _ in self.values}) < len(self.values):
            raise ValueError("each value stands once")
        return self


class ColumnProfile(Value):
    """One column: `n` values are there and finite, `missing` are not there, `negative` and `positive` are infinite.

    Where values are `hidden`, nothing but these counts is told. `distinct` is null where it is not known.
    """

    kind: Kind
    n: Count
    missing: Count
    negative: Count = 0
    positive: Count = 0
    distinct: Count | None = None
    hidden: bool = False
    numbers: Numbers | None = None
    categories: Categories | None = None

    @model_validator(mode="after")
    def _summed(self) -> ColumnProfile:
        if self.numbers is not None and sum(self.numbers.counts) != self.n:
            raise ValueError("the buckets' counts must add up to `n`")
        if self.categories is not None and sum(c for _, c in self.categories.values) + self.categories.rest != self.n:
            raise ValueError("the categories' counts must add up to `n`")
        if self.numbers is not None and self.categories is not None:
            raise ValueError("a column has numbers or categories, not both")
        return self


class Profile(Value):
    """What a table's columns hold.

    `sources` are the digests of its files, `like` that of the reference profile that it is made like.
    """

    page: Literal["profile"] = "profile"
    rows: Count
    sources: tuple[Digest, ...]
    like: Digest | None = None
    columns: dict[str, ColumnProfile]

    @model_validator(mode="after")
    def _whole(self) -> Profile:
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
    """A profile from its bytes; raises DataError where they are none."""
    hint = "Write it again with `assay profile DATA --out FILE`."
    return read_document(content, Profile, schema="profile", refusal=f"`{name}` is not a profile", hint=hint)
