"""Counts of rows by group, label and prediction, from the cells of a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from assay.errors import DataError
from assay.facts.values import Undefined
from assay.stats.confusion import Confusion

Key = tuple[str | int | float | bool | None, ...]


@dataclass(frozen=True, kw_only=True)
class GroupTally:
    """The number of rows of a group with this label and this prediction; None is missing."""

    group: Key
    positive: bool | None
    selected: bool | None
    rows: int


def read_tallies(width: int, cells: Mapping[Key, int]) -> tuple[GroupTally, ...]:
    """The tallies in some cells; raises DataError for a label that is not a class of the model.

    A cell's key holds `width` values of the group, whether the label is positive, whether it is of the model's classes,
    and, where there are predictions, whether the score is a probability and whether it reaches the threshold.
    """
    found = []
    for key, rows in cells.items():
        positive, known, *score = key[width:]
        if positive is not None and known is not True:
            raise DataError("The label has values other than the model's classes.")
        probable, reached = score or (None, None)
        selected = None if probable is not True or reached is None else bool(reached)
        label = None if positive is None else bool(positive)
        found.append(GroupTally(group=key[:width], positive=label, selected=selected, rows=rows))
    return tuple(found)


def unmeasurable(tallies: Sequence[GroupTally], *, predicted: bool) -> Undefined | None:
    """Why these rows have no rates: no predictions, a missing label, a score that is no probability; or None."""
    n = sum(each.rows for each in tallies)
    if not predicted:
        return Undefined(reason="no_predictions", n=n)
    if any(each.positive is None for each in tallies):
        return Undefined(reason="missing_labels", n=n)
    return Undefined(reason="not_probabilities", n=n) if any(each.selected is None for each in tallies) else None


def confusions(tallies: Iterable[GroupTally]) -> dict[Key, Confusion]:
    """The confusion matrix of each group; rows without a label or prediction do not count."""
    cells: dict[Key, dict[tuple[bool | None, bool | None], int]] = {}
    for each in tallies:
        counts = cells.setdefault(each.group, {})
        counts[each.positive, each.selected] = counts.get((each.positive, each.selected), 0) + each.rows
    return {
        group: Confusion(
            tp=counts.get((True, True), 0),
            fn=counts.get((True, False), 0),
            fp=counts.get((False, True), 0),
            tn=counts.get((False, False), 0),
        )
        for group, counts in cells.items()
    }
