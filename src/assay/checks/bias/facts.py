"""What bias found, as facts."""

from __future__ import annotations

from assay.facts.check_parts import CheckFacts
from assay.facts.values import Count, GroupTable, Measure, Value


class AttributeFacts(Value):
    """The groups of one attribute and the gaps between them; `excluded` counts rows without a value."""

    groups: GroupTable
    gaps: dict[str, Measure]
    excluded: Measure


class BiasSetFacts(Value):
    """The facts of one data set, by attribute; a missing label or score makes every rate and gap undefined.

    `clusters` counts the groups of rows that belong together, if the manifest names their column.
    """

    rows: Count
    clusters: Count | None = None
    missing_labels: Count
    missing_scores: Count
    attributes: dict[str, AttributeFacts]


class Facts(CheckFacts):
    """The facts of each data set, or the manifest's reason why no row is about a person."""

    sets: dict[str, BiasSetFacts]
    nobody_concerned: str | None = None
