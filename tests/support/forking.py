"""A process that has imported Assay and forks a command for each connection; `ready_commands` is how tests speak to it.

Run as a script with the path of its socket. Each connection sends one line of JSON and is told the command's process, and
later how it ended as `os.waitpid` says it.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import pkgutil
import signal
import socket
import sys
from typing import Any, NoReturn

from assay.cli import main

# Each is a script that the model's or an engine's own interpreter runs.
APART = "_child"


def load_everything() -> None:
    """Imports every module of Assay, and what commands import at work."""
    import assay

    for module in pkgutil.walk_packages(assay.__path__, "assay."):
        if not module.name.endswith(APART) and ".templates" not in module.name and module.name != "assay.__main__":
            importlib.import_module(module.name)
    for library in ("cryptography", "duckdb", "github", "jinja2", "numpy", "rich"):
        importlib.import_module(library)


def serve(path: str) -> None:
    """Answers until it is killed."""
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(path)
    listening.listen(64)
    signal.signal(signal.SIGCHLD, reap)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while True:
        connection, _ = listening.accept()
        if os.fork() == 0:
            listening.close()
            attend(connection)
        connection.close()


def reap(*_: object) -> None:
    """Waits for those who have waited, so that their time is counted."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def attend(connection: socket.socket) -> NoReturn:
    """Starts one command, and waits for it."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    with connection, connection.makefile("rw") as line:
        asked = json.loads(line.readline())
        child = os.fork()
        if child == 0:
            become(asked)
        line.write(f"{child}\n")
        line.flush()
        _, status = os.waitpid(child, 0)
        line.write(f"{os.waitstatus_to_exitcode(status)}\n")
    os._exit(0)


def become(asked: dict[str, Any]) -> NoReturn:
    """Runs the command as a session of its own, and ends as an interpreter would."""
    os.setsid()
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    for number, name in ((0, os.devnull), (1, asked["out"]), (2, asked["err"])):
        os.dup2(os.open(name, os.O_RDONLY if number == 0 else os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    code = 70
    try:
        code = main(asked["arguments"])
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)


if __name__ == "__main__":
    load_everything()
    serve(sys.argv[1])
