"""Our own OPA server: started with a bundle on a free loopback port, killed at the end."""

from __future__ import annotations

import contextlib
import dataclasses
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from assay.edges.rego.archive import archive
from assay.edges.rego.batch import shorten
from assay.edges.rego.bundle import Bundle
from assay.edges.rego.processes import EngineLimits, Stopped, end, scratch_folder, start_bounded

HOST = "127.0.0.1"
_TRIES, _TICK = 3, 0.02
# The server's input closes when this process ends, for any reason; the shell that waits for that kills the server.
_TIED = 'exec 3<&0; { read -r _ <&3; kill -9 $$; } >/dev/null 2>&1 & exec "$0" "$@" </dev/null 3<&-'
_TAKEN = "address already in use"


@contextlib.contextmanager
def serve(opa: str, bundle: Bundle, limits: EngineLimits) -> Iterator[int | Stopped]:
    """The port of a server that has loaded a bundle, or the reason if it has not; the server ends with the block."""
    with scratch_folder() as folder, contextlib.ExitStack() as stack:
        (folder / "bundle.tar.gz").write_bytes(archive(bundle))
        started: int | Stopped = Stopped(reason="The OPA server found no free port.")
        for _ in range(_TRIES):
            port = _free_port()
            log = stack.enter_context(tempfile.TemporaryFile())
            process = _start(opa, port, folder, log, limits)
            stack.callback(end, process)
            started = _await_port(process, port, log, limits)
            if not (isinstance(started, Stopped) and _TAKEN in started.reason):
                break
        yield started


def _start(opa: str, port: int, folder: Path, log: IO[bytes], limits: EngineLimits) -> subprocess.Popen[bytes]:
    # The server lives for a whole batch, so each question adds the processor time of one process.
    longer = dataclasses.replace(limits, cpu_seconds=4 * limits.cpu_seconds)
    flags = [f"--addr={HOST}:{port}", "--log-level=error", "--skip-version-check"]
    command = ["/bin/sh", "-c", _TIED, opa, "run", "--server", *flags, "--bundle", "bundle.tar.gz"]
    return start_bounded(command, folder=folder, limits=longer, given=subprocess.PIPE, output=log)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _await_port(process: subprocess.Popen[bytes], port: int, log: IO[bytes], limits: EngineLimits) -> int | Stopped:
    """The port, once the server listens, which it does after loading the bundle."""
    deadline = time.monotonic() + limits.wall_seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            log.seek(0)
            said = log.read(limits.output_bytes).decode("utf-8", "replace")
            return Stopped(reason=f"The OPA server ended: {shorten(said) or 'it gave no reason'}")
        with contextlib.suppress(OSError), socket.create_connection((HOST, port), timeout=_TICK):
            return port
        time.sleep(_TICK)
    return Stopped(reason=f"The OPA server did not start within {limits.wall_seconds:g} s.")
