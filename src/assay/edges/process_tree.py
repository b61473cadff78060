"""Ends a process together with all processes that it started."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from pathlib import Path
from typing import Any


def end_tree(process: subprocess.Popen[Any]) -> None:
    """Kills a process and its descendants (Git leaves its transports running); without `/proc` only the process."""
    started = _descendants(process.pid)
    process.kill()
    for identifier in started:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(identifier, signal.SIGKILL)
    process.wait()


def _descendants(root: int) -> list[int]:
    parents: dict[int, int] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            parents[int(entry.parent.name)] = int(entry.read_text(errors="replace").rpartition(")")[2].split()[1])
    found = [root]
    for identifier in found:
        found += [child for child, parent in parents.items() if parent == identifier]
    return found[1:]
