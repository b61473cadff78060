"""What is checked out: the commit that HEAD names, its parents, and the tracked files whose bytes differ from it."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from assay.edges.files import digest_beneath
from assay.edges.git_listing import list_committed
from assay.edges.git_process import run_git
from assay.errors import DataError, UsageError

HASHING_SECONDS, MOST_OF_A_POINTER = 600, 1_024
_DOSSIERS = ".assay/"
_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_LFS = re.compile(
    rb"version https://git-lfs\.github\.com/spec/v1\n(?:ext-[^\n]*\n)*oid (sha256:[0-9a-f]{64})\nsize \d+\n"
)


@dataclass(frozen=True, kw_only=True)
class Checkout:
    """The commit that is checked out, with its parents in their order, as the commit itself names them."""

    commit: str
    parents: tuple[str, ...]

    def merges(self, head: str) -> bool:
        """Whether it merges a head into one other commit, as GitHub does for a pull request."""
        return self.parents[1:] == (head,)


def read_checkout(root: Path) -> Checkout | None:
    """What is checked out in a folder's repository; None before the first commit, outside Git, and where Git refuses.

    The parents are read from the commit's own bytes, so a shallow clone knows them too.
    """
    try:
        named = run_git(root, "rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    except UsageError:
        return None
    commit = named.stdout.decode(errors="replace").strip()
    if named.returncode or not _ID.fullmatch(commit):
        return None
    head, _, _ = run_git(root, "cat-file", "commit", commit).stdout.partition(b"\n\n")
    lines = head.decode(errors="replace").splitlines()
    parents = tuple(line.removeprefix("parent ") for line in lines if line.startswith("parent "))
    return Checkout(commit=commit, parents=parents) if all(map(_ID.fullmatch, parents)) else None


def list_changed(root: Path, commit: str, paths: Collection[str]) -> tuple[str, ...]:
    """The tracked files, of some files and folders relative to `root`, whose bytes are not those of the commit, sorted.

    Every file is digested again, so neither the index nor its flags are believed, and no filter runs. A file in Git LFS
    must have the digest that its pointer names. A path that the commit does not have is not compared. The path `.`
    stands for everything but dossiers.
    """
    folders = tuple(f"{path}/" for path in paths)
    tracked = {
        each.path: each
        for each in list_committed(root, commit)
        if ("." in paths and not each.path.startswith(_DOSSIERS)) or each.path in paths or each.path.startswith(folders)
    }
    regular = [path for path, each in tracked.items() if each.kind in ("file", "executable")]
    links = [path for path, each in tracked.items() if each.kind == "link"]
    found = {**_hash_files(root, regular), **{path: _hash_link(root, path) for path in links}}
    differing = [path for path in (*regular, *links) if found.get(path) != tracked[path].object_id]
    return tuple(sorted(path for path in differing if not _is_of_pointer(root, path, tracked[path].object_id)))


def _hash_files(root: Path, paths: Iterable[str]) -> Mapping[str, str]:
    """The object ids of regular files, from one process; other paths are absent."""
    regular = [path for path in paths if "\n" not in path and _is_regular(root, path)]
    # Git takes these paths from the top of the work tree, wherever it is started.
    content = "".join(f"{Path(os.path.realpath(root)) / path}\n" for path in regular).encode(errors="surrogateescape")
    ended = run_git(root, "hash-object", "--no-filters", "--stdin-paths", content=content, seconds=HASHING_SECONDS)
    names = ended.stdout.decode().split()
    return dict(zip(regular, names, strict=True)) if len(names) == len(regular) else {}


def _hash_link(root: Path, path: str) -> str | None:
    """The object id of a link, which has its target as content; None if there is no link."""
    try:
        target = os.readlink(root / path)  # noqa: PTH115  (the text as Git has it, not a path)
    except OSError:
        return None
    return run_git(root, "hash-object", "--stdin", content=os.fsencode(target)).stdout.decode().strip()


def _is_regular(root: Path, path: str) -> bool:
    found = root / path
    return found.is_file() and not any(each.is_symlink() for each in (found, *found.parents) if root in each.parents)


def _is_of_pointer(root: Path, path: str, name: str) -> bool:
    """Whether a commit has a Git LFS pointer in place of a file, with the file's digest."""
    size = run_git(root, "cat-file", "-s", name).stdout.strip()
    if not size.isdigit() or int(size) > MOST_OF_A_POINTER:
        return False
    pointer = _LFS.fullmatch(run_git(root, "cat-file", "blob", name).stdout)
    try:
        return pointer is not None and digest_beneath(root, path)[0] == pointer[1].decode()
    except DataError:
        return False
