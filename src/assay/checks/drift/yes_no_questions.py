"""Yes/no questions about each column, which PSI and tests of whole distributions answer late or never.

Is the value missing? Is it this one? Does it lie beyond the range of the reference?
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from assay.checks.drift.column_decisions import MISSING, ComparedColumn
from assay.facts.values import Undefined
from assay.stats.drifting import ColumnDecision
from assay.stats.share_changes import LARGE, ShareChange

if TYPE_CHECKING:
    from assay.checks.drift.sides import SideColumn
    from assay.stats.samples import Sample

ONE_VALUE, BEYOND = "one value", "values beyond the range"
FEWEST_ROWS, LEAST_SHARE, MOST_VALUES = 10, 0.01, 20
FENCE, FURTHER = 1.5, 0.5
"""Tukey's fences, in interquartile ranges, and how far beyond them a value is another kind of value."""


def asked_shares(compared: Mapping[str, ComparedColumn], *, missingness: bool, fewest: int) -> list[ShareChange]:
    """The questions about all columns, without p-values."""
    return [
        change
        for name, column in compared.items()
        for change in _of_column(name, column, missingness=missingness, fewest=fewest)
    ]


def _of_column(name: str, column: ComparedColumn, *, missingness: bool, fewest: int) -> Iterator[ShareChange]:
    before, now = column.reference, column.current
    if missingness and (before.missing or now.missing) and min(before.rows, now.rows) >= fewest:
        yield ShareChange(name, MISSING, (before.missing, before.rows), (now.missing, now.rows))
    if not column.by_values or isinstance(column.values, Undefined):
        return
    for value, first, second in _of_values(before, now):
        yield ShareChange(name, ONE_VALUE, (first, before.there), (second, now.there), asks=("equals", value))
    if before.sample is not None and now.sample is not None:
        for asks, limit, first, second in _beyond(before.sample, now.sample):
            yield ShareChange(name, BEYOND, (first, before.there), (second, now.there), asks=(asks, limit))


def _of_values(before: SideColumn, now: SideColumn) -> Iterator[tuple[Any, int, int]]:
    """The rows with each frequent value, before and now, where both sides count it exactly."""
    counts = [_frequent(each) for each in (before, now)]
    found = {value: count for one in counts for value, count in one.items()}
    names = sorted(found, key=lambda value: (-found[value], str(value)))[:MOST_VALUES]
    for value in names:
        pair = [_count_of(each, value) for each in (before, now)]
        if pair[0] is not None and pair[1] is not None:
            yield value, pair[0], pair[1]


def _frequent(side: SideColumn) -> dict[Any, int]:
    least = max(FEWEST_ROWS, LEAST_SHARE * side.there)
    if side.categories is not None:
        return {name: count for name, count in side.categories.listed.items() if count >= least}
    if side.sample is None:
        return {}
    sample = side.sample
    kept = (sample.low == sample.high) & (sample.count >= least)
    return dict(zip(sample.low[kept].tolist(), sample.count[kept].tolist(), strict=True))


def _count_of(side: SideColumn, value: Any) -> int | None:
    """The rows with a value; None if a cell may contain it among others."""
    if side.categories is not None:
        listed = side.categories.listed
        return listed.get(value, 0) if value in listed or not side.categories.rest else None
    if side.sample is None:
        return None
    sample = side.sample
    within = (sample.low <= value) & (value <= sample.high)
    if (within & (sample.low != sample.high)).any():
        return None
    return int(sample.count[within].sum())


def _beyond(before: Sample, now: Sample) -> Iterator[tuple[Literal["below", "above"], float, int, int]]:
    """The rows below and above the range of the reference; only cells that lie beyond it as a whole count."""
    finite = np.isfinite(before.low) & np.isfinite(before.high)
    if not finite.any():
        return
    middle = _middle(before)
    if middle is None:
        return
    low, high = middle
    width = high - low
    least = min(float(before.low[finite].min()), low - FENCE * width) - FURTHER * width
    most = max(float(before.high[finite].max()), high + FENCE * width) + FURTHER * width
    yield "below", least, int(before.count[before.high < least].sum()), int(now.count[now.high < least].sum())
    yield "above", most, int(before.count[before.low > most].sum()), int(now.count[now.low > most].sum())


def _middle(sample: Sample) -> tuple[float, float] | None:
    """The quartiles or, if they are equal, the middle nine tenths; None if these are equal or infinite too."""
    total = np.cumsum(sample.count)
    for ends in ((0.25, 0.75), (0.05, 0.95)):
        places = [min(len(total) - 1, int(np.searchsorted(total, at * total[-1]))) for at in ends]
        low, high = float(sample.low[places[0]]), float(sample.low[places[1]])
        if 0 < high - low < float("inf"):
            return low, high
    return None


def share_decisions(changes: Sequence[ShareChange], level: float) -> dict[tuple[str, str], ColumnDecision]:
    """A decision for each column and question, by its surest change."""
    from assay.stats.bounded import known

    found: dict[tuple[str, str], ColumnDecision] = {}
    for change in sorted(
        changes, key=lambda each: (not (each.is_large and each.adjusted_p <= 1 - level), each.adjusted_p)
    ):
        key = (change.column, change.question)
        value = int(change.is_large and change.adjusted_p <= 1 - level)
        decision = ColumnDecision(
            name=f"{change.question} {change.column}",
            value=value,
            low=value,
            high=value,
            adjusted_p=known(change.adjusted_p),
            effect=known(change.difference),
            bar=LARGE,
        )
        found.setdefault(key, decision)
    return found
