"""Drift of twenty columns beside Evidently, NannyML and scipy on pandas: whole processes from Parquet.

    uv run python -m tests.benchmarks.drift [--rows 1000000] [--rounds 5] [--peers evidently,nannyml,scipy]

Each peer has an environment of its own, made from `peers/<name>.txt`; one that is missing is skipped. Assay computes
ten statistics by column with their bounds, the others what their scripts say.
"""

import argparse

from tests.benchmarks.table_files import DRIFTING, table
from tests.benchmarks.timing import assay, compare, peer, show

OURS = "assay measure drift"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--shift", type=float, default=0.0)
    parser.add_argument("--peers", default="evidently,nannyml,scipy")
    given = parser.parse_args()
    files = table(given.rows), table(given.rows, seed=2, shift=given.shift)
    columns = ",".join(DRIFTING)
    data = ("--data", f"reference={files[0]}", "--data", f"current={files[1]}")
    asked = ("--set", "reference=reference", "--set", "current=current", "--set", f"columns=[{columns}]")
    commands = {OURS: assay("measure", "drift", *data, *asked, "--format", "json")}
    for name in filter(None, given.peers.split(",")):
        commands[name] = peer(name, f"{name}_drift.py", *files, columns)
    show(compare(commands, given.rounds), OURS)


if __name__ == "__main__":
    main()
