"""Isolates a command: limits, private mounts, no capabilities; waits for it and reports how it ended.

This script uses only the standard library and runs as `python -I -S -B isolation_child.py`, in namespaces as the first
process. It reads one line of JSON from its input (see `isolation.py`) and writes one JSON object to its output. If its
input closes, its caller is gone, so it kills everything.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import select
import signal
import sys
import time
from pathlib import Path
from typing import Any

SUBREAPER, DUMPABLE, DROP_BOUND, NO_NEW_PRIVILEGES = 36, 4, 24, 38
BIND = 4096
MOUNT_SETATTR, HERE, RECURSIVE, READ_ONLY = 442, -100, 0x8000, 1
MORE_THAN_ALL_CAPABILITIES = 64
TICK, LINGER, SWEEP = 0.01, 1.0, 5.0
LINUX = sys.platform == "linux"


class MountAttributes(ctypes.Structure):
    """The kernel's `struct mount_attr`."""

    _fields_ = (
        ("attr_set", ctypes.c_uint64),
        ("attr_clr", ctypes.c_uint64),
        ("propagation", ctypes.c_uint64),
        ("userns_fd", ctypes.c_uint64),
    )


def call(function: str, *arguments: object) -> None:
    """Calls the C library; raises OSError with the system's reason."""
    library = ctypes.CDLL(None, use_errno=True)
    plain = [ctypes.c_long(one) if isinstance(one, int) else one for one in arguments]
    if getattr(library, function)(*plain) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{function}: {os.strerror(number)}")


def set_read_only(path: str, *, read_only: bool, recursive: bool) -> None:
    """Makes a mount, or it and all mounts below, read-only or writable again; needs Linux 5.12."""
    change = MountAttributes(attr_set=READ_ONLY if read_only else 0, attr_clr=0 if read_only else READ_ONLY)
    flags = RECURSIVE if recursive else 0
    call("syscall", MOUNT_SETATTR, HERE, path.encode(), flags, ctypes.byref(change), ctypes.sizeof(change))


def mount_empty(path: str, options: str) -> None:
    """Mounts an empty folder over a folder."""
    call("mount", b"none", path.encode(), b"tmpfs", 0, options.encode())


def hide(paths: list[str]) -> None:
    """Covers folders with empty ones and files with nothing; ignores paths that do not exist."""
    for path in sorted(paths, key=len):
        if Path(path).is_dir():
            mount_empty(path, "size=4k,mode=0555")
        elif os.path.lexists(path):
            call("mount", b"/dev/null", path.encode(), None, BIND, None)


def arrange_mounts(writable: str, hidden: list[str]) -> None:
    """Leaves one folder writable, hides some paths and makes everything else read-only."""
    call("mount", writable.encode(), writable.encode(), None, BIND, None)
    again = [writable]
    hide(hidden)
    if Path("/dev/shm").is_dir():  # noqa: S108 - it is covered, not used
        mount_empty("/dev/shm", "size=64m,mode=1777")  # noqa: S108 - it is covered, not used
        again.append("/dev/shm")  # noqa: S108 - it is covered, not used
    set_read_only("/", read_only=True, recursive=True)
    for path in again:
        set_read_only(path, read_only=False, recursive=False)


def set_limits(limits: dict[str, int]) -> None:
    """Sets resource limits by name (`cpu`, `as`, `fsize`, `nofile`, `core`), never above the present ones."""
    for name, wanted in limits.items():
        if name == "as" and not LINUX:
            continue
        kind = getattr(resource, f"RLIMIT_{name.upper()}")
        ceiling = resource.getrlimit(kind)[1]
        soft = wanted if ceiling == resource.RLIM_INFINITY else min(wanted, ceiling)
        hard = soft + 1 if name == "cpu" and ceiling == resource.RLIM_INFINITY else soft
        resource.setrlimit(kind, (soft, hard))


def drop_rights(*, capabilities: bool) -> None:
    """Drops all ways to gain rights: set-uid programs and, in namespaces, every capability at the next exec."""
    if not LINUX:
        return
    call("prctl", NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    for capability in range(MORE_THAN_ALL_CAPABILITIES if capabilities else 0):
        try:
            call("prctl", DROP_BOUND, capability, 0, 0, 0)
        except OSError:
            if capability == 0:
                raise
            return


def become(order: dict[str, Any], trouble: int) -> None:
    """Turns this process into the command; writes any error to `trouble`."""
    try:
        os.setsid()
        for descriptor, path, flags in (
            (0, os.devnull, os.O_RDONLY),
            (1, order["output"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC),
            (2, order["errors"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC),
        ):
            os.dup2(os.open(path, flags, 0o600), descriptor)
        os.chdir(order["folder"])
        for ignored_by_python in (signal.SIGPIPE, signal.SIGXFSZ):
            signal.signal(ignored_by_python, signal.SIG_DFL)
        set_limits(order["limits"])
        drop_rights(capabilities=order["namespaces"])
        os.execve(order["command"][0], order["command"], order["environment"])  # noqa: S606 - no shell is wanted
    except (OSError, ValueError) as problem:
        os.write(trouble, str(problem).encode()[:1_000])
    os._exit(127)


def start(order: dict[str, Any]) -> tuple[int, str]:
    """Starts the command; returns its process and, if it could not start, the reason."""
    heard, trouble = os.pipe()
    process = os.fork()
    if process == 0:
        become(order, trouble)
    os.close(trouble)
    with os.fdopen(heard, "rb") as pipe:
        return process, pipe.read().decode(errors="replace")


def written(order: dict[str, Any]) -> int:
    """The number of bytes that the command has printed."""
    return max(os.stat(order[name]).st_size if os.path.exists(order[name]) else 0 for name in ("output", "errors"))  # noqa: PTH116, PTH110 - called a hundred times a second


def wait(process: int, order: dict[str, Any]) -> dict[str, Any]:
    """How the command ended, or why it must stop."""
    deadline = time.monotonic() + order["seconds"]
    while True:
        done, status = os.waitpid(process, os.WNOHANG)
        if done and os.WIFSIGNALED(status):
            return {"ended": "killed", "code": os.WTERMSIG(status)}
        if done:
            return {"ended": "exited", "code": os.WEXITSTATUS(status)}
        if time.monotonic() > deadline:
            return {"ended": "timed_out", "code": 0}
        if written(order) > order["output_bytes"]:
            return {"ended": "flooded", "code": 0}
        if select.select([0], [], [], TICK)[0]:
            return {"ended": "abandoned", "code": 0}


def children() -> list[int]:
    """The child processes of this one, including adopted orphans."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat") if LINUX else ():
        with contextlib.suppress(OSError, ValueError, IndexError):
            if int(entry.read_text(errors="replace").rpartition(")")[2].split()[1]) == os.getpid():
                found.append(int(entry.parent.name))
    return found


def sweep(process: int, *, linger: float) -> int:
    """Kills all processes left after a moment; returns their number."""
    begun, killed = time.monotonic(), set[int]()
    while time.monotonic() - begun < linger + SWEEP:
        try:
            reaped = os.waitpid(-1, os.WNOHANG)[0]
        except ChildProcessError:
            break
        if reaped:
            continue
        if time.monotonic() - begun >= linger:
            for child in children():
                killed.add(child)
                with contextlib.suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
        time.sleep(TICK)
    if not LINUX:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process, signal.SIGKILL)
    return len(killed - {process})


def run(order: dict[str, Any]) -> dict[str, Any]:
    """Isolates the command, runs it and cleans up after it."""
    begun = time.monotonic()
    try:
        if order["namespaces"]:
            arrange_mounts(order["folder"], order["hidden"])
        if LINUX:
            call("prctl", SUBREAPER, 1, 0, 0, 0)
            call("prctl", DUMPABLE, 0, 0, 0, 0)
        process, trouble = start(order)
    except OSError as problem:
        return {"ended": "refused", "code": 0, "detail": str(problem), "left_behind": 0, "seconds": 0.0}
    end = wait(process, order)
    if trouble:
        end["ended"] = "not_started"
    if end["ended"] in ("timed_out", "flooded", "abandoned"):
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
        sweep(process, linger=0)
        left = 0
    else:
        left = sweep(process, linger=LINGER)
    return {**end, "detail": trouble, "left_behind": left, "seconds": time.monotonic() - begun}


if __name__ == "__main__":
    print(json.dumps(run(json.loads(sys.stdin.readline()))))  # noqa: T201 - the answer to whoever asked
