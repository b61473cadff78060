"""F15: what a Parquet file claims about its values answers nothing: every question is answered from the values."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from tests.support.parquet_claims import claim_missing, lie, lie_in_pages
from tests.support.table_cases import Case, as_json, assert_same, cases, source_of, write_parquet

from assay.errors import DataError
from assay.tables import scanning
from assay.tables.addressing import Table
from assay.tables.aggregates import (
    Breaks,
    Buckets,
    Conflicts,
    Duplicates,
    Quantiles,
    RowSample,
    Sketch,
    Strangers,
    Summary,
    TopValues,
)
from assay.tables.answering import Tables
from assay.tables.connection import OPTIMIZERS, connect
from assay.tables.expressions import parse_condition
from assay.tables.questions import Cells, Counts, Keys, Values
from assay.tables.reading import read

CASES = [case for case in cases() if case.name != "empty"]
T, OTHER = Table("data"), Table("other")
# The least cells of a view on the file; beneath, the columns are read into a table.
streamed = pytest.mark.parametrize("small", [0, 1 << 23], ids=["view", "table"])
claimed = pytest.mark.parametrize("nulls", [False, True], ids=["one value", "hardly any"])


def tell_lies(path: Path, *, nulls: bool) -> None:
    lie_in_pages(path, nulls=nulls)
    lie(path, nulls=nulls)


@streamed
@claimed
@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_cases_are_answered_from_values(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small: int, *, nulls: bool
) -> None:
    """F15: the cases of tables, in files which claim one value for each column, or hardly any."""
    monkeypatch.setattr(scanning, "SMALL", small)
    sources = {}
    for name, table in case.sets.items():
        path = tmp_path / f"{name}.parquet"
        write_parquet(path, table)
        tell_lies(path, nulls=nulls)
        sources[name] = source_of(path)
    with Tables(sources, {}, case.id) as tables:
        found = tables.answer([question for question, _ in case.questions])
    for (question, expected), answer in zip(case.questions, found, strict=True):
        assert_same(as_json(answer), expected, str(question))


QUESTIONS = [
    Counts(
        T,
        tuple(
            (text, parse_condition(text))
            for text in (
                "n is None",
                "0 <= n and n <= 9",
                "n == 99999",
                "n in [99999, -77]",
                "s == 'v3'",
                "s in ['v3', 'v4']",
                "matches(s, 'v3')",
                "length(s) > 2",
                "x > 1",
                "d > '2026-01-05'",
                "b",
                "n > x",
            )
        ),
    ),
    Keys(T, parse_condition("0 <= n and n <= 9")),
    Cells(T, (parse_condition("n > 9"),)),
    Values(T, ("n", "s", "x", "d", "b")),
    Summary(T, ("n", "s", "x", "d", "b")),
    Quantiles(T, "n", (0.0, 0.5, 1.0)),
    Buckets(T, "n", (0.0, 5.0)),
    Buckets(T, "x", (0.0,)),
    Sketch(T, "x", 0.0, 1.0),
    TopValues(T, "n", 3),
    TopValues(T, "s", 3),
    Duplicates(T, ("n", "s")),
    Duplicates(T, ("id",)),
    Conflicts(T, ("s",), "n"),
    Breaks(T, "n"),
    RowSample(T, ("n", "s"), 50, 1),
    Strangers(T, ("n",), OTHER, ("k",)),
    Strangers(OTHER, ("k",), T, ("n",)),
]
DATA = """
SELECT range AS id, CASE range WHEN 5 THEN -77 WHEN {rows} // 2 THEN 99999 WHEN 7 THEN NULL ELSE hash(range) % 10 END::BIGINT AS n,
 CASE WHEN hash(range, 2) % 50 > 0 THEN 'v' || hash(range, 3) % 12 END AS s,
 CASE WHEN hash(range, 4) % 90 > 0 THEN (hash(range, 5) % 1000) / 100 - 5 END::DOUBLE AS x,
 DATE '2026-01-01' + (hash(range, 6) % 9)::INTEGER AS d, hash(range, 7) % 3 = 0 AS b FROM range({rows})
"""


@streamed
@claimed
@pytest.mark.parametrize(("rows", "group"), [(900, 122_880), (20_000, 2048)], ids=["one group", "ten groups"])
def test_each_question_is_answered_from_values(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small: int, rows: int, group: int, *, nulls: bool
) -> None:
    """F15: each kind of question gives the same of a file that lies as of the one that does not."""
    monkeypatch.setattr(scanning, "SMALL", small)
    paths = {}
    with duckdb.connect() as connection:
        for name, query in (("data", DATA.format(rows=rows)), ("other", "SELECT unnest([3, 99999, -77, 12]) AS k")):
            paths[name] = tmp_path / f"{name}.parquet"
            connection.execute(f"COPY ({query}) TO '{paths[name]}' (FORMAT parquet, ROW_GROUP_SIZE {group})")

    def answers() -> list[object]:
        with Tables({name: source_of(path) for name, path in paths.items()}, {}, "id") as tables:
            return [as_json(answer) for answer in tables.answer(QUESTIONS)]

    honest, columns = answers(), read(source_of(paths["data"]))
    for path in paths.values():
        tell_lies(path, nulls=nulls)
    for question, one, two in zip(QUESTIONS, honest, answers(), strict=True):
        assert repr(one) == repr(two), question
    for name, values in read(source_of(paths["data"])).items():
        assert repr(values.tolist()) == repr(columns[name].tolist())


@streamed
def test_a_column_that_is_said_to_be_empty_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small: int
) -> None:
    """F15: the database itself skips a column of which the file says that all its values are missing."""
    monkeypatch.setattr(scanning, "SMALL", small)
    path = tmp_path / "data.parquet"
    with duckdb.connect() as connection:
        query = "SELECT range AS id, NULL::BIGINT AS never, nullif(range, 3) AS n FROM range(9)"
        connection.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet)")
    claim_missing(path)
    with Tables({"data": source_of(path)}, {}, None) as tables:
        assert tables.answer([Counts(T, (("none", parse_condition("never is None")),))])[0].true == {"none": 9}
        with pytest.raises(DataError, match="its column `n` says that all its values are missing, and has 8"):
            tables.answer([Counts(T, (("none", parse_condition("n is None")),))])
    with pytest.raises(DataError, match="says that all its values are missing"):
        read(source_of(path))


def test_the_file_does_lie(tmp_path: Path) -> None:
    """F15: a database that believes the file gives another answer; else the tests above would prove nothing."""
    path = tmp_path / "data.parquet"
    query = f"SELECT count_if(n > 9), count_if(n IS NULL) FROM '{path}'"
    with duckdb.connect() as connection:
        connection.execute(f"COPY ({DATA.format(rows=20_000)}) TO '{path}' (FORMAT parquet, ROW_GROUP_SIZE 2048)")
        assert connection.execute(query).fetchall() == [(1, 1)]
    tell_lies(path, nulls=False)
    with duckdb.connect() as connection:
        assert connection.execute(query).fetchall() == [(0, 0)]


def test_optimizers_that_nobody_knows_are_off() -> None:
    """F15: each optimizer of the database is off unless it is known to look at the query only."""
    connection = connect([])
    every = {name for (name,) in connection.execute("SELECT name FROM duckdb_optimizers()").fetchall()}
    disabled = connection.execute("SELECT current_setting('disabled_optimizers')").fetchall()[0][0]
    assert {name.strip() for name in disabled.split(",")} == every - OPTIMIZERS
    assert {"statistics_propagation", "filter_pushdown", "join_filter_pushdown", "top_n"} <= every - OPTIMIZERS
    with pytest.raises(duckdb.Error, match="locked"):
        connection.execute("SET disabled_optimizers = ''")
