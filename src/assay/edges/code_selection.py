"""Which paths are a model's code: decided by names alone, so that a work tree and a commit give the same answer."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from assay.errors import DataError

NEVER_CODE = frozenset({".git", ".assay", "__pycache__"})
"""Folders whose files are never code: history with its labels, dossiers, and bytecode that no source vouches for."""
ENVIRONMENT = "pyvenv.cfg"
DOSSIER = frozenset({"manifest.json", "plan.json"})
_OUTWARD = (
    "`{}` is a symbolic link to `{}`, outside the model's code; copy the file, or name the code that the model needs "
    "under `model.artifact.code`."
)


def select_code(paths: Iterable[str], withheld: Collection[str]) -> tuple[str, ...]:
    """The sorted paths that may be code: neither `withheld` files or folders, dossiers nor virtual environments.

    What is left out here is not copied for the model either, so nothing can be put there for it to read.
    """
    every = [(path, PurePosixPath(path)) for path in paths]
    out = {PurePosixPath(path) for path in withheld} | _folders_of_others(each for _, each in every)
    return tuple(
        sorted(
            path
            for path, each in every
            if not NEVER_CODE.intersection(each.parts) and each not in out and not out.intersection(each.parents)
        )
    )


def matches(path: str, pattern: str) -> bool:
    """Whether a pattern selects a path: it matches the path itself or a folder above it.

    `*`, `?` and `[…]` stay within one name; `**` is any number of folders.
    """
    wanted = PurePosixPath(pattern).parts
    places = _with_skipped({0}, wanted)
    for part in path.split("/"):
        if len(wanted) in places:
            return True
        reached = set[int]()
        for place in places:
            if wanted[place] == "**":
                reached.add(place)
            elif part == wanted[place] or fnmatchcase(part, wanted[place]):
                reached.add(place + 1)
        places = _with_skipped(reached, wanted)
    return len(wanted) in places


def refuse_outward_links(links: Mapping[str, str]) -> None:
    """Raises DataError for a symbolic link, by path and target, that leaves the tree or passes through another link.

    A path through another link is refused because `..` after it leads wherever that link leads.
    """
    for path, target in sorted(links.items()):
        place = list(PurePosixPath(path).parts[:-1])
        if target.startswith("/"):
            raise DataError(_OUTWARD.format(path, target))
        for part in PurePosixPath(target).parts:
            if part == ".." and not place:
                raise DataError(_OUTWARD.format(path, target))
            if part == "..":
                place.pop()
                continue
            place.append(part)
            through = "/".join(place)
            if through in links:
                raise DataError(
                    f"`{path}` is a symbolic link to another one, `{through}`; link to the file itself, or name "
                    "the code that the model needs under `model.artifact.code`."
                )


def unmatched(patterns: Sequence[str], paths: Collection[str]) -> list[str]:
    """The patterns that select none of some paths."""
    return [pattern for pattern in patterns if not any(matches(path, pattern) for path in paths)]


def _folders_of_others(paths: Iterable[PurePosixPath]) -> set[PurePosixPath]:
    """Folders that are virtual environments or dossiers, by the files directly in them; never the whole tree."""
    marks: dict[PurePosixPath, set[str]] = {}
    for path in paths:
        if path.parent.parts and (path.name == ENVIRONMENT or path.name in DOSSIER):
            marks.setdefault(path.parent, set()).add(path.name)
    return {folder for folder, names in marks.items() if ENVIRONMENT in names or names >= DOSSIER}


def _with_skipped(places: set[int], wanted: Sequence[str]) -> set[int]:
    """The places in a pattern, and those behind a `**` that stands for no folder at all."""
    found = set(places)
    for place in sorted(places):
        following = place
        while following < len(wanted) and wanted[following] == "**":
            following += 1
            found.add(following)
    return found
