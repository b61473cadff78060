"""What Git tracks beneath a folder: paths and kinds, from the index or from a commit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from assay.edges.git import run_git
from assay.errors import DataError, EvaluationError

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
    ended = run_git(root, "ls-files", "--stage", "-z")
    if ended.returncode:
        said = " ".join(ended.stderr.decode(errors="replace").split())[:200]
        raise DataError(f"Git does not list the files of `{root}`: {said}")
    return tuple(_staged(ended.stdout))


def list_committed(root: Path, commit: str) -> tuple[TrackedPath, ...]:
    """What a commit has beneath a folder; raises EvaluationError if it cannot be listed."""
    ended = run_git(root, "ls-tree", "-r", "-z", commit)
    if ended.returncode:
        raise EvaluationError(f"The files at {commit[:12]} could not be listed.")
    found = []
    for line in filter(None, ended.stdout.split(b"\0")):
        about, _, path = line.partition(b"\t")
        mode, _, name = about.split(b" ")
        found.append(_tracked(mode, name, path))
    return tuple(found)


def _in_repository(root: Path) -> bool:
    """Whether a folder or one above it has Git's folder, readable or not: a refusal of Git is not an absence."""
    real = root.resolve()
    return any((folder / ".git").exists() for folder in (real, *real.parents))


def _staged(listing: bytes) -> Iterator[TrackedPath]:
    for line in filter(None, listing.split(b"\0")):
        about, _, path = line.partition(b"\t")
        mode, name, stage = about.split(b" ")
        if stage != b"0":
            shown = path.decode(errors="replace")
            raise DataError(f"`{shown}` has a merge conflict; finish the merge, so that there is one version of it.")
        yield _tracked(mode, name, path)


def _tracked(mode: bytes, name: bytes, path: bytes) -> TrackedPath:
    return TrackedPath(path.decode(errors="surrogateescape"), _KINDS.get(mode, "submodule"), name.decode())
