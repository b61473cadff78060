"""What the block of data hygiene may say."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from assay.checks.data_hygiene.usual_bars import HygieneBars
from assay.facts.check_parts import CheckSpec


class Spec(CheckSpec):
    """What the data must be free of; `{}` holds every finding against its usual bar."""

    train: str | None = Field(default=None, description="The data set trained on; left out: `train`, if there is one.")
    on: str | Annotated[tuple[str, ...], Field(strict=False, min_length=1)] | None = Field(
        default=None, description="The data set held apart, or a list of them; left out: `holdout`, else `test`."
    )
    bars: HygieneBars = Field(default_factory=HygieneBars, description="What each finding must keep.")
    matters: float = Field(
        default=0.01, gt=0, lt=1, description="The share of rows from which a difference between two sets matters."
    )
    level: float | None = Field(default=None, ge=0.8, lt=1, description="The confidence level; left out: 0.95.")
