"""Fuzzes one harness, or each in turn, guided by coverage: `python -m tests.fuzz [--seconds N] [HARNESS…]`.

What breaks a harness is left in `crashes/` beside this module; add it to the corpus once it is fixed.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).parent
NAMES = tuple(sorted(path.name for path in (HERE / "corpus").iterdir()))
SECONDS_EACH, MEGABYTES = 30, 1_024
"""The seconds that one input may take, and the memory of the process with its libraries."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Fuzzes the harnesses that are named, each in a process of its own; 1 if one of them found something."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("harness", nargs="*", choices=[*NAMES, []], help=f"one of {', '.join(NAMES)}; default: all")
    parser.add_argument("--seconds", type=int, default=60, help="seconds for each harness")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--keep", type=Path, help="folder for inputs that reach new code, kept between runs")
    asked = parser.parse_args(arguments)
    with ThreadPoolExecutor(asked.jobs) as pool:
        ended = list(pool.map(lambda name: fuzz(name, asked.seconds, asked.keep), asked.harness or NAMES))
    return 1 if any(ended) else 0


def fuzz(name: str, seconds: int, keep: Path | None) -> int:
    """Fuzzes one harness, and says how many inputs it tried; its exit code."""
    crashes = HERE / "crashes"
    crashes.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="assay-fuzz-") as scratch:
        # What reaches new code is added to the first folder, so that is never the corpus of the repository.
        found = (keep or Path(scratch)) / name
        found.mkdir(parents=True, exist_ok=True)
        command = [
            sys.executable, "-m", "tests.fuzz.guided", name, str(found), str(HERE / "corpus" / name),
            f"-max_total_time={seconds}", f"-timeout={SECONDS_EACH}", f"-rss_limit_mb={MEGABYTES}", "-max_len=8192",
            f"-artifact_prefix={crashes}/{name}-", "-print_final_stats=1",
        ]  # fmt: skip
        ran = subprocess.run(
            command, cwd=HERE.parents[1], check=False, capture_output=True, text=True, errors="replace"
        )
    tried = next((line.split()[-1] for line in ran.stderr.splitlines() if "number_of_executed_units" in line), "0")
    sys.stdout.write(f"{name:<12} {int(tried):>9,} inputs in {seconds} s{'' if ran.returncode == 0 else ': FOUND'}\n")
    if ran.returncode != 0 or tried == "0":
        sys.stdout.write(ran.stderr[-4_000:])
    return ran.returncode or int(tried == "0")


if __name__ == "__main__":
    sys.exit(main())
