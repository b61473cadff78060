"""Git's output in parts, as it arrives, so that the reader works while Git does."""

from __future__ import annotations

import contextlib
import os
import selectors
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from assay.edges.git_messages import known_cause, last_line
from assay.edges.git_process import SECONDS, call_in
from assay.errors import EvaluationError

_PART = 1 << 20


@contextlib.contextmanager
def stream_git(root: Path, *arguments: str, failing: str, seconds: float = SECONDS) -> Iterator[Iterator[bytes]]:
    """Starts Git at once and yields its output in parts; `failing` begins the message if Git fails.

    EvaluationError follows the last part if Git failed, so use the output only if it is complete.
    """
    command, environment = call_in(root, arguments)
    with subprocess.Popen(  # noqa: S603  # a fixed program, arguments as a list
        command,
        cwd=root,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        pipesize=_PART,
    ) as process:
        try:
            yield _parts(process, failing, seconds)
        finally:
            process.kill()


def _parts(process: subprocess.Popen[bytes], failing: str, seconds: float) -> Iterator[bytes]:
    end, said = time.monotonic() + seconds, b""
    late = EvaluationError(f"Git did not answer within {seconds:.0f} s.")
    with selectors.DefaultSelector() as streams:
        for stream in (process.stdout, process.stderr):
            streams.register(stream, selectors.EVENT_READ)  # type: ignore[arg-type]  # both are pipes
        while streams.get_map():
            ready = streams.select(max(0.0, end - time.monotonic()))
            if not ready:
                raise late
            for key, _ in ready:
                part = os.read(key.fd, _PART)
                if not part:
                    streams.unregister(key.fileobj)
                elif key.fileobj is process.stderr:
                    said += part
                else:
                    yield part
    try:
        code = process.wait(max(0.1, end - time.monotonic()))
    except subprocess.TimeoutExpired as error:
        raise late from error
    if code:
        if (cause := known_cause(said, network=False)) is not None:
            raise cause
        raise EvaluationError(f"{failing}: {last_line(said)}.")
