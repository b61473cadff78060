"""An engine's own process: no environment, limited time, memory and output, and always an end."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

_CHUNK = 65_536


@dataclasses.dataclass(frozen=True, kw_only=True)
class EngineLimits:
    """Limits on a process; memory is address space, set if the system allows it."""

    wall_seconds: float = 10.0
    cpu_seconds: int = 5
    memory_bytes: int = 512 * 1024 * 1024
    output_bytes: int = 4 * 1024 * 1024


@dataclasses.dataclass(frozen=True, kw_only=True)
class Finished:
    """A process that ended by itself."""

    code: int
    output: bytes
    errors: bytes


@dataclasses.dataclass(frozen=True, kw_only=True)
class Stopped:
    """A process that gave no output, or could not start; `reason` is a sentence."""

    reason: str


def run_bounded(command: Sequence[str], *, content: bytes, folder: Path, limits: EngineLimits) -> Finished | Stopped:
    """Runs a command on some input to its end, or kills it with all its children at the first limit that it reaches."""
    with tempfile.TemporaryFile() as given:
        given.write(content)
        given.seek(0)
        try:
            process = start_bounded(command, folder=folder, limits=limits, given=given, output=subprocess.PIPE)
        except OSError as error:
            return Stopped(reason=f"{command[0]} could not be started: {error.strerror}.")
        try:
            texts = _read_both(process, limits)
        finally:
            end(process)
    if isinstance(texts, Stopped):
        return texts
    if process.returncode < 0:
        return Stopped(reason=f"The engine was killed ({_signal_name(-process.returncode)}) before it answered.")
    return Finished(code=process.returncode, output=texts[0], errors=texts[1])


def start_bounded(
    command: Sequence[str], *, folder: Path, limits: EngineLimits, given: IO[bytes] | int, output: IO[bytes] | int
) -> subprocess.Popen[bytes]:
    """Starts a command in its own session, with an empty environment and the limits."""
    memory = f"ulimit -v {limits.memory_bytes // 1024};" if sys.platform == "linux" else ""
    # The shell sets the limits and becomes the command, because code between fork and exec is not safe with threads.
    limited = f'ulimit -c 0; ulimit -t {limits.cpu_seconds}; {memory} exec "$0" "$@"'
    return subprocess.Popen(  # noqa: S603 - the command is ours, and the shell sees it as arguments only
        ["/bin/sh", "-c", limited, *command],
        stdin=given,
        stdout=output,
        stderr=output,
        cwd=folder,
        env={"HOME": str(folder)},
        start_new_session=True,
    )


def end(process: subprocess.Popen[bytes]) -> None:
    """Kills a process and all that it started, and waits for it; harmless if it has ended."""
    # The group's number stays reserved while one of its processes lives, even after its leader's end.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream is not None:
            stream.close()


def _read_both(process: subprocess.Popen[bytes], limits: EngineLimits) -> tuple[bytes, bytes] | Stopped:
    """A process's output until it ends; stops at the wall-clock limit and at too much output."""
    deadline = time.monotonic() + limits.wall_seconds
    texts = (bytearray(), bytearray())
    with selectors.DefaultSelector() as selector:
        for stream, text in zip((process.stdout, process.stderr), texts, strict=True):
            if stream is not None:
                selector.register(stream, selectors.EVENT_READ, text)
        while selector.get_map():
            left = deadline - time.monotonic()
            if left <= 0:
                return Stopped(reason=f"The engine did not answer within {limits.wall_seconds:g} s.")
            for key, _ in selector.select(left):
                chunk = os.read(key.fd, _CHUNK)
                key.data.extend(chunk)
                if not chunk:
                    selector.unregister(key.fileobj)
                if len(key.data) > limits.output_bytes:
                    return Stopped(reason=f"The engine printed more than {limits.output_bytes:,} bytes.")
    try:
        process.wait(max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        return Stopped(reason=f"The engine did not end within {limits.wall_seconds:g} s.")
    return bytes(texts[0]), bytes(texts[1])


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


@contextlib.contextmanager
def scratch_folder() -> Iterator[Path]:
    """A temporary folder for an engine's files."""
    with tempfile.TemporaryDirectory(prefix="assay-rego-") as folder:
        yield Path(folder).resolve()
