"""Rules for several data sets together, which hold on each of them and on other rows like theirs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from assay.commands.parts.proposed_rules import Tolerances, nulls_rule

NUMBERS = frozenset(("number", "integer"))


@dataclass(frozen=True)
class CountedSet:
    """The columns of a data set with their types, its rows, and the missing values of each column."""

    kinds: Mapping[str, str]
    rows: int
    missing: Mapping[str, int]


def rules_of_sets(sets: Iterable[CountedSet], columns: Iterable[str], unique: str | None) -> dict[str, str]:
    """The rules of some columns as YAML; `unique` names the column whose values are unique in every set."""
    every, names = list(sets), list(columns)
    tolerances = Tolerances.of(len(names))
    found = {}
    for column in names:
        holders = [each for each in every if column in each.kinds]
        rules = ["unique: true"] if column == unique else [*_rules(column, holders, tolerances)]
        rules += ["required: false"] if len(holders) < len(every) else []
        found[column] = f"{{{', '.join(rules)}}}"
    return found


def _rules(column: str, holders: Iterable[CountedSet], tolerances: Tolerances) -> Iterable[str]:
    held = [(each.missing[column], each.rows, each.kinds[column]) for each in holders]
    kinds = {kind for missing, rows, kind in held if rows > missing}
    kind = next(iter(kinds)) if len(kinds) == 1 else "number" if kinds and kinds <= NUMBERS else None
    if kind is not None and not any(tolerances.can_be_absent(rows - missing) for missing, rows, _ in held):
        yield f"type: {kind}"
    # The share that is largest on any set; where one says nothing, none does.
    shares = [(tolerances.share(missing, rows), missing, rows) for missing, rows, _ in held]
    silent = any(share is None for share, _, _ in shares)
    _, missing, rows = max(shares, key=lambda each: (each[0] is None, each[0] or 0.0))
    yield "nulls: true" if silent else f"nulls: {nulls_rule(missing, rows, tolerances)}"
