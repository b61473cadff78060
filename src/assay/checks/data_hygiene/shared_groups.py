"""Groups of rows, such as the rows of one customer, that are both in the training data and in held-out data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assay.checks.data_hygiene.facts import GroupsFinding
from assay.checks.data_hygiene.inspected_sets import InspectedSets
from assay.checks.data_hygiene.row_findings import finding, meeting, undefined

if TYPE_CHECKING:
    from assay.tables.aggregates import StrangerCount

LOOKED_AT = 10_000
"""A column of groups shows in as many rows, and its search compares it with every other column."""


def group_column(inspected: InspectedSets, name: str) -> str | None:
    """The column of groups that the manifest names, else one that looks like it; an id of rows is none."""
    context = inspected.context
    if context.group is not None:
        return context.group
    from assay.stats.likely_groups import find_group

    left_out = {context.id, context.label, context.time}
    for each in (name, inspected.train):
        if each is None or each not in inspected.samples:
            continue
        kinds = {column: kind for column, kind in inspected.kinds[each].items() if column not in left_out}
        sample: dict[str, Any] = {column: inspected.samples[each][column][:LOOKED_AT] for column in kinds}
        found = find_group(kinds, sample, (), ())
        if found is not None and inspected.has(name, found):
            return found
    return None


def shared_groups(inspected: InspectedSets, name: str, column: str, found: StrangerCount | None) -> GroupsFinding:
    """The rows of a set whose group is in the training data too, with the ids of some."""
    declared, train = inspected.context.group is not None, str(inspected.train)
    if found is None or not found.rows:
        nothing = undefined("not_applicable" if found is None else "empty")
        return GroupsFinding(**nothing.model_dump(), column=column, declared=declared)
    count = found.rows - found.strangers
    keys = meeting(inspected, name, column) if count else ()
    shared = finding(count, found.rows, 1, count / found.rows, 0.0, keys)
    told = f"{count:,} of {found.rows:,} rows have a `{column}` that {train} has too." if count else None
    if not declared:
        told = (
            f"`{column}` repeats, and another column never differs within it, so its rows seem to belong together; "
            f"{count / found.rows:.0%} have one that {train} has too. If so, write `group: {column}` under `data`."
        )
    update = {"suspected": not declared, "told": told}
    return GroupsFinding(**(shared.model_dump() | update), column=column, declared=declared)
