"""Refs of a remote: listed, fetched without forcing, and created together or not at all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assay.edges.git import has_commit, is_shallow, run_git
from assay.edges.git_access import ask_remote, rights_hint
from assay.errors import EvaluationError, UsageError

_ZERO = "0" * 40
_MOVED = re.compile(r"rejected|would clobber|non-fast-forward")
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


@dataclass(frozen=True, kw_only=True)
class Listing:
    """A remote's branches, tags and ledgers with the objects they name, and the name of its default branch."""

    refs: dict[str, str]
    default: str | None = None


def list_remote(root: Path, remote: str) -> Listing:
    """What a remote holds, in one question; raises EvaluationError where it cannot be reached."""
    wanted = ("HEAD", "refs/tags/*", "refs/heads/*", "refs/assay/*")
    ended = ask_remote(root, remote, ("ls-remote", "--symref", "--quiet"), wanted)
    if ended.returncode:
        said = reason(ended.stderr)
        otherwise = "Check `git remote -v` and your rights, or work in this clone alone with --no-push."
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
    """Brings refs, or patterns of them, into this clone; raises EvaluationError where one here would be moved.

    `commits` are fetched along, by their ids, and no ref is written for them.
    """
    wanted = [*(f"{ref}:{ref}" for ref in refs), *commits]
    ended = ask_remote(root, remote, ("fetch", *_QUIETLY), wanted)
    if ended.returncode:
        said = reason(ended.stderr)
        otherwise = "See whether the remote can be reached, and run it again."
        if _MOVED.search(said):
            otherwise = (
                "What is in this clone differs from the remote: somebody moved a tag, or one here was never pushed. "
                "See `assay status` here and in a fresh clone."
            )
        raise EvaluationError(
            f"Tags and ledger could not be fetched from `{remote}`: {said}", hint=rights_hint(said, otherwise, "read")
        )


def fetch_commit(root: Path, remote: str, commit: str) -> None:
    """Brings one commit, with its files, into this clone by its id; no ref is written, not even FETCH_HEAD.

    A shallow clone gets that commit alone, any other its history too. Raises EvaluationError where it cannot be had.
    """
    if not re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", commit):
        raise UsageError(f"{commit[:80]!r} is not the id of a commit.", hint="Give all its hexadecimal digits.")
    if _has_files(root, commit):
        return
    quiet = (*_QUIETLY, "--no-filter")
    # A depth would cut off the history of a commit that is here, and make a whole clone shallow.
    depth = ("--depth=1",) if not has_commit(root, commit) and is_shallow(root) else ()
    # Only a fetch as if nothing were here brings the files that a clone with a filter left out.
    for more in (depth, ("--refetch", *depth)):
        ended = ask_remote(root, remote, ("fetch", *quiet, *more), [commit])
        if ended.returncode or _has_files(root, commit):
            break
    if not _has_files(root, commit):
        said = reason(ended.stderr) if ended.returncode else "it is not a commit, or its files are not there."
        raise EvaluationError(
            f"The commit {commit[:12]} could not be fetched from `{remote}`: {said}",
            hint=rights_hint(said, f"See whether the remote still has it: `git fetch {remote} {commit}`.", "read"),
        )


def push_refs(root: Path, remote: str, updates: Sequence[Update]) -> str | None:
    """Creates or moves refs on a remote, all or none; None if it was done, else the remote's reason."""
    leases = [f"--force-with-lease={each.ref}:{each.old or ''}" for each in updates]
    quiet = ("--quiet", "--atomic", "--no-verify", "--no-follow-tags", "--no-signed", "--recurse-submodules=no")
    wanted = [f"{each.new}:{each.ref}" for each in updates]
    ended = ask_remote(root, remote, ("push", *quiet, *leases), wanted)
    return None if ended.returncode == 0 else reason(ended.stderr)


def update_refs(root: Path, updates: Sequence[Update]) -> str | None:
    """Creates or moves refs of this clone in one transaction; None if it was done, else Git's reason."""
    lines = [f"update {each.ref}\0{each.new}\0{each.old or _ZERO[: len(each.new)]}\0" for each in updates]
    ended = run_git(root, "update-ref", "--stdin", "-z", content="".join(lines).encode())
    return None if ended.returncode == 0 else reason(ended.stderr)


def is_ancestor(root: Path, older: str, newer: str) -> bool:
    """Whether a commit is the other or comes before it; not so where this clone lacks one of them."""
    return run_git(root, "merge-base", "--is-ancestor", older, newer).returncode == 0


def _has_files(root: Path, commit: str) -> bool:
    """Whether a commit is here with every file and folder of it."""
    if not has_commit(root, commit):
        return False
    ended = run_git(root, "rev-list", "--objects", "--no-walk", "--missing=print", commit)
    return ended.returncode == 0 and not any(line.startswith(b"?") for line in ended.stdout.splitlines())


def reason(said: bytes) -> str:
    """What Git or the remote's hook said, without decoration, on one line."""
    lines = [line.strip() for line in said.decode(errors="replace").splitlines()]
    told = [line for line in lines if line and not line.startswith(("hint:", "To ", "error: failed to push some refs"))]
    text = "; ".join(told)[:600] or "it gave no reason"
    return text if text.endswith(".") else text + "."
