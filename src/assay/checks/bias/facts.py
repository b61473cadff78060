"""What bias found, as facts."""

from __future__ import annotations

from pydantic import Field

from assay.facts.check_parts import CheckFacts
from assay.facts.values import Count, GroupTable, Measure, Value


class AttributeFacts(Value):
    """The groups of one attribute and the gaps between them; `excluded` counts rows without a value."""

    groups: GroupTable = Field(description="Each group with its rows and rates.")
    gaps: dict[str, Measure] = Field(
        description="Gaps between groups by metric: differences, or ratios for the metrics named so."
    )
    excluded: Measure = Field(description="Rows without a value of the attribute.")


class BiasSetFacts(Value):
    """The facts of one data set, by attribute; a missing label or score makes every rate and gap undefined.

    `clusters` counts the groups of rows that belong together, if the manifest names their column.
    """

    rows: Count = Field(description="Rows of the data set.")
    clusters: Count | None = Field(
        None, description="Groups of rows that belong together, if the manifest names their column."
    )
    missing_labels: Count = Field(description="Rows without a label.")
    missing_scores: Count = Field(description="Rows without a score.")
    attributes: dict[str, AttributeFacts] = Field(description="Groups and gaps by sensitive attribute.")


class Facts(CheckFacts):
    """The facts of each data set, or the manifest's reason why no row is about a person."""

    sets: dict[str, BiasSetFacts] = Field(description="Facts by data set.")
    nobody_concerned: str | None = Field(None, description="The manifest's reason why no row is about a person.")
