"""What quality found, as facts."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from assay.facts.check_parts import CheckFacts
from assay.facts.values import Count, Curve, GroupTable, Histogram, Measure, Undefined, Value

Picture = Annotated[Curve | Histogram | Undefined, Field(discriminator="kind")]


class SliceFacts(Value):
    """The groups of one slice column, and the worst of them for each metric that has a bar per slice."""

    table: GroupTable
    worst: dict[str, Measure]


class QualitySetFacts(Value):
    """The facts of one data set; a missing label makes every metric undefined.

    `clusters` counts the groups of rows that belong together, if the manifest names their column.
    """

    rows: Count
    clusters: Count | None = None
    missing_labels: Count
    metrics: dict[str, Measure]
    slices: dict[str, SliceFacts]
    pictures: dict[str, Picture]


class Facts(CheckFacts):
    """The facts of each data set."""

    sets: dict[str, QualitySetFacts]
