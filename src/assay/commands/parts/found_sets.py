"""The data files of a repository: what each is called as a data set, and which of them the model reads."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from assay.edges.data_files import find_source
from assay.errors import AssayError, DataError
from assay.tables.format_choice import format_of
from assay.tables.source import PACKED, Source

TRAIN, TEST, HOLDOUT, VALIDATION = "train", "test", "holdout", "validation"
HELD_OUT = (HOLDOUT, TEST, VALIDATION)
ROLES = {
    **dict.fromkeys(("train", "training"), TRAIN),
    "test": TEST,
    **dict.fromkeys(("holdout", "heldout"), HOLDOUT),
    **dict.fromkeys(("valid", "validation", "eval", "evaluation", "val", "dev"), VALIDATION),
}
ASIDE = frozenset(("raw", "interim", "external", "original", "source", "backup", "archive", "old", "dump", "tmp"))
ANSWERS = frozenset(("prediction", "predictions", "preds", "pred", "scores", "score", "scored", "answers"))
MAX_FILES, MOST_SHOWN, LONGEST = 24, 3, 50
SCORE = "score"


@dataclass(frozen=True, kw_only=True)
class FoundSet:
    """A data file that can be read: its name as a data set, and the types of its columns."""

    name: str
    path: str
    source: Source
    kinds: Mapping[str, str]

    @property
    def has_role(self) -> bool:
        """Whether its name says what it is for."""
        return self.name in (TRAIN, *HELD_OUT)

    @property
    def lies_aside(self) -> bool:
        """Whether its name or a folder says that models do not read it as it is."""
        return any(word in ASIDE for part in PurePosixPath(self.path).with_suffix("").parts for word in words_of(part))

    def lacks(self, wanted: Iterable[str]) -> list[str]:
        """The columns that it does not have."""
        return [column for column in wanted if column not in self.kinds]


@dataclass(kw_only=True)
class FoundFiles:
    """Data sets by name, files of predictions, and why other files are no data sets."""

    sets: dict[str, FoundSet] = field(default_factory=dict)
    answers: list[FoundSet] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def find_sets(
    folder: Path, paths: Sequence[str], taken: Collection[str] = (), names: Collection[str] = ()
) -> FoundFiles:
    """The data files among some paths.

    Of two with one name, the one is taken that has the model's columns and lies in no folder of raw files.
    """
    found = FoundFiles()
    files = _data_files(paths, taken)
    if len(files) > MAX_FILES:
        named = ", ".join(f"`{path}`" for path in files[MAX_FILES:][:MOST_SHOWN])
        found.notes.append(
            f"left out: of {len(files):,} data files the first {MAX_FILES} were looked at, not {named}"
            f"{' and others' if len(files) > MAX_FILES + MOST_SHOWN else ''}; name them under `data.sets` to use them"
        )
    read = [each for path in files[:MAX_FILES] if (each := _read(folder, path, found)) is not None]
    for each in sorted(read, key=lambda one: (bool(one.lacks(names)), one.lies_aside, one.path)):
        if _holds_answers(each):
            found.answers.append(each)
        elif each.name in found.sets:
            found.notes.append(f"skipped: `{each.path}` would be a second data set named `{each.name}`")
        else:
            found.sets[each.name] = each
    if VALIDATION in found.sets and not {HOLDOUT, TEST} & found.sets.keys():
        found.sets[HOLDOUT] = replace(found.sets.pop(VALIDATION), name=HOLDOUT)
    found.sets = {name: found.sets[name] for name in sorted(found.sets, key=lambda name: found.sets[name].path)}
    return found


def leave_out(found: FoundFiles, evaluated: str, wanted: Sequence[str], label: str | None) -> None:
    """Takes out what the model does not read: files without its columns, and others beside sets named for use."""
    named = found.sets[evaluated].has_role
    for name in [each for each in found.sets if each != evaluated]:
        each = found.sets[name]
        lacking = each.lacks(wanted)
        if lacking and not (name == TRAIN and label in each.kinds and 2 * len(lacking) < len(wanted)):
            shown = ", ".join(lacking[:MOST_SHOWN])
            more = f" and {len(lacking) - MOST_SHOWN} more" if len(lacking) > MOST_SHOWN else ""
            why = f"it lacks {shown}{more}, which `{found.sets[evaluated].path}` has"
        elif named and not each.has_role:
            why = f"beside `{evaluated}` its name does not say what it is for"
        else:
            continue
        found.notes.append(
            f"left out: `{each.path}` is no data set, because {why}; name it under `data.sets` to use it"
        )
        del found.sets[name]


def _data_files(paths: Iterable[str], taken: Collection[str]) -> list[str]:
    return [path for path in paths if path not in taken and format_of(path) is not None]


def words_of(text: str) -> list[str]:
    """The words of a name, in lower case."""
    return [word for word in re.split(r"[^a-z0-9]+|(?<=[a-z])(?=[0-9])", text.lower()) if word]


def _holds_answers(found: FoundSet) -> bool:
    scores = [column for column in found.kinds if column == SCORE or column.startswith(f"{SCORE}:")]
    where = PurePosixPath(found.path)
    return bool(scores) and any(word in ANSWERS for word in (*words_of(where.stem), *words_of(where.parent.name)))


def _read(folder: Path, path: str, found: FoundFiles) -> FoundSet | None:
    from assay.tables.reading import schema

    try:
        source = find_readable(folder, path)
        kinds = {column: kind for column, kind in schema(source).items() if kind != "other"}
    except AssayError as error:
        found.notes.append(f"skipped: {error}")
        return None
    return FoundSet(name=_name(path), path=path, source=source, kinds=kinds)


def _name(path: str) -> str:
    """The usual name of a set if the file's name or else its folder's says so; else the file's own name."""
    inner = PurePosixPath(path.removesuffix(PACKED))
    stem = re.sub(r"[^a-z0-9]+", "-", inner.stem.lower())[:LONGEST].strip("-")
    for words in (words_of(inner.stem), words_of(inner.parent.name)):
        role = next((ROLES[usual] for usual in ROLES if usual in words), None)
        if role is not None:
            return role
    return stem if stem[:1].isalpha() else f"data-{stem}".rstrip("-")


def find_readable(folder: Path, path: str) -> Source:
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
