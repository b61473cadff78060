"""What quality found, as facts."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from assay.facts.check_parts import CheckFacts
from assay.facts.values import Count, Curve, GroupTable, Histogram, Measure, Undefined, Value

Picture = Annotated[Curve | Histogram | Undefined, Field(discriminator="kind")]


class SliceFacts(Value):
    """The groups of one slice column, and the worst of them for each metric that has a bar per slice."""

    table: GroupTable = Field(description="Each slice with its rows and metrics.")
    worst: dict[str, Measure] = Field(description="Worst slice's value of each metric that has a bar per slice.")


class QualitySetFacts(Value):
    """The facts of one data set; a missing label makes every metric undefined.

    `clusters` counts the groups of rows that belong together, if the manifest names their column.
    """

    rows: Count = Field(description="Rows of the data set.")
    clusters: Count | None = Field(
        None, description="Groups of rows that belong together, if the manifest names their column."
    )
    missing_labels: Count = Field(description="Rows without a label.")
    metrics: dict[str, Measure] = Field(description="Metrics by name.")
    slices: dict[str, SliceFacts] = Field(description="Metrics of slices, by slice column.")
    pictures: dict[str, Picture] = Field(description="Curves and histograms by name.")


class Facts(CheckFacts):
    """The facts of each data set."""

    sets: dict[str, QualitySetFacts] = Field(description="Facts by data set.")
