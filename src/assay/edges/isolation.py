"""Isolation of a command: an empty environment, limits, and namespaces if the system has them."""

from __future__ import annotations

import contextlib
import functools
import json
import math
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Literal

from assay.errors import ModelError

Level = Literal["process", "namespaces"]
Request = Literal["auto", "process", "namespaces"]
Ended = Literal["exited", "killed", "timed_out", "flooded", "not_started", "refused", "abandoned", "lost"]

QUOTED = 2_000
GRACE = 15.0
WATCHER = Path(__file__).with_name("isolation_child.py")
NAMESPACES = ("--user", "--map-root-user", "--mount", "--mount-proc", "--net", "--pid", "--ipc")
ALWAYS_HIDDEN = (Path("/run"),)
"""The folders of system sockets, which a network namespace does not block."""


@dataclass(frozen=True, kw_only=True)
class ProcessLimits:
    """Limits on a command: seconds of wall-clock time, seconds of processor time per process, bytes, open files."""

    seconds: float = 300
    processor_seconds: float = math.inf
    memory_bytes: int = 4 << 30
    file_bytes: int = 2 << 30
    output_bytes: int = 1 << 20
    open_files: int = 256

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
    """How a command is isolated: its limits, the paths hidden from it, and the paths that it needs."""

    level: Level
    limits: ProcessLimits = field(default_factory=ProcessLimits)
    hidden: tuple[Path, ...] = ()
    needed: tuple[Path, ...] = ()


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
    isolation: Level


@functools.cache
def why_no_namespaces() -> str:
    """Why this system cannot give a command its own namespaces; empty if it can. Tried once."""
    if sys.platform != "linux":
        return "namespaces exist only on Linux"
    if shutil.which("unshare") is None:
        return "the program `unshare` (util-linux) is not installed"
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        command = (sys.executable, "-I", "-S", "-B", "-c", "pass")
        outcome = run_shut_in(command, Path(folder), Enclosure(level="namespaces", limits=ProcessLimits(seconds=10)))
    if (outcome.ended, outcome.code) == ("exited", 0):
        return ""
    return outcome.detail or f"a trial run ended as `{outcome.ended}` with code {outcome.code}"


def choose_level(request: Request) -> Level:
    """The isolation to use, for `auto` the strongest available; raises ModelError if it is not available."""
    if request == "process":
        return "process"
    reason = why_no_namespaces()
    if not reason:
        return "namespaces"
    if request == "auto":
        return "process"
    raise ModelError(
        f"This system cannot run the model in its own namespaces: {reason}.",
        hint="Use Linux with user namespaces, or choose the isolation `process`, which hides no files.",
    )


def run_shut_in(command: Sequence[str], folder: Path, enclosure: Enclosure) -> CommandOutcome:
    """Runs a command in a private folder and waits for its end; under namespaces it can write only there.

    Under namespaces it has no network, sees only its own processes, cannot read the hidden paths, and gains nothing
    from being root. Raises ModelError if a hidden path contains a needed one.
    """
    level, limits = enclosure.level, enclosure.limits
    folder = folder.resolve()
    order = {
        "command": list(command),
        "environment": _environment(folder),
        "folder": str(folder),
        "output": str(folder / "output.txt"),
        "errors": str(folder / "errors.txt"),
        "limits": limits.as_resources(),
        "seconds": limits.seconds,
        "output_bytes": limits.output_bytes,
        "namespaces": level == "namespaces",
        "hidden": _covers(enclosure.hidden, (folder, *enclosure.needed)) if level == "namespaces" else [],
    }
    report = _watch(order, limits)
    printed, complained = (_last_words(folder / name) for name in ("output.txt", "errors.txt"))
    return CommandOutcome(**report, printed=printed, complained=complained, isolation=level)


def plain(text: str, *, limit: int = QUOTED) -> str:
    """The end of a text without control, direction and colour characters, to quote foreign text."""
    text = re.sub(r"\x1b\[[0-?]*[ -/]*[@-~]", "", text)
    kept = "".join(letter for letter in text if letter == "\n" or (letter.isprintable() and letter != "\ufffd"))
    return kept.strip()[-limit:]


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
    return {"LANG": "C.UTF-8", **{name: str(place) for name, place in places.items()}, **threads, **python}


def _covers(hidden: Sequence[Path], needed: Sequence[Path]) -> list[str]:
    required = {path.absolute() for path in needed} | {path.resolve() for path in needed}
    covers = {path.resolve() for path in hidden}
    for cover in sorted(covers):
        inside = sorted(path for path in required if path.is_relative_to(cover))
        if inside:
            raise ModelError(
                f"`{cover}` must be hidden from the model, but contains `{inside[0]}`, which the model needs.",
                hint="Keep data, dossier and `.git` outside the folders of the model's code and interpreter.",
            )
    always = {path for path in ALWAYS_HIDDEN if not any(one.is_relative_to(path) for one in required)}
    return sorted(str(path) for path in covers | always)


def _watch(order: dict[str, Any], limits: ProcessLimits) -> dict[str, Any]:
    watcher = [sys.executable, "-I", "-S", "-B", str(WATCHER)]
    if order["namespaces"]:
        watcher = [shutil.which("unshare") or "unshare", *NAMESPACES, "--fork", "--kill-child", *watcher]
    pipe, trouble = subprocess.PIPE, ""
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
    try:
        report: dict[str, Any] = json.loads(answer)
    except ValueError:
        detail = trouble or plain(said.decode(errors="replace"), limit=300) or "the watching process was killed"
        return {"ended": "lost", "code": 0, "left_behind": 0, "seconds": 0.0, "detail": detail}
    return report


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
