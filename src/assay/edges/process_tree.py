"""Ends a process together with all processes that it started."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from typing import Any

from assay.edges.confinement.process_table import descendants


def end_tree(process: subprocess.Popen[Any]) -> None:
    """Kills a process and its descendants (Git leaves its transports running); without `/proc` only the process."""
    started = descendants(process.pid)
    process.kill()
    for identifier in started:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(identifier, signal.SIGKILL)
    process.wait()
