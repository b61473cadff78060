"""The digest of a folder of data or of a model at a commit, equal to that of the same folder in a work tree."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from assay.canonical import canonical, digest
from assay.edges.data_files import is_counted
from assay.edges.git import list_blobs_at, read_blobs
from assay.edges.git_lfs import read_lfs_pointer
from assay.edges.git_objects import read_sizes
from assay.errors import DataError


def blobs_in(files: Mapping[str, str], folder: str, *, every: bool = False) -> dict[str, str]:
    """The files of a folder at a commit, by their path in it; empty if there is no such folder.

    Of a data folder only the files that count are among them, of a model's `every` one.
    """
    start = f"{PurePosixPath(folder).as_posix()}/"
    inside = {path.removeprefix(start): name for path, name in files.items() if path.startswith(start)}
    return {path: name for path, name in sorted(inside.items()) if every or is_counted(path)}


def digest_blobs(root: Path, blobs: Mapping[str, str]) -> str:
    """The digest of a folder; a file in Git LFS counts by its pointer."""
    listed = zip(blobs, read_blobs(root, list(blobs.values())), strict=True)
    return digest(canonical([[path, *_digest_and_size(content)] for path, content in listed]))


def digest_folder_at(root: Path, commit: str, folder: str, most: int) -> str | None:
    """The digest of a data folder at a commit, None if there is none; raises DataError for more than `most` bytes."""
    files = list_blobs_at(root, commit, folder)
    if sum(each or 0 for each in read_sizes(root, list(files.values()))) > most:
        raise DataError(
            f"`{folder}` has more than {most:,} bytes at {commit[:12]}.", hint="Make it smaller in that commit."
        )
    blobs = blobs_in(files, folder)
    return digest_blobs(root, blobs) if blobs else None


def _digest_and_size(content: bytes) -> tuple[str, int]:
    return read_lfs_pointer(content) or (digest(content), len(content))
