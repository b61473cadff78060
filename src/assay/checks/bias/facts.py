"""What bias found, as facts."""

from __future__ import annotations

from assay.facts.check_parts import CheckFacts
from assay.facts.values import Count, GroupTable, Measure, Value


class AttributeFacts(Value):
    """The groups of one attribute and the gaps between them; `excluded` counts rows left out for want of a value."""

    groups: GroupTable
    gaps: dict[str, Measure]
    excluded: Measure


class BiasSetFacts(Value):
    """What was found on one data set, by attribute. A missing label or score leaves no rate and no gap."""

    rows: Count
    missing_labels: Count
    missing_scores: Count
    attributes: dict[str, AttributeFacts]


class Facts(CheckFacts):
    """What was found, by data set."""

    sets: dict[str, BiasSetFacts]
