"""The tables that the benchmarks of data are run on: made once by DuckDB, the same on every machine.

27 columns: an id, ten numbers of different shapes (two far from zero, one with heavy tails, one of few values), an age,
six categories of 3 to 5,000 values, a date, a time, two flags, an e-mail address, a code, a label, a score and a group;
two in a hundred values of most columns are missing.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

NUMBERS = tuple(f"n{index}" for index in range(1, 11))
CATEGORIES = tuple(f"c{index}" for index in range(1, 7))
DRIFTING = (*NUMBERS, "age", *CATEGORIES, "flag", "group_name", "tier")
"""Twenty columns: eleven numeric and nine of categories."""

_SHAPES = {
    "n1": "normal", "n2": "1000000 + normal", "n3": "1700000000 + 86400 * normal", "n4": "exp(normal)",
    "n5": "normal / greatest(abs(other), 1e-6)", "n6": "round(3 * normal)", "n7": "floor(5 * uniform)",
    "n8": "uniform * 100", "n9": "normal + CASE WHEN uniform < 0.5 THEN 6 ELSE 0 END", "n10": "1e-6 * normal",
}  # fmt: skip
_CARDINALITIES = (3, 5, 12, 50, 500, 5000)


def folder() -> Path:
    """Where the tables lie, outside the repository."""
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "assay" / "benchmark-tables"


def table(rows: int, *, seed: int = 1, shift: float = 0.0) -> Path:
    """A Parquet file of so many rows; `shift` moves every number by that many of its units."""
    path = folder() / f"rows{rows}-seed{seed}-shift{shift:g}.parquet"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, rows, seed, shift)
    return path


def predictions(rows: int) -> Path:
    """A Parquet file with the id of each row of `table(rows)` and a score: a fair model of its label."""
    path = folder() / f"rows{rows}-seed1-predictions.parquet"
    if not path.exists():
        import duckdb

        partial, draw = path.with_suffix(".part"), "(hash('score' || id) & 4294967295) / 4294967296.0"
        # Densities 2x of the positives and 2 - 2x of the others: the area under the curve is 5/6.
        score = f"CASE WHEN label = 1 THEN sqrt({draw}) ELSE 1 - sqrt({draw}) END"
        statement = f"SELECT id, {score} AS score FROM '{table(rows)}' ORDER BY id"
        duckdb.execute(f"COPY ({statement}) TO '{partial}' (FORMAT parquet, ROW_GROUP_SIZE 250000)")
        partial.replace(path)
    return path


def _write(path: Path, rows: int, seed: int, shift: float) -> None:
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET threads = 2; SET enable_progress_bar = false")
    draw = f"(hash(i, {seed}, @) & 4294967295) / 4294967296.0"
    uniform = [draw.replace("@", str(index)) for index in range(40)]

    def normal(index: int) -> str:
        return f"sqrt(-2 * ln(greatest({uniform[index]}, 1e-12))) * cos(2 * pi() * {uniform[index + 1]})"

    def some(sql: str, index: int) -> str:
        return f"CASE WHEN {uniform[index % 40]} < 0.02 THEN NULL ELSE {sql} END"

    parts = ["i AS id"]
    for index, (name, shape) in enumerate(_SHAPES.items()):
        first = 3 * index
        drawn = {"normal": f"({normal(first)} + {shift})", "other": normal(first + 1), "uniform": uniform[first + 2]}
        sql = re.sub("|".join(drawn), lambda found, drawn=drawn: drawn[found[0]], shape)
        parts.append(some(f"CAST({sql} AS DOUBLE)", first + 7) + f" AS {name}")
    parts.append(some(f"CAST(18 + floor(72 * {uniform[30]}) AS BIGINT)", 31) + " AS age")
    for index, size in enumerate(_CARDINALITIES):
        # A square bends the frequencies, so that some values are rare.
        sql = f"'v' || CAST(floor({size} * power({uniform[32 + index]}, 2)) AS BIGINT)"
        parts.append(f"{some(sql, 11 + index)} AS {CATEGORIES[index]}")
    parts += [
        f"DATE '2020-01-01' + CAST(floor(2000 * {uniform[5]}) AS INTEGER) AS created",
        f"TIMESTAMP '2020-01-01' + to_seconds(CAST(floor(1e8 * {uniform[6]}) AS BIGINT)) AS updated",
        f"{uniform[7]} < 0.3 AS flag",
        f"CASE WHEN {uniform[8]} < 0.5 THEN 'x' ELSE 'y' END AS tier",
        "'person' || i || '@example.org' AS email",
        f"'A' || lpad(CAST(CAST(floor(99999 * {uniform[9]}) AS BIGINT) AS VARCHAR), 5, '0') AS code",
        f"CAST({uniform[10]} < 0.4 AS INTEGER) AS label",
        f"{uniform[11]} AS score",
        f"['north', 'south', 'east', 'west'][1 + CAST(floor(4 * {uniform[12]}) AS INTEGER)] AS group_name",
    ]
    partial = path.with_suffix(".part")
    statement = f"SELECT {', '.join(parts)} FROM range({rows}) AS r(i)"
    connection.execute(f"COPY ({statement}) TO '{partial}' (FORMAT parquet, ROW_GROUP_SIZE 250000)")
    connection.close()
    partial.replace(path)


if __name__ == "__main__":
    for count in (1_000_000, 10_000_000):
        print(table(count))
