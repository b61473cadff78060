"""The code of a model: which files of a work tree it is, by Git where there is Git."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from assay.edges.code_selection import NEVER_CODE, select_code, unmatched
from assay.edges.code_selection import matches as selects
from assay.edges.git_listing import TrackedKind, list_tracked
from assay.errors import DataError

MOST_FILES = 20_000
ENVIRONMENT = "pyvenv.cfg"
NARROW = "name the files that the model needs under `model.artifact.code`."


@dataclass(frozen=True, kw_only=True)
class CodeTree:
    """The paths of a model's code beneath a folder, each with its kind, sorted.

    `withheld` are the data sets and other planned files that are never code; `submodules` are repositories within this
    one, whose files Git does not track here.
    """

    root: Path
    kinds: Mapping[str, TrackedKind]
    withheld: tuple[str, ...] = ()
    submodules: tuple[str, ...] = ()

    @classmethod
    def of(cls, root: Path, paths: Collection[str], known: Mapping[str, TrackedKind] | None = None) -> Self:
        """The tree of some paths that are on disk; `known` is what Git says of those that it tracks."""
        kinds = {path: _kind(root, path, (known or {}).get(path)) for path in sorted(paths)}
        return cls(root=root, kinds={path: kind for path, kind in kinds.items() if kind is not None})


def find_code_tree(root: Path, patterns: Sequence[str] | None = None, withheld: Collection[str] = ()) -> CodeTree:
    """The code of the model beneath a folder; raises DataError if there is none.

    Without patterns it is everything that Git tracks there, or, outside a repository, every file. A pattern takes what
    Git tracks; if it matches nothing of that, it takes the untracked files that it matches.
    """
    tracked = list_tracked(root)
    known = None if tracked is None else {each.path: each.kind for each in tracked}
    submodules = tuple(path for path, kind in (known or {}).items() if kind == "submodule")
    if known is None:
        found = select_code(_walk(root), withheld)
    else:
        found = select_code([path for path in known if path not in submodules], withheld)
    if patterns is not None:
        beside = select_untracked(root, patterns, found, (*withheld, *submodules)) if known is not None else ()
        found = tuple(sorted({path for path in found if any(selects(path, each) for each in patterns)} | {*beside}))
        _refuse_empty(patterns, found, submodules)
    tree = CodeTree.of(root, found, known)
    if not tree.kinds:
        where = "Git tracks no file" if known is not None else "there is no file"
        raise DataError(f"the model has no code: {where} beneath the manifest; `git add` the code, or {NARROW}")
    if len(tree.kinds) > MOST_FILES:
        raise DataError(f"the model's code has more than {MOST_FILES:,} files; {NARROW}")
    return replace(tree, withheld=tuple(withheld), submodules=submodules)


def select_untracked(
    root: Path, patterns: Sequence[str], tracked: Collection[str], withheld: Collection[str]
) -> tuple[str, ...]:
    """The files on disk that patterns name which match nothing of what Git tracks."""
    named = unmatched(patterns, tracked)
    if not named:
        return ()
    found = select_code(_walk(root), withheld)
    return tuple(path for path in found if any(selects(path, pattern) for pattern in named))


def _kind(root: Path, path: str, tracked: TrackedKind | None) -> TrackedKind | None:
    """What a path is on disk, None if it is not there; Git says what is executable, because not every disk does."""
    try:
        path.encode()
        mode = (root / path).lstat().st_mode
    except UnicodeError as problem:
        raise DataError(f"The name of the file {path!r} is not UTF-8; rename it.") from problem
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as problem:
        raise DataError(f"`{path}` could not be read: {problem.strerror}.") from problem
    if stat.S_ISLNK(mode):
        return "link"
    if not stat.S_ISREG(mode):
        raise DataError(f"`{path}` is neither a file nor a symbolic link, so it cannot be code.")
    if tracked in ("file", "executable"):
        return tracked
    return "executable" if mode & stat.S_IXUSR else "file"


def _walk(root: Path) -> Iterator[str]:
    """Every file and link beneath a folder, hidden ones too, without those that can never be code."""
    count = 0
    for folder, folders, files in os.walk(root, followlinks=False):
        here = Path(folder)
        linked = [name for name in folders if (here / name).is_symlink()]
        folders[:] = [name for name in folders if name not in linked and _is_searched(here / name)]
        for name in (*files, *linked):
            count += 1
            if count > 10 * MOST_FILES:
                raise DataError(f"More than {10 * MOST_FILES:,} files are beneath the manifest; {NARROW}")
            yield (here / name).relative_to(root).as_posix()


def _is_searched(folder: Path) -> bool:
    return folder.name not in NEVER_CODE and not (folder / ENVIRONMENT).exists()


def _refuse_empty(patterns: Sequence[str], found: Collection[str], submodules: Collection[str]) -> None:
    for pattern in unmatched(patterns, found):
        within = next((path for path in submodules if selects(path, pattern) or pattern.startswith(f"{path}/")), None)
        why = (
            f"`{within}` is a submodule, which is another repository; copy its files into this one."
            if within is not None
            else "data sets, dossiers and virtual environments are never code."
        )
        raise DataError(f"`{pattern}` names no code: {why}")
