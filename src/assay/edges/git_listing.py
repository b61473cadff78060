"""What Git tracks beneath a folder: paths and kinds, from the index or from a commit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from assay.edges.git import entries_at
from assay.edges.git_process import run_git
from assay.edges.git_repository import path_in_tree
from assay.errors import DataError, UsageError

TrackedKind = Literal["file", "executable", "link", "submodule"]
_KINDS: dict[bytes, TrackedKind] = {
    b"100644": "file",
    b"100755": "executable",
    b"120000": "link",
    b"160000": "submodule",
}


@dataclass(frozen=True)
class TrackedPath:
    """A path that Git tracks, relative to the folder that was listed, with the id of its object."""

    path: str
    kind: TrackedKind
    object_id: str


def list_tracked(root: Path) -> tuple[TrackedPath, ...] | None:
    """What the index has beneath a folder, or None outside a repository.

    Raises DataError for a folder in a repository that Git does not read, and for a merge that is not finished.
    """
    if not _in_repository(root):
        return None
    # Everything in the index, because a setting of the repository can tell Git that it runs in another folder.
    try:
        ended = run_git(root, "ls-files", "--stage", "--full-name", "-z", "--", ":(top)")
    except UsageError as error:
        raise DataError(f"Git does not list the files of `{root}`: {error}", hint=error.hint) from error
    if ended.returncode:
        said = " ".join(ended.stderr.decode(errors="replace").split())[:200]
        raise DataError(f"Git does not list the files of `{root}`: {said}")
    inside = path_in_tree(root).encode(errors="surrogateescape")
    return tuple(_staged(ended.stdout, inside + b"/" if inside else b""))


def list_committed(root: Path, commit: str) -> tuple[TrackedPath, ...]:
    """What a commit has beneath a folder; raises EvaluationError if it cannot be listed."""
    return tuple(TrackedPath(path, _kind(entry.mode), entry.id) for path, entry in entries_at(root, commit))


def _in_repository(root: Path) -> bool:
    """Whether a folder or one above it has Git's folder, readable or not: a refusal of Git is not an absence."""
    real = root.resolve()
    return any((folder / ".git").exists() for folder in (real, *real.parents))


def _staged(listing: bytes, start: bytes) -> Iterator[TrackedPath]:
    for line in filter(None, listing.split(b"\0")):
        about, _, path = line.partition(b"\t")
        mode, name, stage = about.split(b" ")
        if not path.startswith(start):
            continue
        path = path.removeprefix(start)
        if stage != b"0":
            shown = path.decode(errors="replace")
            raise DataError(f"`{shown}` has a merge conflict; finish the merge, so that there is one version of it.")
        yield _tracked(mode, name, path)


def _tracked(mode: bytes, name: bytes, path: bytes) -> TrackedPath:
    return TrackedPath(path.decode(errors="surrogateescape"), _kind(mode), name.decode())


def _kind(mode: bytes) -> TrackedKind:
    return _KINDS.get(mode, "submodule")
