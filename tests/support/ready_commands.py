"""Commands of Assay in processes of their own, forked from one that has imported everything already.

What is killed or raced is a real process; only what each would import is imported once. What a fresh interpreter does is
tested where a test starts one.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from tests.support.command_line import Ended

SCRIPT = Path(__file__).with_name("forking.py")


@dataclass
class Command:
    """A command at work, or one that has ended."""

    connection: socket.socket
    line: TextIO
    said: Path
    process: int = 0

    def wait(self, seconds: float = 60.0) -> Ended:
        """How it ended: a negative code is the signal that killed it."""
        self.connection.settimeout(seconds)
        with self.connection, self.line:
            code = int(self.line.readline())
        return Ended(code, *((self.said / name).read_text(encoding="utf-8") for name in ("out", "err")))


@dataclass
class ReadyCommands:
    """The process that commands are forked from."""

    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="assay-ready-")))
    process: subprocess.Popen[str] | None = None
    count: int = 0

    def __enter__(self) -> Self:
        # A process with one thread can be forked whatever its libraries do.
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        command = [sys.executable, str(SCRIPT), str(self.folder / "socket")]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "ready\n"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.communicate()

    def start(self, folder: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> Command:
        """Starts a command in a folder, in a session of its own."""
        self.count += 1
        said = self.folder / str(self.count)
        said.mkdir()
        asked = {
            "folder": str(folder),
            "arguments": arguments,
            "environment": dict(os.environ if environment is None else environment),
            "out": str(said / "out"),
            "err": str(said / "err"),
        }
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(str(self.folder / "socket"))
        line = connection.makefile("rw", encoding="utf-8")
        line.write(json.dumps(asked) + "\n")
        line.flush()
        return Command(connection, line, said, int(line.readline()))

    def run(self, folder: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> Ended:
        """Runs a command to its end."""
        return self.start(folder, *arguments, environment=environment).wait()
