"""One run of Git in a folder, guarded against what the repository configures, and bounded in time."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from assay.edges.git_environment import guarded_call
from assay.edges.git_messages import known_cause
from assay.edges.git_repository import find_work_tree
from assay.edges.process_tree import end_tree
from assay.errors import EvaluationError

SECONDS = 60


def run_git(
    root: Path,
    *arguments: str,
    content: bytes | None = None,
    network: bool = False,
    environment: Mapping[str, str] | None = None,
    seconds: float = SECONDS,
    anywhere: bool = False,
) -> subprocess.CompletedProcess[bytes]:
    """The result of a Git command with `content` as its input; hooks are off, and the network unless `network`.

    Git gets only the environment variables that it needs, and those in `environment`. Raises UsageError outside a
    work tree, unless it may run `anywhere`, and for a complaint that says that Git will not work there at all.
    """
    command, kept = guarded_call(arguments) if anywhere else call_in(root, arguments, network=network)
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
    if process.returncode and (cause := known_cause(complaint, network=network)) is not None:
        raise cause
    return subprocess.CompletedProcess(command, process.returncode, answer, complaint)


def call_in(root: Path, arguments: Sequence[str], *, network: bool = False) -> tuple[list[str], dict[str, str]]:
    """The guarded command line and environment for a folder; raises UsageError if it is in no work tree."""
    return guarded_call(arguments, network=network, trusted=_trusted(find_work_tree(root)))


def _trusted(top: Path) -> tuple[str, ...]:
    """The work tree, if it lies in the checkout of a GitHub Actions job; a container's user does not own it."""
    workspace = os.environ.get("GITHUB_WORKSPACE", "")
    if os.environ.get("GITHUB_ACTIONS") != "true" or not Path(workspace).is_absolute():
        return ()
    home = Path(os.path.realpath(workspace))
    return (str(top),) if home != Path(home.anchor) and top.is_relative_to(home) else ()
