"""Commands shut in at each level, for tests of what reaches them and what they can reach."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from assay.edges.isolation import CommandOutcome, Enclosure, Level, ProcessLimits, run_shut_in
from assay.edges.isolation_levels import STRONGEST_FIRST, why_not


def param(level: Level) -> object:
    reason = why_not(level)
    return pytest.param(level, marks=pytest.mark.skipif(bool(reason), reason=f"no {level}: {reason}"))


LEVELS = [param(level) for level in reversed(STRONGEST_FIRST)]
level_of = pytest.mark.parametrize("level", LEVELS)
shut_in_level_of = pytest.mark.parametrize("level", LEVELS[1:])


def shut_in(
    code: str,
    folder: Path,
    level: Level,
    *,
    readable: tuple[Path, ...] = (),
    hidden: tuple[Path, ...] = (),
    **limits: float,
) -> CommandOutcome:
    """A piece of Python, run in a folder at a level."""
    folder.mkdir(exist_ok=True)
    chosen = ProcessLimits(**{"seconds": 20, **limits})  # type: ignore[arg-type]
    enclosure = Enclosure(level=level, limits=chosen, readable=readable, hidden=hidden)
    return run_shut_in((sys.executable, "-S", "-B", "-c", code), folder, enclosure)


def attempts(pieces: dict[str, str], folder: Path, level: Level, **more: tuple[Path, ...]) -> dict[str, str]:
    """What became of each piece of code: `done`, or the kind of error; each runs in a child of its own."""
    lines = ["import ctypes, errno, json, os, socket, sys", "libc = ctypes.CDLL(None, use_errno=True)", DEFINITIONS]
    for name, piece in pieces.items():
        body = "\n".join(f"    {line}" for line in piece.splitlines())
        lines.append(f"def attack():\n{body}\nattempt({name!r}, attack)")
    outcome = shut_in("\n".join(lines), folder, level, **more)
    assert (outcome.ended, outcome.code) == ("exited", 0), outcome
    return dict(line.split(": ", 1) for line in outcome.printed.splitlines())


DEFINITIONS = """
WATCHER = os.getppid()
def check(answer):
    if answer == -1:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
def attempt(name, attack):
    child = os.fork()
    if child == 0:
        try:
            attack()
            word = 'done'
        except OSError as problem:
            word = errno.errorcode.get(problem.errno, str(problem))
        except BaseException as problem:
            word = type(problem).__name__
        os.write(1, f'{name}: {word}\\n'.encode())
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    if status:
        os.write(1, f'{name}: status {status}\\n'.encode())
"""
