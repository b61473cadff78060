"""Leakage: whether a column gives the label away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assay.checks.data_hygiene.facts import ColumnStrength, LeakageFacts
from assay.checks.data_hygiene.inspected_sets import MOST_NAMES, NUMBERS, InspectedSets
from assay.facts.values import Estimate, Measure, Reason, Undefined

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assay.checks.data_hygiene.predictive_strength import Strength


def measure_leakage(inspected: InspectedSets, level: float) -> LeakageFacts:
    """How well each feature, the id and the time alone predict the label, on a sample of rows."""
    context, name = inspected.context, inspected.learned
    tested = list(inspected.features(name))
    tested += [
        column
        for column in (context.id, context.time)
        if column and inspected.has(name, column) and column not in tested
    ]
    if context.label is None or not inspected.has(name, context.label):
        return _nothing("missing_labels", 0)
    if not tested:
        return _nothing("not_applicable", 0)
    return _strengths(inspected, inspected.samples[name], tested, level)


def _strengths(inspected: InspectedSets, found: Mapping[str, Any], tested: list[str], level: float) -> LeakageFacts:
    from assay.checks.data_hygiene.predictive_strength import among_classes, among_numbers, class_masks, ranked
    from assay.stats.grouping import missing
    from assay.stats.intervals import bonferroni

    labels = found[str(inspected.context.label)]
    kept = ~missing(labels)
    rows, labels = int(kept.sum()), labels[kept]
    if not rows:
        return _nothing("missing_labels" if len(kept) else "empty", 0)
    if ranked(labels)[1] == 1:
        return _nothing("one_class", rows)
    each, seed = bonferroni(level, len(tested)), inspected.seed
    strengths: dict[str, Strength] = {}
    regression = inspected.context.task == "regression"
    if regression and inspected.kinds[inspected.learned][str(inspected.context.label)] not in NUMBERS:
        return _nothing("not_applicable", rows)
    classes = [] if regression else class_masks(labels, inspected.context.positive)
    for column in tested:
        values = found[column][kept]
        strengths[column] = (
            among_numbers(values, labels, level=each, seed=seed)
            if regression
            else among_classes(values, classes, level=each, seed=seed)
        )
    ordered = sorted(strengths, key=lambda column: (-strengths[column].estimate.value, column))
    return LeakageFacts(
        strongest=_strongest([strength.estimate for strength in strengths.values()], level),
        columns=len(tested),
        rows=rows,
        by_column={
            column: ColumnStrength(strength=strengths[column].estimate, by=strengths[column].by)
            for column in ordered[:MOST_NAMES]
        },
    )


def _strongest(found: list[Estimate], level: float) -> Measure:
    """The largest strength, with limits that cover all columns together."""
    best = max(found, key=lambda each: each.value)
    low, high = max(each.low for each in found), max(each.high for each in found)
    return Estimate(value=best.value, low=min(low, best.value), high=high, n=best.n, method=best.method, level=level)


def _nothing(reason: Reason, rows: int) -> LeakageFacts:
    return LeakageFacts(strongest=Undefined(reason=reason, n=rows), columns=0, rows=rows, by_column={})
