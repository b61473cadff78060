"""Guesses by names and values: which rows are evaluated, which column is the answer, and which identifies a row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from assay.commands.parts.counted_columns import count_columns, identifies, is_named_id, reads_as_id
from assay.commands.parts.found_model import FoundModel
from assay.commands.parts.found_sets import HELD_OUT, TRAIN, FoundSet
from assay.commands.parts.people_columns import is_about_people
from assay.commands.parts.proposed_label import column_of_classes, find_label, last_column, left_column
from assay.commands.parts.time_columns import TIMES


def taken_columns(names: Sequence[str], columns: Iterable[str]) -> tuple[str, ...]:
    """The columns that a model takes, by the names in its file, in which blanks may be `_`; empty if one is absent."""
    known = {each.replace(" ", "_"): each for each in columns} | {each: each for each in columns}
    return tuple(known[each] for each in names) if all(each in known for each in names) else ()


def guess_evaluated(sets: Mapping[str, FoundSet], label: str | None) -> str:
    """The evaluation set: by its name, else one with labels; the training set only if there is no other."""

    def rank(name: str) -> tuple[bool | int, ...]:
        usual = HELD_OUT.index(name) if name in HELD_OUT else len(HELD_OUT)
        lacks = find_label(sets[name].kinds) is None if label is None else label not in sets[name].kinds
        return name not in HELD_OUT, lacks, name == TRAIN, sets[name].lies_aside, usual

    return min(sets, key=rank)


def guess_label(
    sets: Mapping[str, FoundSet], evaluated: str, taken: Sequence[str], model: FoundModel | None
) -> tuple[str | None, FoundSet, bool]:
    """The label, a data set that has it, and whether it is more than a guess.

    A usual name comes first, then a column of the model's classes, then one that the model leaves and that fits, then
    the last one. If the evaluated rows have no answers, the training set has them.
    """
    current = sets[evaluated]
    holders = [current, *([sets[TRAIN]] if TRAIN in sets else [])]
    told, classes = (None, ()) if model is None else (model.task, model.classes)
    for each in holders:
        rest = [name for name in each.kinds if not is_about_people(name)]
        column = find_label(rest, taken)
        if column is None and classes:
            left = [name for name in each.kinds if name not in taken]
            column = column_of_classes(each.name, each.source, left, classes)
        if column is not None:
            return column, each, True
    for each in holders if taken else ():
        left_kinds = {
            name: kind
            for name, kind in each.kinds.items()
            if name not in taken and kind not in TIMES and not (is_about_people(name) or is_named_id(name))
        }
        column, alone = left_column(each.name, each.source, left_kinds, told)
        if column is not None:
            return column, each, alone
    last = last_column(current.kinds) if not taken and _is_last_everywhere(sets) else None
    return last, current, False


def _is_last_everywhere(sets: Mapping[str, FoundSet]) -> bool:
    """Whether the data sets are named for use and end with the same column."""
    ends = {([*each.kinds] or [""])[-1] for each in sets.values() if each.has_role}
    return TRAIN in sets and len(ends) == 1


def guess_id(current: FoundSet, columns: list[str]) -> str | None:
    """The first column that has a value of its own in each row and reads as an id."""
    facts = count_columns(current.name, current.source, columns)
    for column in columns:
        if facts[column] != (0, 0):
            continue
        kind = current.kinds[column]
        if kind == "text" and reads_as_id(current.name, current.source, column):
            return column
        if kind == "integer" and identifies(current.name, current.source, column):
            return column
    return None
