"""Dispatch: which function answers a question, as part of one pass over the rows or alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, assert_never

from assay.tables.aggregates import (
    Breaks,
    Buckets,
    Conflicts,
    Duplicates,
    Quantiles,
    RowSample,
    Sketch,
    Summary,
    TopValues,
)
from assay.tables.bucketing import sketch
from assay.tables.columns import fetch_held
from assay.tables.conditions import Compilation
from assay.tables.counting import count_cells, keys, tally
from assay.tables.dividing import buckets
from assay.tables.following import count_breaks, sample
from assay.tables.questions import Cells, Counts, Keys, Values, WrittenTexts
from assay.tables.recognising import recognise
from assay.tables.repeating import count_conflicts, count_duplicates
from assay.tables.single_pass import Pass
from assay.tables.summarising import summary
from assay.tables.typed import TEMPORAL, Typed, as_seconds
from assay.tables.value_ranks import quantiles, top_values

if TYPE_CHECKING:
    import duckdb

Fused = Counts | Keys | Summary
Alone = (
    WrittenTexts
    | Cells
    | Values
    | Quantiles
    | Buckets
    | Sketch
    | TopValues
    | Duplicates
    | Conflicts
    | Breaks
    | RowSample
)


def add_to_pass(one: Pass, question: Fused, key: Typed) -> Callable[[], Any]:
    """Adds a question to a pass; the returned function gives the answer once the pass ran."""
    match question:
        case Counts():
            return tally(one, question)
        case Keys():
            return keys(one, question, key)
        case Summary():
            return summary(one, question)
        case _:
            assert_never(question)


def answer_alone(connection: duckdb.DuckDBPyConnection, compilation: Compilation, question: Alone) -> Any:
    """The answer to a question that needs a query of its own."""
    return _ALONE[type(question)](connection, compilation, question)


def _whole_columns(connection: duckdb.DuckDBPyConnection, compilation: Compilation, question: Values) -> Any:
    columns = {name: compilation.column(name) for name in question.columns}
    for name in question.seconds:
        if columns[name].kind in TEMPORAL:
            columns[name] = Typed(as_seconds(columns[name]), "number")
    return fetch_held(connection, compilation, columns)


_ALONE: Mapping[type[Alone], Callable[..., Any]] = {
    Cells: count_cells,
    Values: _whole_columns,
    Quantiles: quantiles,
    Buckets: buckets,
    Sketch: sketch,
    TopValues: top_values,
    Duplicates: count_duplicates,
    Conflicts: count_conflicts,
    Breaks: count_breaks,
    RowSample: sample,
    WrittenTexts: recognise,
}
