"""The base of a clone that is only read: the remote's default branch as it was fetched last."""

from __future__ import annotations

from pathlib import Path

from assay.edges.git import checked_out, find_commit, list_blobs_at, read_blobs
from assay.edges.git_tags import read_refs
from assay.errors import UsageError


def may_ask_for_signatures(root: Path, remote: str) -> bool:
    """Whether a manifest at the base of a clone may name keys or ask for signatures, by its bytes alone.

    It saves most readings of tags the time that a manifest takes to read; what could be written otherwise counts.
    """
    base = base_of_clone(root, remote)
    files = {} if base is None else list_blobs_at(root, base)
    named = [blob for path, blob in files.items() if path.rpartition("/")[2] == "assay.yaml"]
    return any(word in content for content in read_blobs(root, named) for word in (b"trust", b"signed", b"\\"))


def base_of_clone(root: Path, remote: str) -> str | None:
    """The commit of the remote's default branch as it was fetched last, else of the checkout; None without a commit."""
    refs = read_refs(root, f"refs/remotes/{remote}")
    wanted = (f"refs/remotes/{remote}/{name}" for name in ("HEAD", checked_out(root)))
    try:
        return find_commit(root, next((name for name in wanted if name in refs), "HEAD"))
    except UsageError:
        return None
