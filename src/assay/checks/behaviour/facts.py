"""What behaviour tests found, as facts."""

from __future__ import annotations

from pydantic import Field

from assay.facts.check_parts import CheckFacts
from assay.facts.values import Count, Measure, Value


class ExpectationOutcome(Value):
    """A test's result: the share of the changed rows that passed, and the ids of some that failed."""

    pass_rate: Measure = Field(description="Share of the changed rows for which the expectation holds, 0 to 1.")
    largest_movement: Measure = Field(description="Largest absolute change of the score, in units of the score.")
    rows: Count = Field(description="Rows of the data set.")
    applicable: Count = Field(description="Rows that the change applies to.")
    not_applicable: Count = Field(description="Rows that the change leaves as they are.")
    failing: Count = Field(description="Changed rows for which the expectation does not hold.")
    keys: tuple[str, ...] = Field((), description="Ids of some failing rows.")


class Facts(CheckFacts):
    """Every test, by data set and name."""

    sets: dict[str, dict[str, ExpectationOutcome]] = Field(description="Results by data set and name of the test.")
