"""Rows in the order of the file: values that break an order, and samples."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from assay.tables.aggregates import Breaks, RowSample
from assay.tables.columns import Array, fetch, fetch_held
from assay.tables.conditions import Compilation
from assay.tables.sampling import sampled_rows
from assay.tables.typed import Typed

if TYPE_CHECKING:
    import duckdb

MOST_OF = 0.25
"""From this share of the rows on, reading all of them is quicker than looking each up."""


def count_breaks(connection: duckdb.DuckDBPyConnection, compilation: Compilation, question: Breaks) -> int:
    """The number of values that do not follow the value before them."""
    value = compilation.column(question.column).identity
    follows = (">" if question.strictly else ">=") if not question.descending else ("<" if question.strictly else "<=")
    # A window without an order visits rows in the order of the file.
    pairs = (
        f"SELECT v, lag(v) OVER () AS before FROM (SELECT {value} AS v FROM {compilation.relation}) WHERE v IS NOT NULL"
    )
    statement = f"SELECT count(*) FILTER (WHERE NOT v {follows} before) FROM ({pairs})"
    return int(connection.execute(statement).fetchall()[0][0])


def sample(connection: duckdb.DuckDBPyConnection, compilation: Compilation, question: RowSample) -> dict[str, Array]:
    """Whole columns of a sample of rows."""
    columns = {name: compilation.column(name) for name in question.columns}
    rows = int(connection.execute(f"SELECT count(*) FROM {compilation.relation}").fetchall()[0][0])
    drawn = sampled_rows(rows, question.size, question.seed)
    if len(drawn) == rows:
        return fetch_held(connection, compilation, columns)
    if len(drawn) >= MOST_OF * rows:
        return fetch(connection, compilation.name, compilation.relation, columns, narrow=False, rows=drawn)
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE drawn AS SELECT unnest(CAST($rows AS BIGINT[])) AS r", {"rows": drawn.tolist()}
    )
    try:
        relation = f"{compilation.relation} WHERE {compilation.row} IN (SELECT r FROM drawn)"
        places = Typed(compilation.row, "integer")
        found = fetch(connection, compilation.name, relation, {"": places, **columns}, narrow=False)
    finally:
        connection.execute("DROP TABLE drawn")
    order = np.argsort(found.pop(""))
    return {name: values[order] for name, values in found.items()}
