"""Drift of twenty columns beside Evidently, NannyML, scipy on pandas, scouter and polars-ds: whole processes from Parquet.

    uv run python -m tests.benchmarks.drift [--rows 1000000] [--rounds 5] [--peers evidently,scipy]
    uv run python -m tests.benchmarks.drift --profiles 1000

Each peer has an environment of its own, made from `peers/<name>.txt`; it is made when first needed. Assay computes
ten statistics by column with their bounds, the others what their scripts say. The classifier test is timed in a row of
its own, digesting told below. `--profiles` compares two profiles of so many columns instead.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from tests.benchmarks.peer_environments import peer
from tests.benchmarks.table_files import DRIFTING, table
from tests.benchmarks.timing import assay, compare, digesting, run, show

OURS = "assay measure drift"
JOINT = f"{OURS}, with the classifier test"
OTHERS = ("evidently", "nannyml", "scipy", "scouter", "polars_ds")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--shift", type=float, default=0.0)
    parser.add_argument("--peers", default=",".join(OTHERS))
    parser.add_argument("--once", default="", help="peers that are run one time only")
    parser.add_argument("--profiles", type=int, default=0)
    given = parser.parse_args()
    if given.profiles:
        compare_profiles(given.profiles, given.rounds)
        return
    files = table(given.rows), table(given.rows, seed=2, shift=given.shift)
    asked = commands(files, filter(None, given.peers.split(",")))
    show(compare(asked, given.rounds, once=given.once.split(",")), OURS)
    print(f"\nDigesting both files takes {digesting(files):.2f} s by itself.")


def commands(files: tuple[Path, Path], peers: Iterable[str]) -> dict[str, list[str] | str]:
    """Ours with and without the classifier test, and the peers, on two files."""
    columns = ",".join(DRIFTING)
    asked = (*compared(*files), "--set", f"columns=[{columns}]", "--format", "json")
    ours = {OURS: assay(*asked), JOINT: assay(*asked, "--set", "parts=[features, missingness, joint]")}
    return {**ours, **{name: peer(name, f"{name}_drift.py", *files, columns) for name in peers}}


def compared(reference: Path, current: Path) -> tuple[str, ...]:
    """The arguments that compare two files."""
    data = ("--data", f"reference={reference}", "--data", f"current={current}")
    return ("measure", "drift", *data, "--set", "reference=reference", "--set", "current=current")


def compare_profiles(columns: int, rounds: int) -> None:
    """Two profiles of 5,000 rows and so many columns, made first and then compared."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / name for name in ("reference.profile.json", "current.profile.json")]
        for seed, path in enumerate(paths):
            data = path.with_suffix(".parquet")
            drawn = ", ".join(
                f"CAST(hash(i, {seed}, {k}) % 1000003 AS DOUBLE) / 1000003 + {k} AS c{k}" for k in range(columns)
            )
            statement = f"COPY (SELECT {drawn} FROM range(5000) t(i)) TO '{data}' (FORMAT parquet)"
            # In processes of their own: what this one holds would count as the memory of those that it starts.
            run("duckdb", [sys.executable, "-c", "import duckdb, sys; duckdb.sql(sys.argv[1])", statement])
            like = ("--like", str(paths[0])) if seed else ()
            run("assay profile", assay("profile", data, "--out", path, *like))
        commands = {
            "two profiles": assay(*compared(*paths), "--format", "json"),
            "python": [sys.executable, "-c", "pass"],
        }
        show(compare(commands, rounds), "two profiles")


if __name__ == "__main__":
    main()
