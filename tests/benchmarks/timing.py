"""Whole processes timed beside each other: wall clock, processor time and the most memory, medians of interleaved rounds."""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PEERS = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "assay-peers"
PROJECT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Taken:
    """What a process took: seconds on the clock, of the processors, and megabytes at most."""

    wall: float
    processor: float
    megabytes: float


def peer(name: str, script: str, *arguments: object) -> list[str]:
    """A peer's command: its script by the interpreter of its own environment."""
    return [str(PEERS / name / "bin" / "python"), str(Path(__file__).parent / "peers" / script), *map(str, arguments)]


def assay(*arguments: object) -> list[str]:
    """A command of this checkout."""
    return [sys.executable, "-m", "assay", *map(str, arguments)]


def compare(commands: Mapping[str, Sequence[str]], rounds: int, *, once: Sequence[str] = ()) -> dict[str, list[Taken]]:
    """Every command in turn, `rounds` times; those in `once` only one time. One whose program is missing is skipped."""
    found: dict[str, list[Taken]] = {}
    known = {name: command for name, command in commands.items() if Path(command[0]).exists()}
    for name in commands.keys() - known.keys():
        print(f"{name} is not installed, so it was not measured.", file=sys.stderr)
    for turn in range(rounds):
        for name, command in known.items():
            if turn == 0 or name not in once:
                found.setdefault(name, []).append(run(name, command))
    return found


def run(name: str, command: Sequence[str]) -> Taken:
    """One process from start to end; what it prints goes to a file that is shown where it fails."""
    import tempfile

    with tempfile.TemporaryFile() as said:
        started = time.monotonic()
        # Two peers would call home, and wait for an answer that does not come.
        quiet = {**os.environ, "DO_NOT_TRACK": "1", "NML_DISABLE_USAGE_LOGGING": "1"}
        process = subprocess.Popen(command, stdout=said, stderr=said, cwd=PROJECT, env=quiet)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in (0, 1):
            said.seek(0)
            sys.exit(f"{name} ended with {process.returncode}:\n{said.read().decode(errors='replace')[-3000:]}")
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
