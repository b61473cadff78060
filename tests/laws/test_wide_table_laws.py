"""Laws of wide tables: what is done column by column, in portions or at once says the same."""

import datetime as dt
import math
import re
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.driving import measured, source_of
from tests.support.thoroughness import examples

from assay.checks.data_hygiene.leaks.column_views import see
from assay.checks.drift import check as drift
from assay.checks.drift import portions
from assay.dossier.check_context import CheckContext
from assay.stats.grouping import missing
from assay.stats.ranking import midranks
from assay.tables import scanning
from assay.tables.addressing import Table
from assay.tables.aggregates import Quantiles, RowSample, Sketch, Summary, TopValues
from assay.tables.answering import Tables
from assay.tables.questions import Counts, Values
from assay.tables.source import Source

CONTEXT = CheckContext(task="binary-classification", sets=("reference", "current"))
SHAPES = (
    "CAST(u AS DOUBLE) / 1000", "CAST(u % 5 AS INTEGER)", "u % 3 = 0", "'v' || u % 4", "'word' || u", "'' || u / 10",
    "DATE '2020-01-01' + CAST(u % 900 AS INTEGER)", "TIMESTAMP '2020-01-01' + to_microseconds(u * 7919)", "[u]",
    "CASE WHEN u % 7 = 0 THEN CAST('inf' AS DOUBLE) ELSE u END", "CAST(NULL AS DOUBLE)", "CAST(u AS DECIMAL(30, 6)) / 7",
)  # fmt: skip
COLUMNS = st.lists(st.tuples(st.sampled_from(SHAPES), st.sampled_from([0, 3, 50])), min_size=1, max_size=9)
ROWS = st.sampled_from([1, 49, 60, 150])
on_disk = settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=examples(24)
)


def written(path: Path, columns: list[tuple[str, int]], rows: int, seed: int) -> Source:
    """A Parquet file of the shapes, with so many missing values in a hundred."""
    drawn = ", ".join(
        f"CAST(hash(i, {seed}, {n}) % 1000 AS BIGINT) AS u{n}, hash(i, {seed}, {n}, 1) % 100 >= {gaps} AS there{n}"
        for n, (_, gaps) in enumerate(columns)
    )
    shapes = [re.sub(r"\bu\b", f"u{n}", shape) for n, (shape, _) in enumerate(columns)]
    listed = ", ".join(f"CASE WHEN there{n} THEN {shape} END AS c{n}" for n, shape in enumerate(shapes))
    query = f"SELECT {listed} FROM (SELECT {drawn} FROM range({rows}) r(i))"
    duckdb.sql(f"COPY ({query}) TO '{path}' (FORMAT parquet)")
    source: Source = source_of(path)
    return source


@on_disk
@given(COLUMNS, ROWS, ROWS, st.integers(0, 2**31), st.integers(1, 2_000))
def test_portions_say_what_columns_say_one_by_one(
    tmp_path: Path, columns: list[tuple[str, int]], before: int, now: int, seed: int, cells: int
) -> None:
    sources = {
        name: written(tmp_path / f"{name}.parquet", columns, rows, seed + place)
        for place, (name, rows) in enumerate((("reference", before), ("current", now)))
    }
    with pytest.MonkeyPatch.context() as patch:
        found = []
        for most in (1, cells, 1 << 40):
            patch.setattr(portions, "CELLS", most)
            patch.setattr(portions, "MOST_PORTIONS", 1_000)
            found.append(measured(drift, drift.Spec(smallest=20), CONTEXT, sources))
    assert found[0] == found[1] == found[2]
    assert len(found[0].columns) == len(columns)


@on_disk
@given(COLUMNS, ROWS, st.integers(0, 2**31))
def test_a_view_of_few_columns_answers_as_a_table_of_all_does(
    tmp_path: Path, columns: list[tuple[str, int]], rows: int, seed: int
) -> None:
    source, table = written(tmp_path / "data.parquet", columns, rows, seed), Table("data")
    names = tuple(f"c{n}" for n, (shape, _) in enumerate(columns) if shape != "[u]")
    numbers = [name for name in names if columns[int(name[1:])][0].startswith("CAST(u")]
    asked: list[Any] = [Counts(table), Summary(table, names), Values(table, names), RowSample(table, names, 30, 1)]
    asked += [TopValues(table, name, 3) for name in names]
    asked += [Quantiles(table, name, (0.0, 0.5, 1.0)) for name in numbers]
    asked += [Sketch(table, name, 0.0, 1.0) for name in numbers]
    with pytest.MonkeyPatch.context() as patch:
        found = []
        for small in (1 << 23, -1):
            patch.setattr(scanning, "SMALL", small)
            with Tables({"data": source}, {}, None) as tables:
                found.append(tables.answer(asked))
    assert alike(found[0], found[1])


def alike(one: Any, other: Any) -> bool:
    """Whether two answers are equal; NaN equals itself."""
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(alike(each, other[key]) for key, each in one.items())
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and alike(one.tolist(), other.tolist())
    if hasattr(one, "__dict__"):
        return alike(vars(one), vars(other))
    both = isinstance(one, float) and isinstance(other, float) and math.isnan(one) and math.isnan(other)
    return bool(both or (type(one) is type(other) and one == other))


@given(
    st.lists(
        st.one_of(st.integers(-20, 20).map(float), st.sampled_from([-0.0, 0.5, 1e300, -1e300, 2.0**53])), min_size=1
    )
)
def test_places_are_those_of_sorted_values(values: list[float]) -> None:
    numbers = np.array(values)
    found = [sum(each < value for each in values) + (values.count(value) + 1) / 2 for value in values]
    assert midranks(numbers).tolist() == found


@given(
    st.lists(st.one_of(st.none(), st.text(), st.integers(), st.booleans(), st.floats(), st.decimals(allow_nan=False)))
)
def test_what_cannot_change_lacks_what_a_copy_lacks(values: list[Any]) -> None:
    column = np.array([*values, None], dtype=object)[:-1].copy()
    expected = [each is None or each != each for each in values]  # noqa: PLR0124  # NaN alone differs from itself
    assert missing(column).tolist() == expected
    column.flags.writeable = False
    assert missing(column).tolist() == missing(column).tolist() == expected


@given(moments=st.lists(st.one_of(st.none(), st.datetimes()), min_size=1), days=st.booleans())
def test_times_are_read_together_as_one_by_one(moments: list[dt.datetime | None], *, days: bool) -> None:
    texts = [None if each is None else (each.date() if days else each).isoformat() for each in moments]
    column = np.array([*texts, None], dtype=object)[:-1].copy()
    found = see("x", "date" if days else "timestamp", column).numbers
    midnight = dt.time()
    expected = [
        math.nan
        if each is None
        else (dt.datetime.combine(each, midnight) if days else each).replace(tzinfo=dt.UTC).timestamp()
        for each in moments
    ]
    assert found is not None
    assert alike(found.tolist(), expected)
