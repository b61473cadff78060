"""Git: commits, and files at a commit, read by their ids from the commit down, without running what is configured."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from assay.edges.git_messages import last_line, reason
from assay.edges.git_objects import FULL_ID, LACKING, StoredObject, TreeEntry, parse_tree, read_objects, read_sizes
from assay.edges.git_process import run_git
from assay.edges.git_repository import path_in_tree
from assay.errors import EvaluationError, UsageError

_FILES, _FOLDER = (b"100644", b"100755"), b"040000"


def find_commit(root: Path, revision: str) -> str:
    """The commit that a revision names, as 40 or 64 hexadecimal digits; raises UsageError if there is none."""
    ended = run_git(root, "rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}")
    found = ended.stdout.decode().strip()
    # If a tag and a branch have the same name, Git takes the tag, which anybody may have made (C6).
    if revision != "HEAD" and b"is ambiguous" in ended.stderr:
        raise UsageError(
            f"The revision `{revision}` is ambiguous: it names a branch and a tag, for example.",
            hint=f"Give the full name: `refs/heads/{revision}`, `refs/remotes/{revision}` or the commit's id.",
        )
    if ended.returncode or not FULL_ID.fullmatch(found):
        raise _without_commit(root, revision, ended.stderr)
    return found


def checked_out(root: Path) -> str:
    """The name of the branch that is checked out; `HEAD` if a commit is."""
    ended = run_git(root, "symbolic-ref", "--quiet", "--short", "HEAD")
    return ended.stdout.decode(errors="replace").strip() if ended.returncode == 0 else "HEAD"


def _without_commit(root: Path, revision: str, said: bytes) -> UsageError:
    """The error for a revision that names no commit, with Git's reason if it gave one."""
    why = reason(said).removesuffix("fatal: Needed a single revision.").rstrip("; ")
    missing = run_git(root, "rev-parse", "--verify", "--quiet", "HEAD").returncode
    if revision == "HEAD" and missing:
        where = f"The branch `{checked_out(root)}`, which is checked out, has no commit yet."
        return UsageError(where, hint="Commit the files first: `git add .` and `git commit`.")
    shallow = run_git(root, "rev-parse", "--is-shallow-repository").stdout.strip() == b"true"
    hint = "This clone is shallow: fetch the whole history (`fetch-depth: 0`)." if shallow else "Fetch it first."
    told = f": {why.rstrip('.')}" if why else ""
    return UsageError(f"The revision `{revision}` is not in this repository{told}.", hint=hint)


def read_at(root: Path, commit: str, path: str) -> bytes | None:
    """A file's bytes at a commit, or None if it did not exist; `path` is relative to `root`."""
    found = _find_object(root, commit, path)
    if found is None:
        return None
    if found.kind != "blob":
        raise EvaluationError(f"`{path}` is a folder at {commit[:12]}, not a file.")
    return bytes(found.content)


def object_at(root: Path, commit: str, path: str) -> str | None:
    """The id of a file's or folder's content at a commit; None if it did not exist."""
    found = _find_object(root, commit, path)
    return None if found is None else found.id


def size_at(root: Path, commit: str, path: str) -> int | None:
    """The bytes of a file at a commit as the clone tells them; None if it is missing in the commit or in this clone."""
    return read_sizes(root, [f"{commit}:{path_in_tree(root, path)}"])[0]


def list_at(root: Path, commit: str, folder: str) -> tuple[str, ...]:
    """The paths of the files, links and submodules in a folder at a commit, relative to `root`, sorted."""
    return tuple(sorted(path for path, _ in entries_at(root, commit, folder)))


def commit_that_added(root: Path, commit: str, path: str) -> tuple[str, tuple[str, ...]] | None:
    """The last commit that added a file on the way of first parents to a commit, and its parents; None if none did.

    A file that was moved or deleted and came again counts as added again.
    """
    asked = ("log", "--first-parent", "-m", "--diff-filter=A", "--no-renames", "--max-count=1", "--format=%H %P")
    ended = run_git(root, *asked, commit, "--", f"./{path}")
    if ended.returncode:
        raise EvaluationError(f"The history of `{path}` could not be read at {commit[:12]}.")
    found = ended.stdout.decode().split()
    return (found[0], tuple(found[1:])) if found else None


def commits_touching(root: Path, start: str, end: str, paths: Sequence[str]) -> tuple[str, ...]:
    """The commits after `start` on the way of first parents to `end` that changed a file or folder, oldest first."""
    asked = ("log", "--first-parent", "-m", "--reverse", "--format=%H", f"{start}..{end}")
    ended = run_git(root, *asked, "--", *(f"./{path}" for path in paths))
    if ended.returncode:
        raise EvaluationError(f"The history could not be read at {end[:12]}.")
    return tuple(ended.stdout.decode().split())


def versions_of(root: Path, end: str, paths: Sequence[str], most: int) -> tuple[str, ...]:
    """The last commits before `end`, or it, that changed a file or folder, newest first; at most some."""
    asked = ("log", f"--max-count={most}", "--format=%H", end)
    ended = run_git(root, *asked, "--", *(f"./{path}" for path in paths))
    return () if ended.returncode else tuple(ended.stdout.decode().split())


def is_shallow(root: Path) -> bool:
    """Whether a clone lacks early history; raises UsageError outside a repository."""
    ended = run_git(root, "rev-parse", "--is-shallow-repository")
    if ended.returncode:
        raise UsageError(
            f"Git cannot use the repository of `{root}`: {last_line(ended.stderr)}.", hint="Make a new clone."
        )
    return ended.stdout.strip() == b"true"


def list_blobs_at(root: Path, commit: str, folder: str = "") -> dict[str, str]:
    """The regular files at a commit, in a folder of it, by path relative to `root`, with the ids of their objects."""
    return {path: entry.id for path, entry in entries_at(root, commit, folder) if entry.mode in _FILES}


def list_others_at(root: Path, commit: str) -> frozenset[str]:
    """The paths of links and submodules at a commit, whose content is not in the commit."""
    return frozenset(path for path, entry in entries_at(root, commit) if entry.mode not in _FILES)


def read_blobs(root: Path, names: Sequence[str]) -> Iterator[bytes]:
    """The bytes of blobs, one after the other, from one process; raises EvaluationError if one is missing."""
    for name, found in zip(names, read_objects(root, names), strict=True):
        if found is None or found.kind != "blob":
            raise EvaluationError(f"The object {name[:12]} is not in this clone.", hint=LACKING)
        yield bytes(found.content)


def has_commit(root: Path, commit: str) -> bool:
    """Whether a commit is in this clone, with or without its files."""
    return run_git(root, "cat-file", "-t", commit).stdout.strip() == b"commit"


def _find_object(root: Path, commit: str, path: str) -> StoredObject | None:
    """The object at a path of a commit, or None if there is none; each object on the way is held against its id."""
    commit = commit if FULL_ID.fullmatch(commit) else find_commit(root, commit)
    inside = path_in_tree(root, path)
    parts = inside.encode(errors="surrogateescape").split(b"/") if inside else []
    ways = ["/".join(inside.split("/")[:count]) for count in range(1, len(parts) + 1)]
    found = read_objects(root, [commit, f"{commit}^{{tree}}", *(f"{commit}:{way}" for way in ways)])
    first = next(found)
    if first is None or first.kind != "commit":
        raise EvaluationError(f"The commit {commit[:12]} is not in this clone.", hint=LACKING)
    wanted = TreeEntry(_FOLDER, bytes(first.content[:200]).partition(b"\n")[0].removeprefix(b"tree ").decode())
    for part, each in zip((*parts, None), found, strict=True):
        if each is None or each.id != wanted.id:
            # Only a folder without the name proves that nothing was there; a missing object proves nothing.
            raise EvaluationError(f"`{path or '.'}` could not be read at {commit[:12]}.", hint=LACKING)
        if part is None:
            return each
        entry = parse_tree(each.content, len(commit)).get(part) if each.kind == "tree" else None
        if entry is None or entry.mode == b"160000":
            return None
        wanted = entry
    return None


def entries_at(root: Path, commit: str, folder: str = "") -> list[tuple[str, TreeEntry]]:
    """Files, links and submodules in a folder at a commit, by path relative to `root`, in Git's order of paths."""
    top = _find_object(root, commit, folder)
    prefix = "" if folder in ("", ".") else f"{re.sub('/+$', '', folder).removeprefix('./')}/"
    found: list[tuple[str, TreeEntry]] = []
    level = [(prefix, top)] if top is not None and top.kind == "tree" else []
    while level:  # one process reads a level
        folders: list[tuple[str, str]] = []
        for start, tree in level:
            for name, entry in parse_tree(tree.content, len(tree.id)).items():
                path = start + name.decode(errors="surrogateescape")
                if entry.mode == _FOLDER:
                    folders.append((f"{path}/", entry.id))
                else:
                    found.append((path, entry))
        below = zip(folders, read_objects(root, [each for _, each in folders]), strict=True)
        level = [(start, _listed(tree, start, commit)) for (start, _), tree in below]
    return sorted(found, key=lambda each: each[0].encode(errors="surrogateescape"))


def _listed(tree: StoredObject | None, folder: str, commit: str) -> StoredObject:
    if tree is None or tree.kind != "tree":
        raise EvaluationError(f"The folder `{folder}` could not be listed at {commit[:12]}.", hint=LACKING)
    return tree
