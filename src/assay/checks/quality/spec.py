"""The block of `quality`."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, ValidationInfo, field_validator

from assay.facts.check_parts import CheckSpec
from assay.stats.metric_bars import MetricName, QualityBars

Quartiles = Annotated[dict[str, Literal["quartiles"]], Field(min_length=1, max_length=1)]


class Spec(CheckSpec):
    """How well the model predicts, as a whole and by slice."""

    on: str | Annotated[tuple[str, ...], Field(strict=False, min_length=1)] | None = Field(
        default=None, description="The data set, or a list of them. Optional; default: `holdout`, else `test`."
    )
    metrics: tuple[MetricName, ...] = Field(
        default=(), strict=False, description="The metrics to compute. Optional; default: the usual ones of the task."
    )
    slices: tuple[str | Quartiles, ...] = Field(
        default=(), strict=False, description="Columns to slice by: a name, or `{name: quartiles}` for numbers."
    )
    bars: QualityBars = Field(default_factory=QualityBars, description="Bounds on the metrics of the whole data set.")
    bars_per_slice: QualityBars = Field(
        default_factory=QualityBars, description="Bounds on the metrics of the worst slice."
    )
    smallest_slice: int = Field(
        default=30,
        ge=1,
        description="The fewest rows that a slice or the data set needs, and those that a rate is a share of.",
    )
    level: float | None = Field(
        default=None, ge=0.8, lt=1, description="The confidence level. Optional; default: 0.95."
    )

    @field_validator("slices")
    @classmethod
    def _distinct(cls, slices: tuple[str | dict[str, str], ...]) -> tuple[str | dict[str, str], ...]:
        keys = [slice_key(each) for each in slices]
        if len(set(keys)) < len(keys):
            raise ValueError("expected each slice once")
        return slices

    @field_validator("bars_per_slice")
    @classmethod
    def _sliced(cls, bars: QualityBars, info: ValidationInfo) -> QualityBars:
        if bars and info.data.get("slices") == ():
            raise ValueError("expected `slices` too: without slices these bars apply to nothing")
        return bars


def slice_column(each: str | dict[str, Any]) -> str:
    """The column that a slice groups by."""
    return each if isinstance(each, str) else next(iter(each))


def slice_key(each: str | dict[str, Any]) -> str:
    """The name of a slice column, as facts and bars call it."""
    return each if isinstance(each, str) else f"{slice_column(each)} (quartiles)"
