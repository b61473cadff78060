"""The block of `bias`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator

from assay.facts.check_parts import CheckSpec
from assay.stats.metric_bars import GapBars

CROSS = " × "


By = str | tuple[str, ...]


class Spec(CheckSpec):
    """How differently the model treats groups of people."""

    on: str | Annotated[tuple[str, ...], Field(strict=False, min_length=1)] | None = Field(
        default=None, description="The data set, or a list of them. Optional; default: `holdout`, else `test`."
    )
    by: tuple[str | Annotated[tuple[str, ...], Field(strict=False, min_length=2)], ...] = Field(
        default=(),
        strict=False,
        description="The columns to group by; an inner list groups by the combinations of its columns. Needed, unless "
        "`data.sensitive` says that no row is about a person.",
    )
    bars: GapBars = Field(default_factory=GapBars, description="Bounds on the gaps of every attribute.")
    smallest_group: int = Field(
        default=30, ge=1, description="The fewest rows that a group's rate needs; with fewer the gap is undefined."
    )
    missing: Literal["group", "exclude"] = Field(
        default="group",
        description="Rows without a value: `group` makes them a group, `exclude` leaves them out and counts them.",
    )
    level: float | None = Field(
        default=None, ge=0.8, lt=1, description="The confidence level. Optional; default: 0.95."
    )

    @field_validator("by")
    @classmethod
    def _distinct(cls, by: tuple[By, ...]) -> tuple[By, ...]:
        names = [attribute_name(each) for each in by]
        if len(set(names)) < len(names) or any(len(set(columns_of(each))) < len(columns_of(each)) for each in by):
            raise ValueError("expected each attribute once")
        return by


def columns_of(by: By) -> tuple[str, ...]:
    """The columns that an attribute is made of."""
    return (by,) if isinstance(by, str) else by


def attribute_name(by: By) -> str:
    """The name of an attribute, as facts and bars call it."""
    return CROSS.join(columns_of(by))
