"""What the reader says of the columns, which is no guess: each said role is held against the files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from assay.commands.parts.counted_columns import repeats
from assay.commands.parts.found_sets import FoundSet
from assay.commands.parts.proposed_label import MAX_CLASSES, ProposedLabel, Value, choose_positive, count_values
from assay.commands.parts.proposed_roles import ProposedRoles
from assay.errors import UsageError
from assay.manifest.parsing import nearest_name

SHOWN = 12


@dataclass(frozen=True, kw_only=True)
class StatedRoles:
    """The columns that the reader names, by role; `nobody` is why no row is about a person."""

    label: str | None = None
    id: str | None = None
    time: str | None = None
    group: str | None = None
    sensitive: tuple[str, ...] = ()
    nobody: str | None = None
    positive: str | None = None
    task: str | None = None

    def is_empty(self) -> bool:
        """Whether the reader says nothing."""
        return self == StatedRoles()

    def columns(self) -> dict[str, str]:
        """The named columns, each with the flag that names it."""
        roles = {"label": self.label, "id": self.id, "time": self.time, "group": self.group}
        named = {column: f"--{role}" for role, column in roles.items() if column is not None}
        return named | dict.fromkeys(self.sensitive, "--sensitive")

    def require_consistent(self) -> None:
        """Raises UsageError for one column in two roles, and for flags that contradict each other."""
        told = [each for each in (self.label, self.id, self.time, *self.sensitive) if each is not None]
        twice = next((each for each in told if told.count(each) > 1), None)
        if twice is not None or (self.group is not None and self.group in (self.label, self.id, self.time)):
            raise UsageError(f"`{twice or self.group}` is named in two roles; a column has one.", hint="")
        if self.nobody is not None and self.sensitive:
            raise UsageError("`--sensitive` names columns about people, and `--nobody` says that there are none.")
        if self.positive is not None and self.task not in (None, "binary-classification"):
            raise UsageError(f"`--positive` names one of two classes, but `--task` is {self.task}.")


def require_columns(stated: StatedRoles, sets: Mapping[str, FoundSet]) -> None:
    """Raises UsageError for a named column that no data set has."""
    every = list(dict.fromkeys(column for each in sets.values() for column in each.kinds))
    if stated.columns() and not every:
        raise UsageError("There is no data file that can be read, so no column can be named.", hint="")
    for column, flag in stated.columns().items():
        if column not in every:
            nearest = nearest_name(column, every)
            hint = f"Did you mean `{nearest}`?" if nearest else f"The columns are {_listing(every)}."
            files = ", ".join(f"`{each.path}`" for each in sets.values())
            raise UsageError(f"`{flag}` names the column `{column}`, which is not in {files}.", hint=hint)


def require_id(current: FoundSet, column: str) -> None:
    """Raises UsageError for an id that the evaluated rows lack, or that does not identify them."""
    if column not in current.kinds:
        raise UsageError(f"`{current.path}` has no column `{column}`, so it cannot identify the rows there.")
    if repeats(current.name, current.source, column):
        raise UsageError(
            f"`{column}` is missing or repeated in `{current.path}`, so it identifies no rows.",
            hint="Name rows that belong together by `--group`.",
        )


def take_times(roles: ProposedRoles, stated: StatedRoles, current: FoundSet) -> None:
    """Puts a named time and group into the roles; raises UsageError if their values do not fit."""
    if stated.time is not None:
        if stated.time not in roles.times:
            raise UsageError(f"`{stated.time}` holds no times in `{current.path}`.", hint="")
        roles.time = stated.time
        roles.later = tuple(each for each in (*roles.times, *roles.calendar) if each != stated.time)
    if stated.group is not None:
        if stated.group in current.kinds and not repeats(current.name, current.source, stated.group):
            raise UsageError(
                f"`{stated.group}` has another value in each row of `{current.path}`, so it groups nothing.",
                hint="Name what identifies a row by `--id`.",
            )
        roles.group, roles.is_stated_group = stated.group, True


def as_stated(stated: StatedRoles, proposed: ProposedLabel, holder: FoundSet) -> ProposedLabel:
    """A label with the named task and positive class; raises UsageError if its values do not fit."""
    values = count_values(holder.name, holder.source, proposed.column)
    numbers = holder.kinds[proposed.column] in ("number", "integer")
    if stated.task is not None and stated.task != proposed.task:
        proposed = ProposedLabel(column=proposed.column, task=stated.task)
        fits = {
            "regression": numbers,
            "binary-classification": len(values) == 2,  # noqa: PLR2004  # one class and the other
            "multiclass-classification": len(values) > 1,
        }
        if not fits[stated.task]:
            many = f"more than {MAX_CLASSES}" if len(values) > MAX_CLASSES else len(values)
            raise UsageError(f"`{proposed.column}` has {many} different values, which is no {stated.task}.", hint="")
        if stated.task != "regression" and any(isinstance(each, float) and not each.is_integer() for each in values):
            raise UsageError(
                f"`{proposed.column}` has fractions, which are no classes.", hint="Write whole numbers or texts."
            )
        if stated.task == "binary-classification":
            positive, doubt = choose_positive(values)
            proposed = replace(proposed, positive=positive, doubt=doubt, share=values[positive] / sum(values.values()))
    if stated.positive is None:
        return proposed
    if proposed.task != "binary-classification":
        raise UsageError(f"`--positive` names one of two classes, but `{proposed.column}` has others.", hint="")
    found = [value for value in values if _shown(value) == stated.positive or str(value) == stated.positive]
    if not found:
        raise UsageError(
            f"`{stated.positive}` is no value of `{proposed.column}`.", hint=f"Its values are {_listing(values)}."
        )
    (positive,) = found[:1]
    usual = not isinstance(positive, bool | str) and positive == 1
    share = values[positive] / sum(values.values())
    return replace(proposed, positive=None if usual else positive, doubt=None, share=share)


def _shown(value: Value) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else f"{value:g}"


def _listing(values: Iterable[object]) -> str:
    named = [f"`{each}`" for each in values]
    return ", ".join(named[:SHOWN]) + (" …" if len(named) > SHOWN else "")
