"""The block of `data_hygiene`."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from assay.checks.data_hygiene.usual_bars import HygieneBars
from assay.facts.check_parts import CheckSpec


class Spec(CheckSpec):
    """The faults that the data must not have; `{}` uses the default bar of every finding."""

    train: str | None = Field(
        default=None, description="The training data. Optional; default: `train`, if that data set exists."
    )
    on: str | Annotated[tuple[str, ...], Field(strict=False, min_length=1)] | None = Field(
        default=None, description="The held-out data set, or a list of them. Optional; default: `holdout`, else `test`."
    )
    bars: HygieneBars = Field(default_factory=HygieneBars, description="Bounds on the findings.")
    exempt: dict[str, Annotated[str, Field(min_length=10, max_length=300)]] = Field(
        default_factory=dict,
        description="Features that may give the label away, each with the reason. Optional; default: none.",
    )
    matters: float = Field(
        default=0.01, gt=0, lt=1, description="The smallest difference between two sets' shares of rows that matters."
    )
    level: float | None = Field(
        default=None, ge=0.8, lt=1, description="The confidence level. Optional; default: 0.95."
    )
