"""Where a commit left a branch of a remote, computed from Git's own history, also in a clone that lacks it."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from assay.edges.git import has_commit, is_shallow
from assay.edges.git_access import ask_remote, rights_hint
from assay.edges.git_messages import reason
from assay.edges.git_process import run_git
from assay.edges.git_push import fetch_commit, is_ancestor
from assay.errors import EvaluationError, UsageError

_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_SHA256_DIGITS = 64


def find_branch(root: Path, remote: str, branch: str) -> str:
    """The commit that a branch of a remote names now; raises EvaluationError if there is none."""
    ref = f"refs/heads/{branch}"
    if run_git(root, "check-ref-format", ref).returncode:
        raise UsageError(f"{branch[:80]!r} is not the name of a branch.")
    ended = ask_remote(root, remote, ("ls-remote", "--quiet"), [ref])
    found = [line.partition("\t") for line in ended.stdout.decode(errors="replace").splitlines()]
    commit = next((commit for commit, _, name in found if name == ref), "")
    if ended.returncode or not _ID.fullmatch(commit):
        said = reason(ended.stderr) if ended.returncode else "it has no such branch."
        hint = rights_hint(said, "Check `git remote -v`, and name the remote with --base-remote.", "read")
        raise EvaluationError(f"The branch `{branch}` of `{remote}` could not be read: {said}", hint=hint)
    return commit


def find_fork(root: Path, remote: str, tip: str, commit: str) -> str:
    """The last commit that a branch's tip and another have in common; raises EvaluationError for none or several.

    A shallow clone stays as it is: the history without files comes into a folder of its own.
    """
    if not is_shallow(root):
        if not has_commit(root, tip):
            fetch_commit(root, remote, tip)
        return _merge_base(root, tip, commit)
    address = _address(root, remote)
    with tempfile.TemporaryDirectory() as name:
        history = Path(name)
        form = "sha256" if len(commit) == _SHA256_DIGITS else "sha1"
        run_git(history, "init", "--quiet", "--template=", f"--object-format={form}", anywhere=True)
        run_git(history, "remote", "add", "--", "origin", address)
        quiet = ("--quiet", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance", "--filter=tree:0")
        ended = ask_remote(history, "origin", ("fetch", *quiet), [tip, commit])
        if ended.returncode:
            said = reason(ended.stderr)
            hint = rights_hint(said, "Fetch the whole history (`fetch-depth: 0`), and run it again.", "read")
            raise EvaluationError(f"The history could not be fetched from `{remote}`: {said}", hint=hint)
        return _merge_base(history, tip, commit)


def _merge_base(root: Path, tip: str, commit: str) -> str:
    ended = run_git(root, "merge-base", "--all", tip, commit)
    found = ended.stdout.decode(errors="replace").split()
    if len(found) == 1 and _ID.fullmatch(found[0]) and is_ancestor(root, found[0], commit):
        return found[0]
    if found:
        # Either of them could be the weaker judge, and a change can make more of them.
        raise EvaluationError(
            f"The commit {commit[:12]} and the branch have {len(found)} last commits in common, so none is the base.",
            hint="Merge the branch into the change once more, or judge the merge (`refs/pull/<number>/merge`).",
        )
    raise EvaluationError(
        f"The commit {commit[:12]} has no history in common with the branch.",
        hint="Start the change from the branch, or name the commit that judges with --base.",
    )


def _address(root: Path, remote: str) -> str:
    """The address of a remote, absolute if it is a path."""
    said = run_git(root, "ls-remote", "--get-url", "--", remote).stdout.decode(errors="replace").strip()
    is_path = not urlsplit(said).scheme and ":" not in said.partition("/")[0]
    return str((root / said).resolve()) if is_path and said != remote else said
