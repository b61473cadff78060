"""Watches a confined command from outside: its time, its output, its memory and its processes, and who asked for it.

Runs as `python -I -S -B watcher.py`, with the standard library only. It reads one line of JSON from its input (see
`isolation.py`) and writes one JSON object to its output. If its input closes, its caller is gone, so it kills all.
The command is a grandchild: between them is `first_process.py`, and whichever of the two dies, nothing outlives both.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import sys
import time
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.append(str(Path(__file__).parents[3]))

from assay.edges.confinement import first_process, new_root
from assay.edges.confinement.kernel import DUMPABLE, LINUX, SUBREAPER, control
from assay.edges.confinement.process_table import descendants, memory, tasks_of_user

TICK, LOOK = 0.01, 0.2
OUTPUT = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC


def run(order: dict[str, Any]) -> dict[str, Any]:
    """Starts the command, watches it to its end, and ends what is left; returns the report."""
    begun = time.monotonic()
    report = {"ended": "refused", "code": 0, "left_behind": 0, "detail": "", "accepted": {}}
    try:
        streams = (
            os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC),
            os.open(order["output"], OUTPUT, 0o600),
            os.open(order["errors"], OUTPUT, 0o600),
        )
        if LINUX:
            control(SUBREAPER, 1)
            _bound_processes(order)
        if order["level"] == "sealed":
            new_root.enter_namespaces()
        if LINUX:
            control(DUMPABLE, 0)
        heard, story = os.pipe()
        first = os.fork()
        if first == 0:
            os.close(heard)
            first_process.serve(order, story, streams)
    except OSError as problem:
        return {**report, "detail": str(problem), "seconds": 0.0}
    os.close(story)
    report |= watch(first, order, streams, heard)
    return {**report, "seconds": time.monotonic() - begun}


def _bound_processes(order: dict[str, Any]) -> None:
    """Bounds the number of processes by a limit of the system, which never holds for root, besides by looking."""
    user = os.getuid()
    if user:
        order["limits"]["nproc"] = order["processes"] + tasks_of_user(user)


def watch(first: int, order: dict[str, Any], streams: tuple[int, int, int], heard: int) -> dict[str, Any]:
    """How the command ended, or why it had to be stopped."""
    deadline, look, cut = time.monotonic() + order["seconds"], 0.0, ""
    while not cut:
        if os.waitpid(first, os.WNOHANG)[0]:
            break
        now = time.monotonic()
        if now > deadline:
            cut = "timed_out"
        elif any(os.fstat(stream).st_size > order["output_bytes"] for stream in streams[1:]):
            cut = "flooded"
        elif now > look and LINUX:
            look, used, count = now + LOOK, *usage(first)
            cut = "crowded" if count > order["processes"] else "memory" if used > order["memory_bytes"] else ""
        if not cut and select.select([0], [], [], TICK)[0]:
            cut = "abandoned"
    if cut:
        end(first)
    first_process.sweep(linger=0)
    return {**_read(heard), **({"ended": cut, "code": 0, "left_behind": 0} if cut else {})}


def usage(first: int) -> tuple[int, int]:
    """The bytes of memory and the number of the processes beneath the first one."""
    processes = descendants(first)
    return sum(memory(process) for process in processes[:1_000]), len(processes)


def end(first: int) -> None:
    """Kills the first process and all beneath it, whoever their parent is by then."""
    for process in (first, *descendants(first)):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(process, signal.SIGKILL)


def _read(heard: int) -> dict[str, Any]:
    """What the first process and the command's own said; without a word of its end it is lost."""
    said: dict[str, Any] = {}
    with os.fdopen(heard, "rb") as pipe:
        for line in pipe.read(65_536).splitlines():
            told = json.loads(line)
            if said.get("ended") in ("refused", "not_started"):
                told.pop("ended", None)
            said |= told
    return said if "ended" in said else {**said, "ended": "lost", "detail": "the first process was killed"}


if __name__ == "__main__":
    first_process.ignore_signals()
    print(json.dumps(run(json.loads(sys.stdin.readline()))))  # noqa: T201 - the answer to whoever asked
