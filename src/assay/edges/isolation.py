"""Isolation of a command: an empty environment, limits, and only what it needs to open."""

from __future__ import annotations

import contextlib
import json
import math
import os
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Literal

from assay.edges.foreign_text import QUOTED, plain
from assay.edges.granted_paths import grant_paths
from assay.errors import ModelError

Level = Literal["process", "landlock", "sealed"]
Stopped = Literal["timed_out", "flooded", "memory", "crowded", "abandoned"]
Ended = Literal["exited", "killed", "not_started", "refused", "lost"] | Stopped

GRACE = 15.0
WATCHER = Path(__file__).with_name("confinement") / "watcher.py"


@dataclass(frozen=True, kw_only=True)
class ProcessLimits:
    """Limits on a command: seconds of wall-clock time, seconds of processor time per process, bytes, open files.

    `memory_bytes` bounds each process and all of them together, `processes` their number, `loading_bytes` what loading
    a model's file takes, by default by its size.
    """

    seconds: float = 300
    processor_seconds: float = math.inf
    memory_bytes: int = 4 << 30
    file_bytes: int = 2 << 30
    output_bytes: int = 1 << 20
    open_files: int = 256
    loading_bytes: int | None = None
    processes: int = 64

    def as_resources(self) -> dict[str, int]:
        """The resource limits by name; processor time is at most twice the wall-clock time."""
        processor = min(self.processor_seconds, 2 * self.seconds + 1)
        return {
            "cpu": max(1, math.ceil(processor)),
            "as": self.memory_bytes,
            "fsize": self.file_bytes,
            "nofile": self.open_files,
            "core": 0,
        }


@dataclass(frozen=True, kw_only=True)
class Enclosure:
    """How a command is isolated: its limits, what it may read besides its libraries, and what it must not.

    `hidden` paths are refused if they lie beneath a readable one.
    """

    level: Level
    limits: ProcessLimits = field(default_factory=ProcessLimits)
    readable: tuple[Path, ...] = ()
    hidden: tuple[Path, ...] = ()


@dataclass(frozen=True, kw_only=True)
class AcceptedIsolation:
    """What the system accepted: the level, the version of Landlock (0 without), the filter, the namespaces."""

    level: Level
    abi: int = 0
    seccomp: bool = False
    namespaces: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CommandOutcome:
    """How a command ended: `code` is its exit code or signal; `printed` and `complained` are its last output."""

    ended: Ended
    code: int
    left_behind: int
    seconds: float
    printed: str
    complained: str
    detail: str
    isolation: AcceptedIsolation


def run_shut_in(command: Sequence[str], folder: Path, enclosure: Enclosure) -> CommandOutcome:
    """Runs a command of an interpreter in a folder of its own, the only one that it may change, and waits for its end.

    At `landlock` and `sealed` it opens only its libraries, the readable paths and its folder. Wherever the system
    allows it, it has no sockets and cannot reach other processes. Raises ModelError if a hidden path is readable.
    """
    level, limits, folder = enclosure.level, enclosure.limits, folder.resolve()
    granted = grant_paths(Path(command[0]), enclosure.readable, folder, () if level == "process" else enclosure.hidden)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        aside = Path(name).resolve()
        (aside / "root").mkdir()
        (aside / "canary").write_text("The command must not read this.", encoding="ascii")
        order = {
            "command": list(command),
            "environment": _environment(folder),
            "folder": str(folder),
            "output": str(aside / "output.txt"),
            "errors": str(aside / "errors.txt"),
            "limits": limits.as_resources(),
            "seconds": limits.seconds,
            "output_bytes": limits.output_bytes,
            "memory_bytes": limits.memory_bytes,
            "processes": limits.processes,
            "level": level,
            "grants": granted.grants,
            "links": granted.links,
            "root": str(aside / "root"),
            "canary": str(aside / "canary"),
        }
        report = _watch(order, limits)
        printed, complained = (_last_words(aside / name) for name in ("output.txt", "errors.txt"))
    accepted = report.pop("accepted")
    namespaces = tuple(accepted.pop("namespaces", ()))
    isolation = AcceptedIsolation(level=level, namespaces=namespaces, **accepted)
    return CommandOutcome(**report, printed=printed, complained=complained, isolation=isolation)


def signal_name(number: int) -> str:
    """A signal's name, such as SIGSEGV."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _environment(folder: Path) -> dict[str, str]:
    places = {"HOME": folder / "home", "TMPDIR": folder / "temporary"}
    for place in places.values():
        place.mkdir(exist_ok=True)
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    python = {"PYTHONHASHSEED": "0", "PYTHONSAFEPATH": "1", "PYTHONNOUSERSITE": "1"}
    # Arrow's own pool reserves a gigabyte at once, which a limit on memory counts.
    quiet = {"ORT_DISABLE_TELEMETRY": "1", "ARROW_DEFAULT_MEMORY_POOL": "system"}
    # Libraries ask who they run for and in which time zone; the files that answer are not granted.
    person = {"USER": "model", "LOGNAME": "model", "TZ": "UTC", "LANG": "C.UTF-8"}
    return {**person, **{name: str(place) for name, place in places.items()}, **threads, **python, **quiet}


def _watch(order: dict[str, Any], limits: ProcessLimits) -> dict[str, Any]:
    watcher, pipe, trouble = [sys.executable, "-I", "-S", "-B", str(WATCHER)], subprocess.PIPE, ""
    with subprocess.Popen(  # noqa: S603 - a fixed command, and the order goes through a pipe
        watcher, stdin=pipe, stdout=pipe, stderr=pipe, env={}, cwd="/", start_new_session=True
    ) as process:
        with contextlib.suppress(BrokenPipeError):
            _stream(process.stdin).write(json.dumps(order).encode() + b"\n")
            _stream(process.stdin).flush()
        try:
            process.wait(limits.seconds + GRACE)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            trouble = "the watching process did not end"
        answer, said = _stream(process.stdout).read(), _stream(process.stderr).read()
    lost = {"ended": "lost", "code": 0, "left_behind": 0, "seconds": 0.0, "accepted": {}}
    try:
        return {**lost, "detail": "", **json.loads(answer)}
    except ValueError:
        detail = trouble or plain(said.decode(errors="replace"), limit=300) or "the watching process was killed"
        return {**lost, "detail": detail}


def _stream(stream: IO[bytes] | None) -> IO[bytes]:
    if stream is None:
        raise ModelError("The process that watches the model has no pipe.")
    return stream


def _last_words(path: Path) -> str:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return ""
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            return ""
        return plain(os.pread(descriptor, 4 * QUOTED, max(0, status.st_size - 4 * QUOTED)).decode(errors="replace"))
    finally:
        os.close(descriptor)
