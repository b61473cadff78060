"""Names of what is judged on the base's data: a data set, a check or a policy, with a mark that no other name has."""

from __future__ import annotations

from collections.abc import Iterable

from assay.dossier.plan_parts import ManifestChange, PlannedInput

MARK = "@base"
TITLE = ", on the base's data"
FOLDER = ".assay/@base"
"""Where the base's data lie, beneath the manifest's folder; no dossier of a model has this name."""
_JUDGED_BY = ("data", "profile")
_CONTENT = ("data.sets.", ".content")


def at_base(name: str) -> str:
    """The name of the base's data set, or of what is judged on it."""
    return f"{name}{MARK}"


def is_at_base(name: str) -> bool:
    """Whether a name is of the base's data."""
    return name.endswith(MARK)


def plain(name: str) -> str:
    """A name without its mark."""
    return name.removesuffix(MARK)


def of_change(inputs: Iterable[PlannedInput]) -> tuple[PlannedInput, ...]:
    """The inputs without the base's data: those of the change that is judged."""
    return tuple(each for each in inputs if not is_at_base(each.name))


def of_base(inputs: Iterable[PlannedInput]) -> tuple[PlannedInput, ...]:
    """The base's data among the inputs, with their marks."""
    return tuple(each for each in inputs if is_at_base(each.name))


def columns_of_change(inputs: Iterable[PlannedInput]) -> dict[str, dict[str, str]]:
    """The columns of each data set and profile of the change, with their types."""
    return {each.name: dict(each.columns or {}) for each in of_change(inputs) if each.role in _JUDGED_BY}


def columns_at_base(inputs: Iterable[PlannedInput]) -> dict[str, dict[str, str]]:
    """The same, where the base's data take the places of the change's, by plain names."""
    listed = tuple(inputs)
    base = {plain(each.name): dict(each.columns or {}) for each in of_base(listed)}
    return {**columns_of_change(listed), **base}


def changed_set(change: ManifestChange) -> str | None:
    """The data set whose content a change is about, None if it is about anything else."""
    start, end = _CONTENT
    inside = change.path.startswith(start) and change.path.endswith(end)
    return change.path[len(start) : -len(end)] if inside else None
