"""Features and answers in separate files: which files belong together, and the file that has both."""

from __future__ import annotations

import re
import shlex
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from assay.commands.parts.found_sets import ROLES, find_readable, words_of
from assay.edges.data_files import find_source
from assay.errors import AssayError, DataError
from assay.tables.format_choice import format_of
from assay.tables.joining import Joined, join_rows
from assay.tables.reading import schema
from assay.tables.source import Source

FEATURES = frozenset(("x", "features", "feature", "inputs", "input", "values"))
ANSWERS = frozenset(("y", "labels", "label", "targets", "target"))
MOST_BYTES = 64 << 20
"""The bytes of two files that `init` joins by itself."""
_RUN_TOGETHER = re.compile(r"^([xy])(train|test|val|valid|dev|holdout)", re.IGNORECASE)


@dataclass(frozen=True)
class FilePair:
    """Two files of the same rows, and the path of the file that has both."""

    features: str
    answers: str
    out: str

    @property
    def command(self) -> str:
        """The command that writes the file."""
        return f"assay join {shlex.quote(self.features)} {shlex.quote(self.answers)} --out {shlex.quote(self.out)}"


@dataclass(kw_only=True)
class JoinedPairs:
    """What was written, the files that are no data sets of their own, and notes for a person."""

    written: dict[str, str] = field(default_factory=dict)
    parts: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)


def join_pairs(folder: Path, paths: Iterable[str], *, write: bool) -> JoinedPairs:
    """Joins files of features and answers, unless the joined file is there or `write` is false."""
    found = JoinedPairs()
    for pair in find_pairs(paths):
        try:
            done = _join(folder, pair, write=write)
        except AssayError as error:
            found.notes.append(f"`{pair.features}` and `{pair.answers}` are not joined: {error}")
            continue
        if done:
            found.written[pair.out] = done
            found.parts |= {pair.features, pair.answers}
            found.notes.append(f"a data set is one file: when `{pair.features}` changes, run `{pair.command}`")
    return found


def find_pairs(paths: Iterable[str]) -> list[FilePair]:
    """The files of features that have a file of answers beside them, by their names."""
    named: dict[tuple[str, str, tuple[str, ...]], dict[str, str]] = {}
    for path in sorted(paths):
        if format_of(path) is not None:
            where, kind, rest = _named(path)
            named.setdefault((where, PurePosixPath(path).suffix, rest), {}).setdefault(kind, path)
    return [_pair(rest, files) for (_, _, rest), files in named.items() if _is_pair(files)]


def _is_pair(files: Mapping[str, str]) -> bool:
    return "answers" in files and ("features" in files or "both" in files)


def _pair(rest: tuple[str, ...], files: Mapping[str, str]) -> FilePair:
    first = files.get("features") or files["both"]
    path = PurePosixPath(first)
    stem = "_".join(rest) or "data"
    # A file that is named as its set keeps its name, so the joined one needs another.
    stem = stem if "features" in files else f"{stem}_joined"
    return FilePair(first, files["answers"], path.with_name(f"{stem}{path.suffix}").as_posix())


def _named(path: str) -> tuple[str, str, tuple[str, ...]]:
    """A file's folder, whether its name says features, answers or neither, and the other words of its name."""
    inner = PurePosixPath(path)
    stem = _RUN_TOGETHER.sub(r"\1_\2", inner.stem)
    words = words_of(stem)
    for kind, known in (("answers", ANSWERS), ("features", FEATURES)):
        if any(word in known for word in words):
            return str(inner.parent), kind, tuple(word for word in words if word not in known)
    return str(inner.parent), "both" if any(word in ROLES for word in words) else path, tuple(words)


def _join(folder: Path, pair: FilePair, *, write: bool) -> str | None:
    """What was done; None if the files are no pair after all."""
    sources = [find_readable(folder, pair.features), find_readable(folder, pair.answers)]
    columns = [[*schema(each)] for each in sources]
    if not {*columns[1]} - {*columns[0]}:
        return None
    if (folder / pair.out).exists():
        there = schema(find_source(folder, pair.out, dialect=sources[0].dialect))
        return "kept" if {*columns[0], *columns[1]} <= {*there} else None
    if not write or sum(each.bytes for each in sources) > MOST_BYTES:
        raise DataError(f"run `{pair.command}`, then `assay init` without a manifest.")
    write_joined(sources[0], sources[1], folder / pair.out)
    return "wrote"


def write_joined(one: Source, other: Source, out: Path) -> Joined:
    """Writes the joined file completely or not at all; raises DataError."""
    if format_of(out.name) != one.format or out.suffix == ".gz":
        raise DataError(f"`{out}` must have the ending of `{one.name}`, whose format it gets.", hint="")
    try:
        with tempfile.TemporaryDirectory(dir=out.parent, prefix=".assay-") as place:
            written = Path(place) / out.name
            joined = join_rows(one, other, written)
            written.replace(out)
    except OSError as error:
        raise DataError(f"`{out}` could not be written: {error.strerror or error}.", hint="") from error
    return joined
