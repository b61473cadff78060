"""The parts of findings about rows, and the ids of the rows that they name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assay.checks.data_hygiene.facts import RowsFinding
from assay.checks.data_hygiene.inspected_sets import MOST_KEYS, InspectedSets
from assay.facts.values import Reason, Undefined, exact
from assay.tables.sampling import sampled_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MOST_COMPARED = 256
MAY_LACK = 0.2
"""At most this share of rows may lack a compared column, because a row that lacks one repeats nothing."""


def compared_columns(inspected: InspectedSets, name: str, columns: Iterable[str]) -> tuple[str, ...]:
    """The columns with the fewest missing values, so many that most rows are complete, in the order of the file.

    If there are too many columns, numbers come first, because they distinguish most rows.
    """
    summaries, left = inspected.summaries[name], MAY_LACK * inspected.rows[name]
    kept = set[str]()

    def order(column: str) -> tuple[int, bool, str]:
        return summaries[column].missing, inspected.kinds[name][column] != "number", column

    for column in sorted(columns := tuple(columns), key=order):
        left -= summaries[column].missing
        if left < 0 or len(kept) == MOST_COMPARED:
            break
        kept.add(column)
    return tuple(column for column in columns if column in kept)


def finding(
    rows: int, among: int, columns: int, share: float, chance: float, keys: tuple[str, ...] = ()
) -> RowsFinding:
    """A finding about rows: their number, and their share beyond chance."""
    return RowsFinding(
        rows=exact(rows, among),
        share=exact(share, among),
        compared=among,
        columns=columns,
        chance=chance,
        keys=keys,
    )


def undefined(reason: Reason) -> RowsFinding:
    """A finding that is undefined."""
    return RowsFinding(rows=Undefined(reason=reason), share=Undefined(reason=reason), compared=0, columns=0)


def complete_rows(sample: Any, columns: Sequence[str]) -> list[int]:
    """The places of the sampled rows that have a value in every column."""
    import numpy as np

    from assay.stats.grouping import missing

    return np.flatnonzero(~np.logical_or.reduce([missing(sample[column]) for column in columns])).tolist()


def ids(inspected: InspectedSets, name: str, places: Sequence[int]) -> tuple[str, ...]:
    """The ids of some sampled rows, or their numbers in the file if the data have no id."""
    numbers = sampled_rows(inspected.rows[name], inspected.drawn, inspected.seed)
    column = inspected.samples[name].get(inspected.context.id) if inspected.context.id else None
    if column is None:
        return tuple(str(numbers[place]) for place in places[:MOST_KEYS])
    return tuple(_id(numbers[place], column[place]) for place in places[:MOST_KEYS])


def meeting(inspected: InspectedSets, name: str, column: str) -> tuple[str, ...]:
    """The ids of some sampled rows whose value of a column is also in the sample of the training data."""
    from assay.checks.data_hygiene.chance_duplicates import coded, places_of_meeting

    mine, theirs = coded([inspected.samples[name], inspected.samples[str(inspected.train)]], [column])
    rows = complete_rows(inspected.samples[name], [column])
    return ids(inspected, name, [rows[place] for place in places_of_meeting(mine, theirs, 0)])


def _id(number: Any, value: Any) -> str:
    if value is None or value != value:  # noqa: PLR0124  # NaN alone differs from itself
        return f"row {int(number)}"
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
