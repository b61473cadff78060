"""Wide tables: what drift costs by column, from hundreds of columns to ten thousand, and the steps of a whole check.

    uv run python -m tests.benchmarks.wide [--columns 500,1750,5000,10000] [--rows 1000] [--rounds 3]
    uv run python -m tests.benchmarks.wide --steps [--columns 300,2000] [--rows 10000] [--checks data_contract,drift]

A cost per column that stays the same is the aim; the last column of the table divides each by the first.
"""

import argparse
import os
import platform
import statistics
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.benchmarks.timing import Taken, assay, run
from tests.benchmarks.wide_tables import CHECKS, SETS, write_repository

STEPS = ("plan", "predict", "collect", "decide", "card")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--columns", default="500,1750,5000,10000")
    parser.add_argument("--rows", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--steps", action="store_true", help="the steps of a check instead of drift alone")
    parser.add_argument("--checks", default=",".join(CHECKS))
    given = parser.parse_args()
    sizes = [int(each) for each in given.columns.split(",")]
    load = " ".join(f"{each:.1f}" for each in os.getloadavg())
    print(f"{given.rows:,} rows a side, {os.cpu_count()} cores, CPython {platform.python_version()}, load {load}\n")
    print("| what | columns | n | s | processor s | ms per column | MB | × the first per column |")
    print("|---|---|---|---|---|---|---|---|")
    first: dict[str, float] = {}
    for size in sizes:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            write_repository(folder, size, given.rows, tuple(given.checks.split(",")))
            taken = _steps(folder) if given.steps else _drift(folder, given.rounds)
            for what, each in taken:
                print(_row(what, size, each, first), flush=True)


def _drift(folder: Path, rounds: int) -> Iterator[tuple[str, list[Taken]]]:
    data = [part for name in SETS for part in ("--data", f"{name}={folder / name}.parquet")]
    sides = ("--set", f"reference={SETS[0]}", "--set", f"current={SETS[1]}")
    command = assay("measure", "drift", *data, *sides, "--format", "json")
    yield "measure drift", [run("drift", command) for _ in range(rounds)]


def _steps(folder: Path) -> Iterator[tuple[str, list[Taken]]]:
    """Each step once, one after another, because each reads what the one before wrote."""
    manifest = ("--manifest", folder / "assay.yaml")
    for step in STEPS:
        yield step, [run(step, assay(step, *manifest))]
    card = folder / ".assay" / "wide" / "validation" / "card.md"
    print(f"{card.name} has {card.stat().st_size:,} bytes.\n" if card.exists() else "", end="")


def _row(what: str, columns: int, taken: Sequence[Taken], first: dict[str, float]) -> str:
    wall, processor = (statistics.median(getattr(each, name) for each in taken) for name in ("wall", "processor"))
    each = 1_000 * processor / columns
    ratio = each / first.setdefault(what, each)
    most = max(one.megabytes for one in taken)
    return f"| {what} | {columns:,} | {len(taken)} | {wall:.2f} | {processor:.2f} | {each:.1f} | {most:.0f} | {ratio:.2f} |"


if __name__ == "__main__":
    main()
