"""All columns compared, in portions where every value is read, so that the values of few columns are held at a time."""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from assay.checks.drift.column_decisions import ComparedColumn, compare, decisions_of, open_columns
from assay.checks.drift.comparison_rounds import cells_of, read_columns, read_exactly, reads_values
from assay.checks.drift.text_readings import with_strays
from assay.checks.drift.yes_no_questions import asked_shares

if TYPE_CHECKING:
    from assay.checks.drift.column_decisions import DriftThresholds
    from assay.checks.drift.sides import Side
    from assay.stats.share_changes import ShareChange
    from assay.tables.questions import Question

CELLS, MOST_PORTIONS = 1 << 22, 100
"""The cells that a portion may have, unless that makes too many portions."""
Compared = tuple[dict[str, ComparedColumn], list["ShareChange"]]


def compare_columns(
    sides: tuple[Side, Side], names: Sequence[str], valued: Collection[str], thresholds: DriftThresholds, seed: int
) -> Generator[list[Question], list[Any], Compared]:
    """Every column compared, and the yes/no questions about it; those in `valued` are judged by their values."""
    if not reads_values(*sides):
        return (yield from _compare_within_bounds(sides, names, valued, thresholds, seed))
    found, asked = dict[str, ComparedColumn](), list["ShareChange"]()
    for part in portions(sides, names):
        seen = yield from read_columns(*sides, part, seed)
        for name in part:
            column = compare(*with_strays(seen.pop(name), sides, name), thresholds, by_values=name in valued)
            asked += _asked({name: column}, thresholds)
            found[name] = replace(column, reference=column.reference.counted(), current=column.current.counted())
    return found, asked


def _compare_within_bounds(
    sides: tuple[Side, Side], names: Sequence[str], valued: Collection[str], thresholds: DriftThresholds, seed: int
) -> Generator[list[Question], list[Any], Compared]:
    """The same by sketches first, then by every value of the columns whose bounds leave the decision open."""
    seen = yield from read_columns(*sides, names, seed)
    seen = {name: with_strays(both, sides, name) for name, both in seen.items()}
    found = {name: compare(*both, thresholds, by_values=name in valued) for name, both in seen.items()}
    if closer := open_columns(found, decisions_of(found, thresholds)):
        seen = yield from read_exactly(*sides, closer, seen)
        seen = {name: with_strays(both, sides, name) for name, both in seen.items()}
        found |= {name: compare(*seen[name], thresholds, by_values=name in valued) for name in closer}
    return found, _asked(found, thresholds)


def portions(sides: tuple[Side, Side], names: Sequence[str]) -> Iterator[list[str]]:
    """The columns in their order, in parts of about as many cells."""
    cells = {name: cells_of(sides, name) for name in names}
    most = max(CELLS, sum(cells.values()) // MOST_PORTIONS)
    part, held = list[str](), 0
    for name in names:
        if part and held + cells[name] > most:
            yield part
            part, held = [], 0
        part.append(name)
        held += cells[name]
    if part:
        yield part


def _asked(found: dict[str, ComparedColumn], thresholds: DriftThresholds) -> list[ShareChange]:
    return asked_shares(found, missingness=thresholds.missingness, fewest=thresholds.fewest)
