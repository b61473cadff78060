"""Levels of isolation: what each promises, and the strongest that this machine accepts."""

from __future__ import annotations

import functools
import sys
import tempfile
from pathlib import Path
from typing import Literal

from assay.edges.isolation import Enclosure, Level, ProcessLimits, run_shut_in
from assay.errors import ModelError

Request = Literal["auto", "process", "landlock", "sealed"]
STRONGEST_FIRST: tuple[Level, ...] = ("sealed", "landlock", "process")
SHUT_IN: tuple[Level, ...] = ("sealed", "landlock")
"""The levels at which a command opens only what is listed."""
NEEDS = {
    "sealed": "Linux 5.12 with user namespaces, which some systems allow to root only",
    "landlock": "Linux 6.2 with Landlock",
    "process": "a POSIX system",
}


@functools.cache
def why_not(level: Level) -> str:
    """Why this system cannot shut a command in at a level; empty if it can. Tried once."""
    if level == "process":
        return ""
    if sys.platform != "linux":
        return f"the isolation `{level}` exists only on Linux"
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        command = (sys.executable, "-I", "-S", "-B", "-c", "pass")
        outcome = run_shut_in(command, Path(folder), Enclosure(level=level, limits=ProcessLimits(seconds=10)))
    if (outcome.ended, outcome.code) == ("exited", 0):
        return ""
    return outcome.detail or f"a trial run ended as `{outcome.ended}` with code {outcome.code}"


def choose_level(request: Request) -> Level:
    """The isolation to use, for `auto` the strongest accepted; raises ModelError if the requested one is not."""
    if request == "auto":
        return next(level for level in STRONGEST_FIRST if not why_not(level))
    reason = why_not(request)
    if reason:
        raise ModelError(
            f"This system cannot run the model at the isolation `{request}`: {reason}.",
            hint=f"It needs {NEEDS[request]}. `--isolation auto` takes the strongest that this system accepts.",
        )
    return request
