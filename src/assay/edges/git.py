"""Git: what a file held at a revision, read without running anything the repository configures."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from assay.errors import EvaluationError, UsageError

SECONDS = 60
# Hooks, monitors and replaced objects are the repository's to set, so they are switched off (F-7).
SETTINGS = ("core.hooksPath=/dev/null", "core.fsmonitor=false", "protocol.allow=never", "core.quotePath=false")
PASSED_ON = ("PATH", "HOME", "SYSTEMROOT", "TMPDIR")


def find_commit(root: Path, revision: str) -> str:
    """The commit a revision names, as 40 hexadecimal digits; raises UsageError where there is none."""
    ended = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    found = ended.stdout.decode().strip()
    if ended.returncode or not re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", found):
        shallow = _git(root, "rev-parse", "--is-shallow-repository").stdout.strip() == b"true"
        hint = "This clone is shallow: fetch the whole history (`fetch-depth: 0`)." if shallow else "Fetch it first."
        raise UsageError(f"The revision `{revision}` is not in this repository.", hint=hint)
    return found


def read_at(root: Path, commit: str, path: str) -> bytes | None:
    """A file's bytes at a commit, or None where it was not there; `path` is relative to `root`."""
    if _git(root, "cat-file", "-e", f"{commit}:./{path}").returncode:
        return None
    ended = _git(root, "cat-file", "blob", f"{commit}:./{path}")
    if ended.returncode:
        raise EvaluationError(f"`{path}` could not be read at {commit[:12]}.")
    return ended.stdout


def list_at(root: Path, commit: str, folder: str) -> tuple[str, ...]:
    """The paths of the files in a folder at a commit, relative to `root`, sorted."""
    ended = _git(root, "ls-tree", "-r", "-z", "--name-only", commit, "--", f"./{folder}")
    if ended.returncode:
        raise EvaluationError(f"The folder `{folder}` could not be listed at {commit[:12]}.")
    return tuple(sorted(path for path in ended.stdout.decode().split("\0") if path))


def _git(root: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    program = shutil.which("git")
    if program is None:
        raise EvaluationError("Git is not installed, so a base revision cannot be read.", hint="Install git.")
    settings = [part for setting in SETTINGS for part in ("-c", setting)]
    command = [program, "--no-replace-objects", "--no-optional-locks", *settings, *arguments]
    kept = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    environment = {**kept, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    try:
        return subprocess.run(  # noqa: S603  # a fixed program, arguments as a list
            command, cwd=root, env=environment, capture_output=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise EvaluationError(f"Git did not answer within {SECONDS} s.") from error
