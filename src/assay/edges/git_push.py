"""Refs of a remote: listed, fetched without force, and created together or not at all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assay.edges.git import has_commit, is_shallow
from assay.edges.git_access import ask_remote, rights_hint
from assay.edges.git_messages import reason
from assay.edges.git_process import run_git
from assay.errors import EvaluationError, UsageError

_MOVED = re.compile(r"rejected|would clobber|non-fast-forward")
# A clone's settings for other refs (tags, pruning, what a mirror overwrites) must not apply here.
_QUIETLY = (
    "--quiet", "--no-tags", "--no-prune", "--no-recurse-submodules", "--no-auto-maintenance", "--no-write-fetch-head",
    "--refmap=",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Update:
    """A ref, its new object, and the object that it must name before; None: the ref must not exist."""

    ref: str
    new: str
    old: str | None = None


@dataclass(frozen=True, kw_only=True)
class Listing:
    """A remote's branches, tags and ledgers with their objects, and the name of its default branch."""

    refs: dict[str, str]
    default: str | None = None


def list_remote(root: Path, remote: str) -> Listing:
    """The listing of a remote, from one request; raises EvaluationError if it cannot be reached."""
    wanted = ("HEAD", "refs/tags/*", "refs/heads/*", "refs/assay/*")
    ended = ask_remote(root, remote, ("ls-remote", "--symref", "--quiet"), wanted)
    if ended.returncode:
        said = reason(ended.stderr)
        otherwise = (
            "Check `git remote -v` and your permissions, name another remote with --remote, or use only this clone "
            "with --no-push."
        )
        raise EvaluationError(
            f"The remote `{remote}` could not be read: {said}", hint=rights_hint(said, otherwise, "write")
        )
    refs, default = dict[str, str](), None
    for line in ended.stdout.decode(errors="surrogateescape").splitlines():
        found, _, name = line.partition("\t")
        if name == "HEAD" and found.startswith("ref: refs/heads/"):
            default = found.removeprefix("ref: refs/heads/")
        elif name.startswith(("refs/tags/", "refs/heads/", "refs/assay/")) and not name.endswith("^{}"):
            refs[name] = found
    return Listing(refs=refs, default=default)


def fetch_refs(root: Path, remote: str, refs: Sequence[str], commits: Sequence[str] = ()) -> None:
    """Fetches refs, or patterns of refs, into this clone; raises EvaluationError if that would move one here.

    `commits` are fetched too, by their ids, without refs.
    """
    wanted = [*(f"{ref}:{ref}" for ref in refs), *commits]
    ended = ask_remote(root, remote, ("fetch", *_QUIETLY), wanted)
    if ended.returncode:
        said = reason(ended.stderr)
        otherwise = "Check whether the remote can be reached, then run it again."
        if _MOVED.search(said):
            otherwise = (
                "This clone differs from the remote: somebody moved a tag, or one here was never pushed. "
                "See `assay status` here and in a fresh clone."
            )
        raise EvaluationError(
            f"Tags and ledger could not be fetched from `{remote}`: {said}", hint=rights_hint(said, otherwise, "read")
        )


def fetch_commit(root: Path, remote: str, commit: str) -> None:
    """Fetches one commit, with its files, into this clone by its id; writes no ref, not even FETCH_HEAD.

    A shallow clone gets only that commit, any other clone its history too. Raises EvaluationError if that fails.
    """
    if not re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", commit):
        raise UsageError(f"{commit[:80]!r} is not the id of a commit.", hint="Give all its hexadecimal digits.")
    if _has_files(root, commit):
        return
    quiet = (*_QUIETLY, "--no-filter")
    # A depth would remove the history of a commit that is here, and make a full clone shallow.
    depth = ("--depth=1",) if not has_commit(root, commit) and is_shallow(root) else ()
    # Only a refetch brings the files that a clone with a filter lacks.
    for more in (depth, ("--refetch", *depth)):
        ended = ask_remote(root, remote, ("fetch", *quiet, *more), [commit])
        if ended.returncode or not has_commit(root, commit) or _has_files(root, commit):
            break
    if not _has_files(root, commit):
        said = reason(ended.stderr) if ended.returncode else "it is not a commit, or the remote lacks its files."
        raise EvaluationError(
            f"The commit {commit[:12]} could not be fetched from `{remote}`: {said}",
            hint=rights_hint(said, f"Check whether the remote still has it: `git fetch {remote} {commit}`.", "read"),
        )


def push_refs(root: Path, remote: str, updates: Sequence[Update]) -> str | None:
    """Creates or moves refs on a remote, all or none; returns None, or the remote's reason for refusing."""
    leases = [f"{each.ref}:{each.old or ''}" for each in updates]
    return _push(root, remote, leases, [f"{each.new}:{each.ref}" for each in updates])


def withdraw_refs(root: Path, remote: str, updates: Sequence[Update]) -> str | None:
    """Undoes updates on a remote that nobody has changed since, all or none; returns None, or the remote's reason."""
    leases = [f"{each.ref}:{each.new}" for each in updates]
    return _push(root, remote, leases, [f"{each.old or ''}:{each.ref}" for each in updates])


def update_refs(root: Path, updates: Sequence[Update]) -> str | None:
    """Creates or moves refs of this clone in one transaction; returns None, or Git's reason for refusing."""
    lines = [f"update {each.ref}\0{each.new}\0{each.old or '0' * len(each.new)}\0" for each in updates]
    ended = run_git(root, "update-ref", "--stdin", "-z", content="".join(lines).encode())
    return None if ended.returncode == 0 else reason(ended.stderr)


def _push(root: Path, remote: str, leases: Sequence[str], wanted: Sequence[str]) -> str | None:
    quiet = ("--quiet", "--atomic", "--no-verify", "--no-follow-tags", "--no-signed", "--recurse-submodules=no")
    held = [f"--force-with-lease={each}" for each in leases]
    # A mirror would push every ref of this clone, and delete all others; these are the only ones that are pushed.
    ended = ask_remote(root, remote, ("-c", f"remote.{remote}.mirror=false", "push", *quiet, *held), wanted)
    return None if ended.returncode == 0 else reason(ended.stderr)


def is_ancestor(root: Path, older: str, newer: str) -> bool:
    """Whether a commit is the other or an ancestor of it; false if this clone lacks one of them."""
    return run_git(root, "merge-base", "--is-ancestor", older, newer).returncode == 0


def _has_files(root: Path, commit: str) -> bool:
    """Whether a commit is here with all its files and folders."""
    if not has_commit(root, commit):
        return False
    ended = run_git(root, "rev-list", "--objects", "--no-walk", "--missing=print", commit)
    return ended.returncode == 0 and not any(line.startswith(b"?") for line in ended.stdout.splitlines())
