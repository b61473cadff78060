"""Two files become one only if their rows are the same rows, and every value stays as it was written."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from assay.edges.data_files import find_source
from assay.errors import DataError
from assay.tables.dialects import Dialect
from assay.tables.joining import Joined, join_rows
from assay.tables.reading import read

X, Y = 'key,a,b\n1,007,"x, y"\n2,1.50,\n', "key,y\n1,yes\n2,no\n"


def joined(folder: Path, one: str, other: str, ending: str = "csv", dialect: Dialect | None = None) -> str:
    (folder / f"one.{ending}").write_bytes(one.encode())
    (folder / f"other.{ending}").write_bytes(other.encode())
    sources = [find_source(folder, f"{name}.{ending}", dialect=dialect or Dialect()) for name in ("one", "other")]
    join_rows(*sources, folder / f"out.{ending}")
    return (folder / f"out.{ending}").read_text()


def test_each_row_keeps_its_fields_and_gets_the_others(tmp_path: Path) -> None:
    assert joined(tmp_path, X, Y) == 'key,a,b,y\n1,007,"x, y",yes\n2,1.50,,no\n'
    assert joined(tmp_path, "a\tb\n1\t2\n", "y\n3\n", "tsv") == "a\tb\ty\n1\t2\t3\n"
    semicolons = Dialect(delimiter=";", decimal=",")
    assert joined(tmp_path, "a;b\n1,5;2\n", "b;y\n2;3,5\n", dialect=semicolons) == "a;b;y\n1,5;2;3,5\n"


def test_an_index_without_a_name_is_kept_once(tmp_path: Path) -> None:
    assert joined(tmp_path, ",a\n5,1\n9,2\n", ",y\n5,0\n9,1\n") == "row_names,a,y\n5,1,0\n9,2,1\n"


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        (X, "y\n1\n", "different numbers of rows"),
        (X, "y\n1\n2\n3\n", "different numbers of rows"),
        (X, "key,y\n1,yes\n3,no\n", "`key` differs in row 2"),
        (X, "key,y\n2,no\n1,yes\n", "`key` differs in row 1"),
        (X, "key,a\n1,007\n2,1.50\n", "nothing to join"),
        (X, "y,y\n1,2\n3,4\n", "`y`"),
        (X, "y\n1,2\n", "other.csv"),
    ],
)
def test_other_rows_are_refused(tmp_path: Path, one: str, other: str, told: str) -> None:
    with pytest.raises(DataError, match=told):
        joined(tmp_path, one, other)


def test_parquet_keeps_its_types(tmp_path: Path) -> None:
    connection = duckdb.connect()

    def write(name: str, query: str) -> None:
        connection.execute(f"COPY ({query}) TO '{tmp_path / name}' (FORMAT parquet)")

    write("x.parquet", "SELECT range AS k, range / 4 AS a FROM range(5000)")
    write("y.parquet", "SELECT range AS k, range % 2 = 0 AS y FROM range(5000)")
    write("short.parquet", "SELECT 1 AS y")
    write("turned.parquet", "SELECT 4999 - range AS k, true AS y FROM range(5000)")
    found = {name: find_source(tmp_path, f"{name}.parquet") for name in ("x", "y", "short", "turned")}
    assert join_rows(found["x"], found["y"], tmp_path / "out.parquet") == Joined(5000, ("y",))
    made = read(find_source(tmp_path, "out.parquet"))
    assert [*made] == ["k", "a", "y"]
    assert [made["k"][4999], made["a"][4999], made["y"][4999]] == [4999, 1249.75, False]
    for other, told in (("short", "5,000 and 1"), ("turned", "`k` differs")):
        with pytest.raises(DataError, match=told):
            join_rows(found["x"], found[other], tmp_path / "out.parquet")


def test_two_formats_are_not_joined(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(X)
    (tmp_path / "b.tsv").write_text("y\n1\n2\n")
    (tmp_path / "c.jsonl").write_text('{"y": 1}\n')
    every = {name: find_source(tmp_path, name) for name in ("a.csv", "b.tsv", "c.jsonl")}
    for other in ("b.tsv", "c.jsonl"):
        with pytest.raises(DataError, match="of one format"):
            join_rows(every["a.csv"], every[other], tmp_path / "out.csv")
