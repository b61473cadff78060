"""A survey of a repository: its data files, its model file, and the likely roles of the columns."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from assay.commands.parts.counted_columns import count_columns, count_missing, identifies, repeats
from assay.commands.parts.proposed_bars import ProposedBars, propose_bars
from assay.commands.parts.proposed_roles import ProposedRoles, propose_roles
from assay.commands.parts.rules_of_sets import rules_of_sets
from assay.edges.data_files import find_source
from assay.errors import AssayError, DataError
from assay.tables.addressing import Table
from assay.tables.dialects import Dialect
from assay.tables.format_choice import format_of
from assay.tables.predicates import Column
from assay.tables.questions import Cells
from assay.tables.source import Source

FORMATS = {".skops": "skops", ".onnx": "onnx", ".joblib": "joblib", ".pkl": "pickle", ".pickle": "pickle"}
MAX_DEPTH, MAX_SETS, MAX_CLASSES = 4, 12, 20
LABELS = ("label", "target", "y", "class", "outcome", "approved", "approve", "default", "churn")
PEOPLE = (
    "sex",
    "gender",
    "male",
    "female",
    "race",
    "ethnicity",
    "black",
    "hispanic",
    "hispan",
    "age",
    "religion",
    "disability",
    "nationality",
)
TRAIN = "train"
HOLDOUT = ("holdout", "test", "valid", "validation", "eval")


@dataclass(kw_only=True)
class Found:
    """What was found; a person must confirm the guesses."""

    name: str
    task: str = "binary-classification"
    artifact: tuple[str, str] | None = None
    sets: dict[str, str] = field(default_factory=dict)
    dialects: dict[str, Dialect] = field(default_factory=dict)
    evaluated: str | None = None
    id: str | None = None
    label: str | None = None
    sensitive: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    rules: dict[str, str] = field(default_factory=dict)
    numbers: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    notes: list[str] = field(default_factory=list)
    roles: ProposedRoles = field(default_factory=ProposedRoles)
    bars: ProposedBars = field(default_factory=ProposedBars)

    @property
    def labelled(self) -> bool:
        """Whether the evaluation set has the label, so that predictions can be measured."""
        return self.label in self.columns


def find_repository(folder: Path) -> Found:
    """A repository's data sets, model and columns; a file that cannot be read is skipped with a note."""
    found = Found(name=re.sub(r"[^a-z0-9]+", "-", folder.name.lower()).strip("-") or "model")
    if not found.name[0].isalpha():
        found.name = f"model-{found.name}"
    paths = sorted(_files(folder))
    safest = list(FORMATS)
    models = sorted(
        (path for path in paths if Path(path).suffix in FORMATS), key=lambda path: safest.index(Path(path).suffix)
    )
    if models:
        found.artifact = models[0], FORMATS[Path(models[0]).suffix]
        found.notes += [f"several model files; the manifest names {models[0]}"] if len(models) > 1 else []
    sources: dict[str, Source] = {}
    for path in [each for each in paths if format_of(each) is not None][:MAX_SETS]:
        _add_set(folder, path, found, sources)
    if sources:
        _guess_columns(found, sources)
    return found


def _files(folder: Path) -> Iterable[str]:
    for here, folders, files in os.walk(folder):
        depth = len(Path(here).relative_to(folder).parts)
        folders[:] = (
            []
            if depth >= MAX_DEPTH
            else sorted(
                name for name in folders if not name.startswith(".") and not (Path(here) / name / "pyvenv.cfg").exists()
            )
        )
        yield from ((Path(here) / name).relative_to(folder).as_posix() for name in files)


def _add_set(folder: Path, path: str, found: Found, sources: dict[str, Source]) -> None:
    try:
        source = _find_readable(folder, path)
    except AssayError as error:
        found.notes.append(f"skipped: {error}")
        return
    stem = re.sub(r"[^a-z0-9]+", "-", Path(path).stem.lower()).strip("-")
    name = next((usual for usual in (TRAIN, *HOLDOUT) if usual in stem.split("-")), stem) or "data"
    name = "holdout" if name in HOLDOUT[2:] else name
    name = name if name[0].isalpha() else f"data-{name}"
    if name in sources:
        found.notes.append(f"skipped: `{path}` would be a second data set named `{name}`")
        return
    found.sets[name], sources[name] = path, source
    if source.dialect.declared():
        found.dialects[name] = source.dialect


def _find_readable(folder: Path, path: str) -> Source:
    """A data set that can be read, with the dialect that it needs; raises DataError."""
    from assay.tables.reading import propose, schema

    source = find_source(folder, path)
    proposed = propose(source)
    if proposed.declared():
        with suppress(DataError):
            written = find_source(folder, path, dialect=proposed)
            schema(written)
            return written
    schema(source)
    return source


def _guess_columns(found: Found, sources: Mapping[str, Source]) -> None:
    from assay.tables.reading import schema

    kinds = {
        name: {column: kind for column, kind in schema(source).items() if kind != "other"}
        for name, source in sources.items()
    }
    name = found.evaluated = _guess_evaluated(kinds)
    columns = kinds[name]
    # If the test set has no answers, the training set has them.
    found.label = _guess_label(columns) or _guess_label(kinds.get(TRAIN, {}))
    found.sensitive = tuple(c for c in columns if c.lower() in PEOPLE and c != found.label)
    found.numbers = tuple(
        c for c, kind in columns.items() if kind == "number" and c not in (found.label, *found.sensitive)
    )
    found.columns = tuple(columns)
    facts = count_columns(name, sources[name], list(columns))
    single = [c for c, kind in columns.items() if kind in ("text", "integer") and facts[c] == (0, 0)]
    found.id = next((c for c in single if columns[c] == "text" or identifies(name, sources[name], c)), None)
    found.features = tuple(c for c in columns if c not in (found.label, found.id, *found.sensitive))
    if found.label is not None:
        holder = name if found.label in columns else TRAIN
        found.task = _guess_task(holder, sources[holder], found.label, kinds[holder][found.label])
    counted = {each: count_missing(each, sources[each], kinds[each]) for each in kinds}
    repeated = any(repeats(each, sources[each], str(found.id)) for each in kinds if found.id in kinds[each])
    named = dict.fromkeys((*columns, *kinds.get(TRAIN, {})))
    found.rules = rules_of_sets(counted.values(), named, None if repeated else found.id)
    train = TRAIN if TRAIN in sources else None
    found.roles = propose_roles(sources, kinds, name, train, found.label)
    if found.label in columns:
        found.bars = propose_bars(found.task, name, sources[name], found.label, found.sensitive)
    if found.label is not None and not found.labelled:
        found.notes.append(
            f"`{name}` has no column `{found.label}`, so the quality of predictions cannot be measured on it"
        )


def _guess_evaluated(kinds: Mapping[str, Mapping[str, str]]) -> str:
    """The evaluation set: by its name, else one with labels; the training set only if there is no other."""

    def rank(name: str) -> tuple[bool, ...]:
        return name not in ("holdout", "test"), _guess_label(kinds[name]) is None, name == TRAIN, name != "holdout"

    return min(kinds, key=rank)


def _guess_label(columns: Iterable[str]) -> str | None:
    return next((column for usual in LABELS for column in columns if column.lower() == usual), None)


def _guess_task(name: str, source: Source, label: str, kind: str) -> str:
    from assay.tables.answering import Tables

    if kind == "number":
        return "regression"
    with Tables({name: source}, {}, None) as tables:
        (cells,) = tables.answer([Cells(Table(name), (Column(label),))])
    classes = len([key for key in cells if key[0] is not None])
    if classes == len((True, False)):
        return "binary-classification"
    return "multiclass-classification" if classes <= MAX_CLASSES else "regression"
