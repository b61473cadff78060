"""The same bytes give the same answers to the last digit, whatever the number of threads and their luck."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from tests.support.table_cases import as_json, source_of

from assay.tables.addressing import Table
from assay.tables.aggregates import Buckets, Sketch, Summary
from assay.tables.answering import Tables

T = Table("data")
ROWS = 300_000


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Numbers far from zero, with a heavy tail, and standardised, in many groups of rows."""
    path = tmp_path_factory.mktemp("reproducible") / "data.parquet"
    normal = "sqrt(-2 * ln((hash(i, 1) % 1000000 + 1) / 1000001)) * cos(2 * pi() * (hash(i, 2) % 1000000) / 1000000)"
    shapes = f"SELECT 1e9 + z AS far, z / greatest(abs(cos(i)), 1e-6) AS heavy, z FROM (SELECT i, {normal} AS z FROM range({ROWS}) t(i))"
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE t AS SELECT far, heavy, (z - avg(z) OVER ()) / 2 AS standard FROM ({shapes})")
        connection.execute(f"COPY t TO '{path}' (FORMAT parquet, ROW_GROUP_SIZE 4096)")
    return path


def test_threads_change_no_digit(path: Path) -> None:
    questions = [
        Summary(T, ("far", "heavy", "standard")),
        *(Buckets(T, name, (0.0, 0.5, 1e9)) for name in ("far", "heavy", "standard")),
        *(Sketch(T, name, centre, 1.0) for name, centre in (("far", 1e9), ("heavy", 0.0), ("standard", 0.0))),
    ]
    answers = []
    for threads in (1, 2, 3, 4, 4, 4):
        with Tables({"data": source_of(path)}, {}, None, threads=threads) as tables:
            answers.append([as_json(answer) for answer in tables.answer(questions)])
    placed = [each[1:] for each in answers]
    assert all(each == placed[0] for each in placed)
    means = [{name: column["mean"] for name, column in each[0].items()} for each in answers]
    assert all(each == means[0] for each in means)
    assert means[0]["standard"] == 0
