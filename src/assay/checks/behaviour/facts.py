"""What behaviour tests found, as facts."""

from __future__ import annotations

from assay.facts.check_parts import CheckFacts
from assay.facts.values import Count, Measure, Value


class ExpectationOutcome(Value):
    """A test's result: the share of the changed rows that passed, and the ids of some that failed."""

    pass_rate: Measure
    largest_movement: Measure
    rows: Count
    applicable: Count
    not_applicable: Count
    failing: Count
    keys: tuple[str, ...] = ()


class Facts(CheckFacts):
    """Every test, by data set and name."""

    sets: dict[str, dict[str, ExpectationOutcome]]
