"""The first process of a confinement: makes a child the command, waits for it, and ends what it left behind."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import signal
import time
from typing import Any

from assay.edges.confinement import landlock, new_root, system_call_filter
from assay.edges.confinement.kernel import DEATH_SIGNAL, DUMPABLE, LINUX, SUBREAPER, call, control, drop_rights
from assay.edges.confinement.landlock import Grant
from assay.edges.confinement.process_table import children

TICK, LINGER, SWEEP = 0.01, 1.0, 5.0
OF_ITSELF = ("/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/proc/stat")
SOCKETS = ((1, 2), (1, 1), (2, 1), (16, 3), (40, 1))
"""Families and kinds: local datagrams and streams, the internet, the kernel itself, the host of a virtual machine."""


def ignore_signals() -> None:
    """Ignores every signal that can be ignored, except those that tell of children."""
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP, signal.SIGCHLD}:
        with contextlib.suppress(OSError, ValueError):
            signal.signal(number, signal.SIG_IGN)


def serve(order: dict[str, Any], story: int, streams: tuple[int, int, int]) -> None:
    """Confines and runs the command, and writes how it ended, as lines of JSON, to `story`; never returns.

    `streams` are the command's input, output and errors.
    """
    try:
        if LINUX:
            control(DEATH_SIGNAL, signal.SIGKILL)
            control(SUBREAPER, 1)
        if order["level"] == "sealed":
            new_root.enter(order["root"], _grants(order), order["links"])
        if LINUX:
            control(DUMPABLE, 0)
    except OSError as problem:
        _tell(story, {"ended": "refused", "detail": str(problem)})
        os._exit(0)
    process = os.fork()
    if process == 0:
        become(order, story, streams)
    for descriptor in streams:
        os.close(descriptor)
    status = _wait(process)
    left = sweep(linger=LINGER)
    if not LINUX:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process, signal.SIGKILL)
    killed = os.WIFSIGNALED(status)
    code = os.WTERMSIG(status) if killed else os.WEXITSTATUS(status)
    _tell(story, {"ended": "killed" if killed else "exited", "code": code, "left_behind": left})
    os._exit(0)


def become(order: dict[str, Any], story: int, streams: tuple[int, int, int]) -> None:
    """Turns this process into the command; writes what was accepted, or why it could not be, to `story`."""
    try:
        os.setsid()
        for descriptor, stream in enumerate(streams):
            os.dup2(stream, descriptor)
        os.chdir(order["folder"])
        for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
            with contextlib.suppress(OSError, ValueError):
                signal.signal(number, signal.SIG_DFL)
        set_limits(order["limits"])
        accepted = confine(order) if LINUX else {"abi": 0, "seccomp": False, "namespaces": []}
        _tell(story, {"accepted": accepted})
    except (OSError, ValueError) as problem:
        _tell(story, {"ended": "refused", "detail": str(problem)})
        os._exit(127)
    try:
        os.execve(order["command"][0], order["command"], order["environment"])  # noqa: S606 - no shell is wanted
    except (OSError, ValueError) as problem:
        _tell(story, {"ended": "not_started", "detail": str(problem)})
    os._exit(127)


def confine(order: dict[str, Any]) -> dict[str, Any]:
    """Takes from this process what its level takes; returns what the system accepted. Raises OSError if it is less."""
    level = order["level"]
    drop_rights()
    control(DEATH_SIGNAL, signal.SIGKILL)
    abi = _restrict_files(order)
    filtered = True
    try:
        system_call_filter.restrict(signals_to_itself=level != "sealed" and abi < landlock.SIGNALS_SCOPED)
    except OSError:
        if level != "process":
            raise
        filtered = False
    require_confined(order, filtered=filtered, abi=abi)
    return {"abi": abi, "seccomp": filtered, "namespaces": list(new_root.NAMESPACES) if level == "sealed" else []}


def _restrict_files(order: dict[str, Any]) -> int:
    """The accepted ABI of Landlock: 0 where a level can do without it and the system refuses."""
    level = order["level"]
    least = landlock.SIGNALS_SCOPED if level == "process" else landlock.LEAST
    own = ("/proc", new_root.SHARED_MEMORY) if level == "sealed" else OF_ITSELF
    accesses = [Grant(path, "write" if path == new_root.SHARED_MEMORY else "read") for path in own]
    try:
        return landlock.restrict([*_grants(order), *accesses], files=level != "process", least=least)
    except OSError:
        if level == "landlock":
            raise
        return 0


def require_confined(order: dict[str, Any], *, filtered: bool, abi: int) -> None:
    """Tries what must not succeed any more; raises OSError if any of it does."""
    attempts: list[tuple[str, Any]] = []
    if filtered:
        attempts += [(f"a socket of family {each[0]}", lambda each=each: call("socket", *each, 0)) for each in SOCKETS]
    if order["level"] != "process":
        attempts += [
            ("a file outside the list", lambda: os.open(order["canary"], os.O_RDONLY)),
            ("a new file outside the list", lambda: os.open(f"{order['canary']}.new", os.O_WRONLY | os.O_CREAT)),
        ]
    if abi >= landlock.LEAST and order["level"] != "process":
        attempts.append(("the list of the root folder", lambda: next(os.scandir("/"))))
    if abi >= landlock.SIGNALS_SCOPED or (filtered and order["level"] != "sealed"):
        attempts.append(("a signal to the watching process", lambda: os.kill(os.getppid(), 0)))
    for name, attempt in attempts:
        try:
            attempt()
        except OSError:
            continue
        raise OSError(f"the command could still reach {name}")


def set_limits(limits: dict[str, int]) -> None:
    """Sets resource limits by name (`cpu`, `as`, `fsize`, `nofile`, `core`, `nproc`), never above the present ones."""
    for name, wanted in limits.items():
        if name == "as" and not LINUX:
            continue
        kind = getattr(resource, f"RLIMIT_{name.upper()}")
        ceiling = resource.getrlimit(kind)[1]
        soft = wanted if ceiling == resource.RLIM_INFINITY else min(wanted, ceiling)
        hard = soft + 1 if name == "cpu" and ceiling == resource.RLIM_INFINITY else soft
        resource.setrlimit(kind, (soft, hard))


def sweep(*, linger: float) -> int:
    """Waits a moment for all processes beneath this one, then kills those left; returns their number."""
    begun, killed = time.monotonic(), set[int]()
    while time.monotonic() - begun < linger + SWEEP:
        try:
            reaped = os.waitpid(-1, os.WNOHANG)[0]
        except ChildProcessError:
            break
        if reaped:
            continue
        if time.monotonic() - begun >= linger:
            for child in children(os.getpid()):
                killed.add(child)
                with contextlib.suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
        time.sleep(TICK)
    return len(killed)


def _wait(process: int) -> int:
    """The command's status; orphans that end meanwhile are let go."""
    while True:
        ended, status = os.waitpid(-1, 0)
        if ended == process:
            return status


def _grants(order: dict[str, Any]) -> list[Grant]:
    return [Grant(*each) for each in order["grants"]]


def _tell(story: int, told: dict[str, Any]) -> None:
    os.write(story, json.dumps(told).encode()[:4_000] + b"\n")
