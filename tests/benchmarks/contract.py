"""Twenty rules on one table beside Great Expectations, pandera, dataframely and a bare decode: whole processes from Parquet.

    uv run python -m tests.benchmarks.contract [--rows 1000000] [--rounds 5] [--once great_expectations]

The rules: a row count, a unique id, five columns without missing values, six ranges, three sets (of 3, 5 and 5,000
values), two patterns, a mean and a median. Each peer has an environment of its own, made from `peers/<name>.txt`.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.benchmarks.peer_environments import PEERS, peer
from tests.benchmarks.table_files import table
from tests.benchmarks.timing import assay, compare, show

OURS, FLOOR = "assay measure data_contract", "a bare decode (DuckDB)"
RANGES = {"n1": (-10, 10), "n2": (999_000, 1_001_000), "n6": (-40, 40), "n8": (0, 100), "n10": (-1, 1), "age": (18, 90)}
RULES: dict[str, dict[str, Any]] = {
    "rows": {"at_least": 1_000},
    "id": {"unique": True, "nulls": True},
    **{name: {"nulls": False} for name in ("created", "label", "tier")},
    "email": {"nulls": False, "matches": r"person[0-9]+@example\.org"},
    "code": {"nulls": False, "matches": "A[0-9]{5}"},
    **{name: {"nulls": True, "range": [low, high]} for name, (low, high) in RANGES.items()},
    **{
        name: {"nulls": True, "in": [f"v{n}" for n in range(size)]}
        for name, size in (("c1", 3), ("c2", 5), ("c6", 5000))
    },
}


RULES["n8"]["mean"] = {"at_least": 40, "at_most": 60}
RULES["n1"]["quantiles"] = {"p50": {"at_least": -1, "at_most": 1}}


def commands(rows: int, peers: Iterable[str], folder: Path) -> dict[str, list[str] | str]:
    """Ours, a bare decode and the peers, on a table of so many rows; the rules are written into the folder."""
    path, spec = table(rows), folder / "rules.yaml"
    spec.write_text(json.dumps({"on": "table", "rules": RULES}))
    ours = assay("measure", "data_contract", "--data", f"table={path}", "--spec", spec, "--format", "json")
    floor = [sys.executable, str(PEERS / "decode.py"), str(path)]
    return {OURS: ours, FLOOR: floor, **{name: peer(name, f"{name}_contract.py", path) for name in peers}}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--peers", default="great_expectations,pandera,dataframely")
    parser.add_argument("--once", default="", help="peers that are run one time only")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        asked = commands(given.rows, filter(None, given.peers.split(",")), Path(folder))
        show(compare(asked, given.rounds, once=given.once.split(",")), OURS)


if __name__ == "__main__":
    main()
