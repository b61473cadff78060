"""How far a metric moved between two independent samples, such as the reference and the current data."""

from __future__ import annotations

import math

from assay.facts.check_parts import Direction
from assay.facts.values import Estimate, Measure, Undefined
from assay.stats.intervals import estimate


def difference_of_measures(current: Estimate | Undefined, reference: Estimate | Undefined) -> Measure:
    """`current - reference` with the interval that theirs give (MOVER, Zou and Donner 2008); both need one level."""
    for each in (current, reference):
        if isinstance(each, Undefined):
            return each
    if not (isinstance(current, Estimate) and isinstance(reference, Estimate)):
        raise TypeError("expected two measures")
    if current.level != reference.level:
        raise ValueError("expected two intervals of one level")
    value = current.value - reference.value
    low = value - math.hypot(current.value - current.low, reference.high - reference.value)
    high = value + math.hypot(current.high - current.value, reference.value - reference.low)
    return estimate(value, (low, high), n=current.n + reference.n, method="mover", level=current.level)


def worsening(current: Estimate | Undefined, reference: Estimate | Undefined, direction: Direction) -> Measure:
    """By how much a metric got worse (negative: better); the direction `at_least` means that higher is better."""
    return (
        difference_of_measures(reference, current)
        if direction == "at_least"
        else difference_of_measures(current, reference)
    )
