"""A survey of a repository: its data files, its model, and the likely roles of the columns."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from assay.checks.drift.spec import Spec
from assay.commands.parts.counted_columns import count_missing, repeats
from assay.commands.parts.found_model import FoundModel, find_model
from assay.commands.parts.found_sets import TRAIN, FoundFiles, FoundSet, find_sets, leave_out
from assay.commands.parts.guessed_columns import guess_evaluated, guess_id, guess_label, taken_columns
from assay.commands.parts.people_columns import is_about_people
from assay.commands.parts.proposed_bars import ProposedBars, propose_bars
from assay.commands.parts.proposed_label import MAX_CLASSES, ProposedLabel, count_values, propose_label
from assay.commands.parts.proposed_roles import ProposedRoles, propose_roles
from assay.commands.parts.repository_files import list_files
from assay.commands.parts.rules_of_sets import CountedSet, rules_of_sets
from assay.commands.parts.stated_roles import StatedRoles, as_stated, require_columns, require_id, take_times

NAMED = 3


@dataclass(kw_only=True)
class Found:
    """What was found; a person must confirm the guesses.

    `features` are the columns that the model takes; `listed` says that the manifest must name them, because they are
    not those that it takes without a word. `grouped` are the sensitive columns with few enough values for groups;
    `nobody` is why no row is about a person; `sparse` are features with too few values to be compared.
    """

    name: str
    model: FoundModel | None = None
    answers: dict[str, str] = field(default_factory=dict)
    sets: dict[str, FoundSet] = field(default_factory=dict)
    evaluated: str | None = None
    nobody: str | None = None
    id: str | None = None
    label: ProposedLabel | None = None
    sensitive: tuple[str, ...] = ()
    grouped: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    listed: bool = False
    sparse: tuple[str, ...] = ()
    rules: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    roles: ProposedRoles = field(default_factory=ProposedRoles)
    bars: ProposedBars = field(default_factory=ProposedBars)

    @property
    def task(self) -> str:
        """What the model predicts, by the label."""
        return self.label.task if self.label is not None else "binary-classification"

    @property
    def current(self) -> FoundSet | None:
        """The evaluation set."""
        return self.sets[self.evaluated] if self.evaluated is not None else None

    @property
    def cannot_be_asked(self) -> bool:
        """Whether there are only answers of a model that has one score per row, so that no row can be changed."""
        return self.model is None and bool(self.answers) and self.task != "multiclass-classification"

    @property
    def labelled(self) -> bool:
        """Whether the evaluation set has the label, so that predictions can be measured."""
        return self.label is not None and self.current is not None and self.label.column in self.current.kinds


def find_repository(folder: Path, stated: StatedRoles = StatedRoles(), parts: Collection[str] = ()) -> Found:  # noqa: B008  # frozen
    """A repository's data sets, model and columns; a file that cannot be read is skipped with a note.

    `parts` are files that others contain. What is `stated` is no guess; raises UsageError if the files contradict it.
    """
    name = re.sub(r"[^a-z0-9]+", "-", folder.name.lower()).strip("-")[:60].strip("-") or "model"
    found = Found(name=name if name[0].isalpha() else f"model-{name}")
    paths = sorted(path for path in list_files(folder) if path not in parts)
    found.model = find_model(folder, paths)
    model, names = found.model, found.model.names if found.model is not None else ()
    if model is not None and model.others:
        found.notes.append(f"several model files; the manifest names {model.path}")
    files = find_sets(folder, paths, [model.path] if model is not None and model.path else [], names)
    require_columns(stated, files.sets)
    if files.sets:
        _guess_columns(found, files, names, stated)
    found.notes += files.notes
    found.sets = files.sets
    if found.evaluated is not None and model is None and files.answers:
        found.answers = {found.evaluated: files.answers[0].path}
    return found


def _guess_columns(found: Found, files: FoundFiles, names: Sequence[str], stated: StatedRoles) -> None:
    found.evaluated = guess_evaluated(files.sets, stated.label)
    current = files.sets[found.evaluated]
    taken = taken_columns(names, current.kinds)
    told = found.model.task if found.model is not None else None
    if stated.label is not None:
        taken = tuple(each for each in taken if each != stated.label)
    column, holder, sure = _label(files.sets, found, taken, stated)
    candidates = [each for each in current.kinds if each not in (*taken, column)]
    if found.model is None and files.answers:
        # Rows of answers are found by the id, so they must have it.
        candidates = [each for each in candidates if each in files.answers[0].kinds]
    if stated.id is not None:
        require_id(current, stated.id)
    found.id = stated.id or guess_id(current, candidates)
    if column is not None:
        proposed = propose_label(holder.name, holder.source, column, holder.kinds[column], told)
        found.label = as_stated(stated, replace(proposed, guessed=not sure), holder)
    label = found.label.column if found.label is not None else None
    about = [each for each in current.kinds if is_about_people(each) and each != label and stated.nobody is None]
    found.sensitive, found.nobody = stated.sensitive or tuple(about), stated.nobody
    usual = tuple(each for each in current.kinds if each not in (label, found.id, *found.sensitive))
    found.features = taken or usual
    leave_out(files, found.evaluated, found.features, label)
    _measure(found, files.sets, current, label)
    take_times(found.roles, stated, current)
    usual = tuple(each for each in usual if each != found.roles.time)
    if not taken:
        found.features = usual
        taken = _by_width(found, current, label)
        found.features = taken or usual
    found.listed = bool(taken) and set(taken) != set(usual)
    if names and not taken:
        found.notes.append(
            f"the model takes columns that `{current.path}` does not have, such as {_lacking(names, current)}"
        )


def _is_sparse(counted: CountedSet, column: str) -> bool:
    """Whether a column of many rows has too few values for drift to be judged."""
    fewest = int(Spec.model_fields["smallest"].default)
    return counted.rows >= fewest > counted.rows - counted.missing.get(column, 0)


def _label(
    sets: Mapping[str, FoundSet], found: Found, taken: Sequence[str], stated: StatedRoles
) -> tuple[str | None, FoundSet, bool]:
    """The label that the reader names, else the likely one; a data set that has it; whether it is more than a guess."""
    evaluated = str(found.evaluated)
    if stated.label is None:
        return guess_label(sets, evaluated, taken, found.model)
    order = (sets[evaluated], *sets.values())
    return stated.label, next(each for each in order if stated.label in each.kinds), True


def _by_width(found: Found, current: FoundSet, label: str | None) -> tuple[str, ...]:
    """The columns that a model takes which says only how many; empty if the usual ones are as many, or none are."""
    width = found.model.width if found.model is not None and not found.model.names else None
    if width is None or width == len(found.features):
        return ()
    columns = [each for each in current.kinds if each != label]
    for each in ([name for name in columns if name not in (found.id, found.roles.time)], columns):
        if len(each) == width:
            return tuple(each)
    told = f"the model takes {width:,} columns, which its file does not name, but `{current.path}` has {len(columns):,}"
    found.notes.append(f"{told} besides the label: name those of its training, in their order, under `data.features`")
    return ()


def _measure(found: Found, sets: Mapping[str, FoundSet], current: FoundSet, label: str | None) -> None:
    """What needs a look at the values of all data sets: rules, times, groups and bars."""
    counted = {name: count_missing(name, each.source, each.kinds) for name, each in sets.items()}
    repeated = any(repeats(name, each.source, str(found.id)) for name, each in sets.items() if found.id in each.kinds)
    train = sets.get(TRAIN)
    named = dict.fromkeys((*current.kinds, *(train.kinds if train is not None else ())))
    found.rules = rules_of_sets(counted.values(), named, None if repeated else found.id)
    sources = {name: each.source for name, each in sets.items()}
    kinds = {name: each.kinds for name, each in sets.items()}
    found.roles = propose_roles(sources, kinds, current.name, TRAIN if train is not None else None, label)
    if found.label is not None:
        found.roles.positives = found.label.share
    judged = [counted[name] for name in (TRAIN, current.name) if name in counted]
    found.sparse = tuple(each for each in found.features if any(_is_sparse(one, each) for one in judged))
    few = [each for each in found.sensitive if len(count_values(current.name, current.source, each)) <= MAX_CLASSES]
    found.grouped = tuple(few)
    if label in current.kinds and found.label is not None:
        positive = found.label.positive
        found.bars = propose_bars(found.task, current.name, current.source, found.label.column, found.grouped, positive)
    elif label is not None:
        found.notes.append(
            f"`{current.name}` has no column `{label}`, so the quality of predictions cannot be measured on it"
        )


def _lacking(names: Sequence[str], current: FoundSet) -> str:
    return ", ".join([each for each in names if each not in current.kinds][:NAMED])
