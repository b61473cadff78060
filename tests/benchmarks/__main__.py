"""The measured table, and every benchmark of speed that prints a table of its own.

    uv run --group dev python -m tests.benchmarks [--only quality drift] [--rounds 3] [--list]

Rows are independent: where a peer cannot be installed or fails, its line says so, and the others are measured.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

from tests.benchmarks.measured_table import heading, lines
from tests.benchmarks.table_rows import ROWS, SCRIPTS
from tests.benchmarks.timing import PROJECT


def main() -> int:
    """Prints the table row by row; 0 unless a benchmark itself failed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--only", nargs="+", choices=[*ROWS, *SCRIPTS], default=[*ROWS, *SCRIPTS], metavar="ROW")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--list", action="store_true", help="print the names of the rows")
    given = parser.parse_args()
    if given.list:
        print("\n".join([*ROWS, *SCRIPTS]))
        return 0
    wanted = [name for name in given.only if name in ROWS]
    if wanted:
        print(heading(), flush=True)
    for name in wanted:
        with tempfile.TemporaryDirectory() as folder:
            for line in lines(name, partial(ROWS[name], Path(folder)), given.rounds):
                print(line, flush=True)
    failed = 0
    for name in [each for each in given.only if each in SCRIPTS]:
        print(f"\n## {name}\n", flush=True)
        failed |= subprocess.run([sys.executable, "-m", *SCRIPTS[name]], cwd=PROJECT, check=False).returncode
    return int(failed != 0)


if __name__ == "__main__":
    sys.exit(main())
