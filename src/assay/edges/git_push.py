"""Refs of a remote: listed, fetched without forcing, and created together or not at all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assay.edges.git import is_shallow, run_git
from assay.errors import EvaluationError, UsageError

SECONDS = 300
_ZERO = "0" * 40
# What a clone is told to do with other refs when it fetches (tags, pruning) is not wanted here.
_QUIETLY = (
    "--quiet", "--no-tags", "--no-prune", "--no-recurse-submodules", "--no-auto-maintenance", "--no-write-fetch-head",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Update:
    """A ref, the object it shall name, and the one it must name before; None: there must be no such ref."""

    ref: str
    new: str
    old: str | None = None


def list_remote(root: Path, remote: str) -> dict[str, str]:
    """The branches, tags and ledgers of a remote; raises EvaluationError where it cannot be reached."""
    refuse_unsafe_remote(remote)
    wanted = ("refs/tags/*", "refs/heads/*", "refs/assay/*")
    ended = run_git(root, "ls-remote", "--refs", "--quiet", "--", remote, *wanted, network=True, seconds=SECONDS)
    if ended.returncode:
        raise EvaluationError(
            f"The remote `{remote}` could not be read: {reason(ended.stderr)}",
            hint="Check `git remote -v` and your rights, or work in this clone alone with --no-push.",
        )
    lines = (line.partition("\t") for line in ended.stdout.decode(errors="surrogateescape").splitlines())
    return {name: found for found, _, name in lines if name.startswith(("refs/tags/", "refs/heads/", "refs/assay/"))}


def fetch_refs(root: Path, remote: str, refs: Sequence[str]) -> None:
    """Brings refs, or patterns of them, into this clone; raises EvaluationError where one here would be moved."""
    refuse_unsafe_remote(remote)
    wanted = [f"{ref}:{ref}" for ref in refs]
    ended = run_git(root, "fetch", *_QUIETLY, "--", remote, *wanted, network=True, seconds=SECONDS)
    if ended.returncode:
        raise EvaluationError(
            f"Tags and ledger could not be fetched from `{remote}`: {reason(ended.stderr)}",
            hint="What is in this clone differs from the remote: somebody moved a tag, or one here was never pushed. "
            "See `assay status` here and in a fresh clone.",
        )


def fetch_commit(root: Path, remote: str, commit: str) -> None:
    """Brings one commit, with its files, into this clone by its id; no ref is written, not even FETCH_HEAD.

    A shallow clone gets that commit alone, any other its history too. Raises EvaluationError where it cannot be had.
    """
    refuse_unsafe_remote(remote)
    if not re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", commit):
        raise UsageError(f"{commit[:80]!r} is not the id of a commit.", hint="Give all its hexadecimal digits.")
    if _has_files(root, commit):
        return
    quiet = (*_QUIETLY, "--no-filter")
    # A depth would cut off the history of a commit that is here, and make a whole clone shallow.
    here = run_git(root, "cat-file", "-e", commit).returncode == 0
    depth = ("--depth=1",) if not here and is_shallow(root) else ()
    # Only a fetch as if nothing were here brings the files that a clone with a filter left out.
    for more in (depth, ("--refetch", *depth)):
        ended = run_git(root, "fetch", *quiet, *more, "--", remote, commit, network=True, seconds=SECONDS)
        if ended.returncode or _has_files(root, commit):
            break
    if not _has_files(root, commit):
        said = reason(ended.stderr) if ended.returncode else "it is not a commit, or its files are not there."
        raise EvaluationError(
            f"The commit {commit[:12]} could not be fetched from `{remote}`: {said}",
            hint=f"See whether the remote still has it: `git fetch {remote} {commit}`.",
        )


def push_refs(root: Path, remote: str, updates: Sequence[Update]) -> str | None:
    """Creates or moves refs on a remote, all or none; None if it was done, else the remote's reason."""
    refuse_unsafe_remote(remote)
    leases = [f"--force-with-lease={each.ref}:{each.old or ''}" for each in updates]
    quiet = ("--quiet", "--atomic", "--no-verify", "--no-follow-tags", "--no-signed", "--recurse-submodules=no")
    wanted = [f"{each.new}:{each.ref}" for each in updates]
    ended = run_git(root, "push", *quiet, *leases, "--", remote, *wanted, network=True, seconds=SECONDS)
    return None if ended.returncode == 0 else reason(ended.stderr)


def update_refs(root: Path, updates: Sequence[Update]) -> str | None:
    """Creates or moves refs of this clone in one transaction; None if it was done, else Git's reason."""
    lines = [f"update {each.ref}\0{each.new}\0{each.old or _ZERO[: len(each.new)]}\0" for each in updates]
    ended = run_git(root, "update-ref", "--stdin", "-z", content="".join(lines).encode())
    return None if ended.returncode == 0 else reason(ended.stderr)


def is_ancestor(root: Path, older: str, newer: str) -> bool:
    """Whether a commit is the other or comes before it; not so where this clone lacks one of them."""
    return run_git(root, "merge-base", "--is-ancestor", older, newer).returncode == 0


def refuse_unsafe_remote(remote: str) -> None:
    """Raises UsageError for what Git would read as an option or as a program to run."""
    if remote.startswith("-") or "::" in remote or not remote.isprintable() or not remote.strip():
        raise UsageError(f"{remote[:80]!r} is not the name or address of a remote.")


def _has_files(root: Path, commit: str) -> bool:
    """Whether a commit is here with every file and folder of it."""
    if run_git(root, "cat-file", "-t", commit).stdout.strip() != b"commit":
        return False
    ended = run_git(root, "rev-list", "--objects", "--no-walk", "--missing=print", commit)
    return ended.returncode == 0 and not any(line.startswith(b"?") for line in ended.stdout.splitlines())


def reason(said: bytes) -> str:
    """What Git or the remote's hook said, without decoration, on one line."""
    lines = [line.strip() for line in said.decode(errors="replace").splitlines()]
    told = [line for line in lines if line and not line.startswith(("hint:", "To ", "error: failed to push some refs"))]
    text = "; ".join(told)[:600] or "it gave no reason"
    return text if text.endswith(".") else text + "."
