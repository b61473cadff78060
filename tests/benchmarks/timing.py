"""Whole processes timed beside each other: wall clock, processor time and the most memory, medians of interleaved rounds."""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).parents[2]

# Two peers would call home, and wait for an answer that does not come.
_ENVIRONMENT = {**os.environ, "DO_NOT_TRACK": "1", "NML_DISABLE_USAGE_LOGGING": "1", "PYTHONDONTWRITEBYTECODE": ""}


@dataclass(frozen=True)
class Taken:
    """What a process took: seconds on the clock, of the processors, and megabytes at most."""

    wall: float
    processor: float
    megabytes: float


class Unmeasured(Exception):  # noqa: N818  (it is a finding)
    """Why something has no time."""


def assay(*arguments: object) -> list[str]:
    """A command of this checkout."""
    return [sys.executable, "-m", "assay", *map(str, arguments)]


def take_turns(
    commands: Mapping[str, Sequence[str] | str], rounds: int, *, once: Iterable[str] = ()
) -> tuple[dict[str, list[Taken]], dict[str, str]]:
    """Every command in turn, `rounds` times; those in `once` only one time.

    A run of ours before compiles what it imports; the peers are compiled as they are installed. Also why some have no time: a text in place of a command, or how the process failed. A failure keeps none of its
    command's times.
    """
    missing = {name: command for name, command in commands.items() if isinstance(command, str)}
    found: dict[str, list[Taken]] = {}
    ours = [command for command in commands.values() if not isinstance(command, str) and command[0] == sys.executable]
    for command in ours:
        subprocess.run(command, cwd=PROJECT, env=_ENVIRONMENT, capture_output=True, check=False)
    for turn in range(rounds):
        for name, command in commands.items():
            if isinstance(command, str) or name in missing or (turn and name in once):
                continue
            try:
                found.setdefault(name, []).append(run(name, command))
            except Unmeasured as error:
                missing[name] = str(error)
                del found[name]
    return found, missing


def compare(
    commands: Mapping[str, Sequence[str] | str], rounds: int, *, once: Iterable[str] = ()
) -> dict[str, list[Taken]]:
    """What every command took in turns; those that could not be measured are told."""
    found, missing = take_turns(commands, rounds, once=once)
    for name, why in missing.items():
        print(f"{name} was not measured: {why}", file=sys.stderr)
    return found


def run(name: str, command: Sequence[str]) -> Taken:
    """One process from start to end; what it prints goes to a file that is shown where it fails."""
    import tempfile

    with tempfile.TemporaryFile() as said:
        started = time.monotonic()
        try:
            process = subprocess.Popen(command, stdout=said, stderr=said, cwd=PROJECT, env=_ENVIRONMENT)
        except OSError as error:
            raise Unmeasured(f"{command[0]} could not be started: {error.strerror}") from error
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in (0, 1):
            said.seek(0)
            why = said.read().decode(errors="replace").strip().splitlines()
            raise Unmeasured(f"{name} ended with {process.returncode}: {why[-1] if why else 'it said nothing'}")
    return Taken(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def digesting(paths: Sequence[Path]) -> float:
    """The seconds that it takes to digest files one after another, as each command of ours does before it reads them."""
    from assay.tables.source import digest_descriptor

    taken = []
    for _ in range(5):
        started = time.monotonic()
        for path in paths:
            with path.open("rb") as file:
                digest_descriptor(file.fileno())
        taken.append(time.monotonic() - started)
    return statistics.median(taken)


def show(found: Mapping[str, Sequence[Taken]], ours: str) -> None:
    """A table in Markdown, with how many times as long as ours each took."""
    load = " ".join(f"{each:.1f}" for each in os.getloadavg())
    print(f"{os.cpu_count()} cores, CPython {platform.python_version()}, load {load}\n")
    print("| what | n | median s | min - max s | × ours | processor s | MB |\n|---|---|---|---|---|---|---|")
    base = statistics.median(each.wall for each in found[ours])
    for name, taken in found.items():
        walls = sorted(each.wall for each in taken)
        median = statistics.median(walls)
        processor = statistics.median(each.processor for each in taken)
        megabytes = max(each.megabytes for each in taken)
        print(
            f"| {name} | {len(walls)} | {median:.2f} | {walls[0]:.2f} - {walls[-1]:.2f} | {median / base:.1f} "
            f"| {processor:.2f} | {megabytes:.0f} |"
        )
