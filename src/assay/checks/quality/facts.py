"""What quality found, as facts."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from assay.facts.check_parts import CheckFacts
from assay.facts.values import Count, Curve, GroupTable, Histogram, Measure, Undefined, Value

Picture = Annotated[Curve | Histogram | Undefined, Field(discriminator="kind")]


class SliceFacts(Value):
    """The groups of one slicing, and the worst of them for each metric that has a bar per slice."""

    table: GroupTable
    worst: dict[str, Measure]


class QualitySetFacts(Value):
    """What was found on one data set. A missing label makes every metric undefined."""

    rows: Count
    missing_labels: Count
    metrics: dict[str, Measure]
    slices: dict[str, SliceFacts]
    pictures: dict[str, Picture]


class Facts(CheckFacts):
    """What was found, by data set."""

    sets: dict[str, QualitySetFacts]
