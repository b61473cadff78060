"""Git: files at a revision, read without running anything that the repository configures."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from assay.edges.process_tree import end_tree
from assay.errors import EvaluationError, UsageError

SECONDS = 60
# The repository can set hooks, monitors and replaced objects, so they are off; and a folder in it that looks like a
# bare repository does not count as one, because its files would be Git's configuration (F-7).
SETTINGS = (
    "core.hooksPath=/dev/null", "core.fsmonitor=false", "protocol.allow=never", "core.quotePath=false",
    "safe.bareRepository=explicit", "core.warnAmbiguousRefs=true",
)  # fmt: skip
PASSED_ON = ("PATH", "HOME", "SYSTEMROOT", "TMPDIR")
# The user chooses a remote, so the protocols that reach it are allowed; other protocols can run programs.
REMOTES = ("protocol.file.allow=always", "protocol.https.allow=always", "protocol.ssh.allow=always")
_FILES = (b"100644", b"100755")
CONNECTING = (
    "SSH_AUTH_SOCK", "GIT_SSH_COMMAND", "GIT_ASKPASS", "SSL_CERT_FILE", "SSL_CERT_DIR",
    "HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy", "GIT_SSL_CAINFO",
)  # fmt: skip


def find_commit(root: Path, revision: str) -> str:
    """The commit that a revision names, as 40 hexadecimal digits; raises UsageError if there is none."""
    ended = run_git(root, "rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}")
    found = ended.stdout.decode().strip()
    # If a tag and a branch have the same name, Git takes the tag, which anybody may have made (C6).
    if revision != "HEAD" and b"is ambiguous" in ended.stderr:
        raise UsageError(
            f"The revision `{revision}` is ambiguous: it names a branch and a tag, for example.",
            hint=f"Give the full name: `refs/heads/{revision}`, `refs/remotes/{revision}` or the commit's id.",
        )
    if ended.returncode or not re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", found):
        shallow = run_git(root, "rev-parse", "--is-shallow-repository").stdout.strip() == b"true"
        hint = "This clone is shallow: fetch the whole history (`fetch-depth: 0`)." if shallow else "Fetch it first."
        raise UsageError(f"The revision `{revision}` is not in this repository.", hint=hint)
    return found


def checked_out(root: Path) -> str:
    """The name of the branch that is checked out; `HEAD` if a commit is."""
    ended = run_git(root, "symbolic-ref", "--quiet", "--short", "HEAD")
    return ended.stdout.decode(errors="replace").strip() if ended.returncode == 0 else "HEAD"


def read_at(root: Path, commit: str, path: str) -> bytes | None:
    """A file's bytes at a commit, or None if it did not exist; `path` is relative to `root`."""
    # Only a tree without the file proves that it did not exist; a missing blob proves nothing.
    listed = run_git(root, "ls-tree", "-z", commit, "--", f"./{path}")
    if listed.returncode:
        raise EvaluationError(f"The files at {commit[:12]} could not be listed.")
    if not listed.stdout:
        return None
    ended = run_git(root, "cat-file", "blob", f"{commit}:./{path}")
    if ended.returncode:
        hint = "This clone lacks some contents: fetch them (`git fetch --refetch --no-filter`)."
        raise EvaluationError(f"`{path}` could not be read at {commit[:12]}.", hint=hint)
    return ended.stdout


def list_at(root: Path, commit: str, folder: str) -> tuple[str, ...]:
    """The paths of the files in a folder at a commit, relative to `root`, sorted."""
    ended = run_git(root, "ls-tree", "-r", "-z", "--name-only", commit, "--", f"./{folder}")
    if ended.returncode:
        raise EvaluationError(f"The folder `{folder}` could not be listed at {commit[:12]}.")
    return tuple(sorted(path for path in ended.stdout.decode().split("\0") if path))


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


def is_shallow(root: Path) -> bool:
    """Whether a clone lacks early history; raises UsageError outside a repository."""
    ended = run_git(root, "rev-parse", "--is-shallow-repository")
    if b"safe.bareRepository" in ended.stderr:
        hint = "Move `HEAD`, `config`, `objects` and `refs` elsewhere, because Git would read its settings from them."
        raise UsageError(f"`{root}` looks like a Git repository of its own.", hint=hint)
    if ended.returncode:
        raise UsageError(f"`{root}` is not in a Git repository.", hint="Run `git init`, or change the folder.")
    return ended.stdout.strip() == b"true"


def list_blobs_at(root: Path, commit: str) -> dict[str, str]:
    """The regular files at a commit, by path relative to `root`, with the ids of their objects."""
    return {path: name for mode, name, path in _entries_at(root, commit) if mode in _FILES}


def list_others_at(root: Path, commit: str) -> frozenset[str]:
    """The paths of links and submodules at a commit, whose content is not in the commit."""
    return frozenset(path for mode, _, path in _entries_at(root, commit) if mode not in _FILES)


def _entries_at(root: Path, commit: str) -> Iterator[tuple[bytes, str, str]]:
    ended = run_git(root, "ls-tree", "-r", "-z", commit)
    if ended.returncode:
        raise EvaluationError(f"The files at {commit[:12]} could not be listed.")
    for line in filter(None, ended.stdout.split(b"\0")):
        about, _, path = line.partition(b"\t")
        mode, _, name = about.split(b" ")
        yield mode, name.decode(), path.decode(errors="surrogateescape")


def read_blobs(root: Path, names: Sequence[str]) -> Iterator[bytes]:
    """The bytes of blobs, one after the other, from one process; raises EvaluationError if one is missing."""
    if not names:
        return
    left = memoryview(
        run_git(root, "cat-file", "--batch", content="".join(f"{name}\n" for name in names).encode()).stdout
    )
    for name in names:
        head, _, _ = bytes(left[:200]).partition(b"\n")
        parts = head.decode(errors="replace").split(" ")
        if parts[:2] != [name, "blob"]:
            raise EvaluationError(f"The object {name[:12]} is not in this clone.", hint="Fetch the whole history.")
        start = len(head) + 1
        yield bytes(left[start : start + int(parts[2])])
        left = left[start + int(parts[2]) + 1 :]


def has_commit(root: Path, commit: str) -> bool:
    """Whether a commit is in this clone, with or without its files."""
    return run_git(root, "cat-file", "-t", commit).stdout.strip() == b"commit"


def run_git(
    root: Path,
    *arguments: str,
    content: bytes | None = None,
    network: bool = False,
    environment: Mapping[str, str] | None = None,
    seconds: float = SECONDS,
) -> subprocess.CompletedProcess[bytes]:
    """The result of a Git command with `content` as its input; hooks are off, and the network unless `network`.

    Git gets only the environment variables that it needs, and those in `environment`.
    """
    command, kept = guarded_call(arguments, network=network)
    given = {**kept, **(environment or {})}
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=root, env=given, stdin=pipe, stdout=pipe, stderr=pipe) as process:  # noqa: S603  # a fixed program, arguments as a list
        try:
            answer, complaint = process.communicate(content or b"", seconds)
        except subprocess.TimeoutExpired as error:
            end_tree(process)
            raise EvaluationError(f"Git did not answer within {seconds:.0f} s.") from error
        except BaseException:
            end_tree(process)
            raise
    return subprocess.CompletedProcess(command, process.returncode, answer, complaint)


def guarded_call(arguments: Sequence[str], *, network: bool = False) -> tuple[list[str], dict[str, str]]:
    """The command line and the environment that run Git safely; raises EvaluationError if it is not installed."""
    program = shutil.which("git")
    if program is None:
        raise EvaluationError("Git is not installed.", hint="Install git.")
    settings = [part for setting in (*SETTINGS, *(REMOTES if network else ())) for part in ("-c", setting)]
    command = [program, "--no-replace-objects", "--no-optional-locks", *settings, *arguments]
    passed_on = (*PASSED_ON, *(CONNECTING if network else ()))
    kept = {name: os.environ[name] for name in passed_on if name in os.environ}
    return command, {**kept, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
