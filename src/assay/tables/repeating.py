"""Rows and values that occur more than once in a table: found by sorted hashes, confirmed by their values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from assay.errors import DataError
from assay.tables.aggregates import Conflicts, Duplicates, Repeated
from assay.tables.conditions import Compilation
from assay.tables.connection import double
from assay.tables.typed import NUMERIC

if TYPE_CHECKING:
    import duckdb

FEW, FIRST = 100_000, 4096
AT_ONCE = 1 << 24


def store_repeated(connection: duckdb.DuckDBPyConnection, relation: str, values: Sequence[str], name: str) -> None:
    """Makes a table `name` of the values that several rows share, none missing, in columns `v0` to `vn`."""
    where = " AND ".join(f"{value} IS NOT NULL" for value in values)
    suspects = suspects_of(connection, relation, values, where)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT {_listed(values)} FROM {relation} WHERE {suspects.where}"
        f" GROUP BY {', '.join(values)} HAVING count(*) > 1",
        suspects.parameters,
    )


def count_duplicates(connection: duckdb.DuckDBPyConnection, compilation: Compilation, question: Duplicates) -> Repeated:
    """The number of rows with a value in every column, and the number of different ones."""
    keys = [_key(compilation, question, name) for name in question.columns]
    whole = " AND ".join(f"{key} IS NOT NULL" for key in keys) or "TRUE"
    counts = f"SELECT count(*), count(*) FILTER (WHERE {whole}) FROM {compilation.relation}"
    rows, there = connection.execute(counts).fetchall()[0]
    if not keys:
        return Repeated(rows, there, min(there, 1))
    suspects = suspects_of(connection, compilation.relation, keys, whole)
    distinct = connection.execute(
        f"SELECT count(*) FROM (SELECT DISTINCT {_listed(keys)} FROM {compilation.relation} WHERE {suspects.where})",
        suspects.parameters,
    ).fetchall()[0][0]
    return Repeated(rows, there, suspects.alone + distinct)


def count_conflicts(connection: duckdb.DuckDBPyConnection, compilation: Compilation, question: Conflicts) -> int:
    """The number of rows that equal another row in some columns but differ in one more."""
    keys = [compilation.column(name).identity for name in question.columns]
    suspects = suspects_of(connection, compilation.relation, keys, "TRUE")
    differs = compilation.column(question.differs).identity
    found = connection.execute(
        "SELECT coalesce(sum(n) FILTER (WHERE least <> greatest OR (there > 0 AND there < n)), 0) FROM ("
        f"SELECT count(*) AS n, min({differs}) AS least, max({differs}) AS greatest, count({differs}) AS there"
        f" FROM {compilation.relation} WHERE {suspects.where}"
        f" GROUP BY {', '.join(keys) or '()'})",
        suspects.parameters,
    ).fetchall()[0][0]
    return int(found)


def _listed(values: Sequence[str]) -> str:
    return ", ".join(f"{value} AS v{index}" for index, value in enumerate(values))


def _key(compilation: Compilation, question: Duplicates, name: str) -> str:
    """The expression by which two rows are compared in a column."""
    column = compilation.column(name)
    step = dict(question.steps).get(name)
    if step is not None:
        if column.kind not in NUMERIC or not 0 < step < float("inf"):
            raise DataError(
                f"{compilation.name}: column `{name}` is {column.kind}; only numbers have steps, such as {step}."
            )
        return f"floor(CAST({column.sql} AS DOUBLE) / {double(step)} + {double(0.5)})"
    if name in question.folded:
        if column.kind != "text":
            raise DataError(f"{compilation.name}: column `{name}` is {column.kind}; only text has spaces and case.")
        return f"lower(trim({column.sql}))"
    return column.identity


class Suspects:
    """The rows that may repeat another, as a condition; `alone` counts the `rest`, whose rows are all distinct."""

    def __init__(self, where: str, alone: int = 0, hashes: Sequence[int] | None = None, rest: str = "FALSE") -> None:
        self.where, self.alone, self.rest = where, alone, rest
        self.parameters: dict[str, Any] = {} if hashes is None else {"hashes": hashes}


def suspects_of(connection: duckdb.DuckDBPyConnection, relation: str, keys: Sequence[str], where: str) -> Suspects:
    """The rows that share their hash with another row; all rows if there are few, or many repetitions.

    `where` selects the rows to consider.
    """
    every = Suspects(where)
    if not keys:
        return every
    for first in (FIRST, FEW):
        distinct, twice_seen = _probe(first, connection, relation, keys, where)
        if distinct <= first // 2:
            return every
    hashed = _hashed(keys)
    rows = connection.execute(f"SELECT count(*) FROM {relation} WHERE {where}").fetchall()[0][0]
    if twice_seen * rows > FEW * FEW:
        return every
    parts, alone, twice = -(-rows // AT_ONCE), 0, np.empty(0, dtype=np.uint64)
    for part in range(parts):
        of_part = f" AND {hashed} % {parts} = {part}" if parts > 1 else ""
        query = f"SELECT {hashed} AS h FROM {relation} WHERE {where}{of_part}"
        hashes = connection.execute(query).fetchnumpy()["h"]
        hashes = np.asarray(hashes, dtype=np.uint64)
        hashes.sort()
        same = hashes[1:] == hashes[:-1]
        repeated = np.unique(hashes[1:][same])
        alone += len(hashes) - int(np.count_nonzero(same)) - len(repeated)
        twice = np.concatenate([twice, repeated])
        if len(twice) > FEW:
            return every
    among = f"{hashed} IN (SELECT unnest(CAST($hashes AS UBIGINT[])))"
    return Suspects(f"{where} AND {among}", alone, twice.tolist(), f"{where} AND NOT {among}")


def _hashed(keys: Sequence[str]) -> str:
    return f"hash({', '.join(keys)})"


def _probe(
    rows: int, connection: duckdb.DuckDBPyConnection, relation: str, keys: Sequence[str], where: str
) -> tuple[int, int]:
    """The numbers of distinct and of repeated values in the first rows: if few repeat, grouping all rows is slow."""
    first = f"SELECT {_listed(keys)} FROM {relation} WHERE {where} LIMIT {rows}"
    distinct, twice = connection.execute(
        f"SELECT count(*), count(*) FILTER (WHERE n > 1) FROM (SELECT count(*) AS n FROM ({first}) AS f GROUP BY"
        f" {', '.join(f'f.v{index}' for index in range(len(keys)))})"
    ).fetchall()[0]
    return int(distinct), int(twice)
