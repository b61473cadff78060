"""Each format read exactly, or refused with a sentence."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from tests.support.table_files import MakeSource, source_of

from assay.canonical import canonical, digest
from assay.edges.data_files import find_source
from assay.errors import DataError
from assay.tables import csv_types
from assay.tables.addressing import ROW, Table
from assay.tables.answering import Tables
from assay.tables.predicates import Column, Compare, OneOf
from assay.tables.questions import Counts, Keys, Values
from assay.tables.reading import read, read_ids, schema
from assay.tables.scores import write_scores
from assay.tables.source import ReadingLimits, Source

Write = Callable[[str, bytes | str], Source]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes bytes or text under a name."""

    def make(name: str, content: bytes | str) -> Source:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return source_of(path)

    return make


def listed(found: dict[str, Any]) -> dict[str, list[Any]]:
    return {name: column.tolist() for name, column in found.items()}


def copy(path: Path, query: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        connection.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet)")


# Text of rows and columns


def test_tabs_are_read_as_commas_are(write: Write) -> None:
    source = write("a.tsv", 'a\tb\tc\n1\tx, y\tNA\n2\t"z\tz"\t\n')
    assert schema(source) == {"a": "integer", "b": "text", "c": "text"}
    assert listed(read(source)) == {"a": [1, 2], "b": ["x, y", "z\tz"], "c": ["NA", None]}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("a\tb\n1\t2\t3\n", "line 2, has 3 fields; the header has 2"),
        ("a\tb\n1\n", "line 2, has 1 field;"),
        ('a\tb\n1\t"x\n', "never closed"),
        ("a\ta\n1\t2\n", "names the column `a` twice"),
        ("a,b\n1,2\n", 'separates with ",", not with tab: save it'),
        ("a\tb\n1\t2\r\n3\t4\n", "fields|mixed line ends"),
    ],
)
def test_malformed_tabs_are_refused(write: Write, content: str, sentence: str) -> None:
    """F-12."""
    with pytest.raises(DataError, match=sentence):
        read(write("a.tsv", content))


def test_gzipped_text_is_the_text(write: Write) -> None:
    plain = "a,b\n" + "".join(f"{index},x{index}\n" for index in range(50_000))
    parts = plain[:1000].encode(), plain[1000:].encode()
    for content in (gzip.compress(plain.encode()), b"".join(map(gzip.compress, parts))):
        source = write("a.csv.gz", content)
        assert source.digest == digest(content)
        assert listed(read(source)) == listed(read(write("a.csv", plain)))
    lines = write("a.jsonl.gz", gzip.compress(b'{"a":1}\n{"a":2}\n'))
    assert listed(read(lines)) == {"a": [1, 2]}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda content: content[:-9], "truncated"),
        (lambda content: content[: len(content) // 2], "truncated"),
        (lambda content: content[:-8] + bytes(4) + content[-4:], "corrupt"),
        (lambda content: content + b"more", "not gzip, or is corrupt"),
        (lambda _: b"a,b\n1,2\n", "not gzip"),
        (lambda _: b"", "truncated"),
    ],
)
def test_broken_gzip_is_refused(write: Write, change: Callable[[bytes], bytes], sentence: str) -> None:
    content = gzip.compress(b"a,b\n" + b"1,2\n" * 10_000)
    with pytest.raises(DataError, match=sentence):
        read(write("a.csv.gz", change(content)))


def test_a_gzip_bomb_is_refused_before_it_fills_the_disk(tmp_path: Path) -> None:
    """F-9: a few kilobytes that unpack to a gigabyte of rows, gzipped twice over."""
    path = tmp_path / "a.csv.gz"
    with gzip.open(path, "wb", compresslevel=9) as file:
        file.write(b"a\n")
        for _ in range(400):
            file.write(b"1\n" * 500_000)
    assert path.stat().st_size < 1_000_000
    with pytest.raises(DataError, match="unpacks to more than"):
        read(source_of(path))


# JSON lines


def test_json_lines_have_the_types_of_their_values(write: Write) -> None:
    rows = [
        {"i": 1, "n": 1.5, "b": True, "s": "NA", "d": "2026-01-31", "t": "2026-01-31T10:00", "z": "007", "none": None},
        {"n": 2, "i": -2, "s": "", "d": "2026-02-01", "t": "2026-02-01 00:00:00", "z": "8"},
    ]
    source = write("a.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    assert schema(source) == {
        "i": "integer", "n": "number", "b": "boolean", "s": "text", "d": "date", "t": "timestamp", "z": "text",
        "none": "text",
    }  # fmt: skip
    assert listed(read(source)) == {
        "i": [1, -2],
        "n": [1.5, 2.0],
        "b": [True, None],
        "s": ["NA", ""],
        "d": ["2026-01-31", "2026-02-01"],
        "t": ["2026-01-31T10:00:00", "2026-02-01T00:00:00"],
        "z": ["007", "8"],
        "none": [None, None],
    }


def test_odd_keys_and_values_of_json_are_exact(write: Write) -> None:
    keys = ["a", "*", "**", "0", "$", "a/b", "a~b", "~1", "a.b", 'q"q', "it's", "[0]", "\\", "\n", "é", "😀", " "]
    source = write("a.ndjson", json.dumps({key: f"{key}'\"\0" for key in keys}) + "\n")
    assert listed(read(source)) == {key: [f"{key}'\"\0"] for key in keys}


@pytest.mark.parametrize(
    ("values", "kind", "expected"),
    [
        (["9007199254740993", "9223372036854775807"], "integer", [9007199254740993, 9223372036854775807]),
        (
            ["9223372036854775808", "12345678901234567890123"],
            "text",
            ["9223372036854775808", "12345678901234567890123"],
        ),
        (["1e400"], "text", ["1e400"]),
        (["1.0", "2"], "number", [1.0, 2.0]),
        (["1E2"], "number", [100.0]),
    ],
)
def test_numbers_of_json_are_exact_or_stay_text(
    write: Write, values: list[str], kind: str, expected: list[object]
) -> None:
    source = write("a.jsonl", "".join(f'{{"a": {value}}}\n' for value in values))
    assert schema(source) == {"a": kind}
    assert read(source)["a"].tolist() == expected


@pytest.mark.parametrize("value", ["NaN", "nan", "Infinity", "-Infinity", "-inf"])
def test_numbers_that_json_does_not_have_are_refused_by_line(write: Write, value: str) -> None:
    source = write("a.jsonl", '{"a": "x", "b/c": 1.5}\n{"a": "NaN", "b/c": 2}\n' + f'{{"a": "y", "b/c": {value}}}\n')
    with pytest.raises(DataError, match=rf"a\.jsonl, line 3, has {value} as `b/c`, which is not JSON") as caught:
        schema(source)
    assert "null" in str(caught.value.hint)


def test_json_of_several_types_is_other(write: Write) -> None:
    source = write("a.jsonl", '{"m": 1, "n": [1], "o": {}, "k": 1}\n{"m": "1", "n": [2], "o": {"p": 1}, "k": 2}\n')
    assert schema(source) == {"m": "other", "n": "other", "o": "other", "k": "integer"}
    for column, sentence in (("m", "`m` is a mix of numbers and texts"), ("n", "`n` is an array or object")):
        with pytest.raises(DataError, match=sentence):
            read(source, [column])
    assert read(source, ["k"])["k"].tolist() == [1, 2]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"\n", "not a JSON object"),
        (b"{}\n", "not a JSON object with a key"),
        (b"[1]\n", "not a JSON object"),
        (b'{"a":1}\n2\n', "line 2, is not a JSON object"),
        (b'{"a":1}\n\n{"a":2}\n', "blank"),
        (b'{"a":1}\n{"b":2}\n', "line 2, has a key `b` that line 1 lacks"),
        (b'{"a":1}\n{"a":1,"a":2}\n', "line 2, names the column `a` twice"),
        (b'{"a":1,"\\u0061":2}\n', "line 1, names the column `a` twice"),
        (b'{"a":1}{"a":2}\n', "not a readable JSON lines file"),
        (b'{"a":\n1}\n', "not a readable JSON lines file"),
        (b'{"a":1}\n{"a":01}\n', "not a readable JSON lines file"),
        (b'{"a":"\\ud800"}\n', "not a readable JSON lines file"),
        (b'{"a":0.9}\n{"a":0.', "not a readable JSON lines file"),
        (b'{"a":1}\n\xff\n', "line 2, is not UTF-8"),
        (b'{"a":1}\n{"a":"\0"}\n', "line 2, has a NUL byte"),
        ('{"a":"é"}\n'.encode("latin-1"), "not UTF-8"),
        (b'{"@score":1}\n', "reserved for predictions"),
    ],
)
def test_malformed_json_lines_are_refused(write: Write, content: bytes, sentence: str) -> None:
    with pytest.raises(DataError, match=sentence) as caught:
        read(write("a.jsonl", content))
    assert "a.jsonl" in str(caught.value)


# Folders of Parquet files


def test_a_folder_is_one_table_in_the_order_of_its_paths(tmp_path: Path) -> None:
    for number in (2, 0, 1):
        copy(tmp_path / f"set/part-{number}.parquet", f"SELECT range + {number * 100_000} AS a FROM range(100_000)")
    (tmp_path / "set/_SUCCESS").touch()
    source = find_source(tmp_path, "set")
    contents = {f"part-{number}.parquet": (tmp_path / f"set/part-{number}.parquet").read_bytes() for number in range(3)}
    assert source.digest == digest(canonical([[name, digest(each), len(each)] for name, each in contents.items()]))
    assert source.bytes == sum(map(len, contents.values()))
    assert (read(source)["a"] == np.arange(300_000)).all()
    assert read_ids(source, None)[250_000] == "250000"
    with Tables({"t": source}, {}, None) as tables:
        keys, values = tables.answer(
            [Keys(Table("t"), Compare("<", Column("a"), 200_000), 2), Values(Table("t"), (ROW, "a"))]
        )
    assert keys == ("200000", "200001")
    assert (values[ROW] == values["a"]).all()


def test_predictions_stand_beside_the_rows_of_a_folder(tmp_path: Path) -> None:
    """A file's rows are many row groups, read by several threads: positions must hold all the same."""
    for number in range(3):
        copy(tmp_path / f"set/{number}.parquet", f"SELECT range + {number * 300_000} AS id FROM range(300_000)")
    source = find_source(tmp_path, "set")
    ids = [str(index) for index in range(900_000)]
    write_scores(tmp_path / "scores.parquet", ids, np.arange(900_000) / 1_000_000, ["@score"])
    scores = {Table("t"): find_source(tmp_path, "scores.parquet")}
    with Tables({"t": source}, scores, "id") as tables:
        (found,) = tables.answer([Values(Table("t"), ("id", "@score"))])
        (counts,) = tables.answer([Counts(Table("t"), (("high", Compare(">=", Column("@score"), 0.5)),))])
    assert np.allclose(found["@score"] * 1_000_000, found["id"])
    assert counts.true["high"] == 400_000


def test_hive_folders_are_columns(tmp_path: Path) -> None:
    for year, region in ((2025, "a b"), (2026, "__HIVE_DEFAULT_PARTITION__"), (2026, "x%2Fy")):
        copy(tmp_path / f"set/year={year}/region={region}/x.parquet", f"SELECT {year} * 10 + range AS a FROM range(2)")
    source = find_source(tmp_path, "set")
    assert schema(source) == {"a": "integer", "year": "integer", "region": "text"}
    assert listed(read(source)) == {
        "a": [20250, 20251, 20260, 20261, 20260, 20261],
        "year": [2025, 2025, 2026, 2026, 2026, 2026],
        "region": ["a b", "a b", None, None, "x/y", "x/y"],
    }
    with Tables({"t": source}, {}, None) as tables:
        (counts,) = tables.answer([Counts(Table("t"), (("x", OneOf("region", ("x/y",))),))])
    assert (counts.true["x"], counts.false["x"], counts.unknown["x"]) == (2, 2, 2)


@pytest.mark.parametrize(
    ("paths", "query", "sentence"),
    [
        (["k=1/a", "l=1/b"], "SELECT 1 AS a", "different keys in their folders"),
        (["k=1/a", "b"], "SELECT 1 AS a", "different keys in their folders"),
        (["a=1/a", "a=2/b"], "SELECT 1 AS a", "names the column `a` twice"),
        (["k=1/k=2/a"], "SELECT 1 AS a", "different keys in their folders"),
        (["@score=1/a"], "SELECT 1 AS a", "reserved for predictions"),
    ],
)
def test_odd_hive_folders_are_refused(tmp_path: Path, paths: list[str], query: str, sentence: str) -> None:
    for path in paths:
        copy(tmp_path / f"set/{path}.parquet", query)
    with pytest.raises(DataError, match=sentence):
        read(find_source(tmp_path, "set"))


@pytest.mark.parametrize(
    ("first", "second", "sentence"),
    [
        ("1 AS a, 2 AS b", "1 AS a", "`b` is in one but not in both"),
        ("1 AS a, 2 AS b", "2 AS b, 1 AS a", "their order differs"),
        ("1 AS a", "'1' AS a", "`a` as VARCHAR; the first file of its folder has it as INTEGER"),
        ("1 AS a", "1.5 AS a", "`a` as DECIMAL"),
        ("1 AS a", "1 AS A", "is in one but not in both"),
    ],
)
def test_files_of_a_folder_agree(tmp_path: Path, first: str, second: str, sentence: str) -> None:
    copy(tmp_path / "set/1.parquet", f"SELECT {first}")
    copy(tmp_path / "set/2.parquet", f"SELECT {second}")
    with pytest.raises(DataError, match=sentence) as caught:
        read(find_source(tmp_path, "set"))
    assert "set/2.parquet" in str(caught.value)


def test_a_folder_of_other_things_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "set"
    folder.mkdir()
    with pytest.raises(DataError, match="without data files"):
        find_source(tmp_path, "set")
    (folder / "a.csv").write_text("a\n1\n")
    with pytest.raises(DataError, match=r"with `a\.csv`; a folder may contain only Parquet files"):
        find_source(tmp_path, "set")
    (folder / "a.csv").unlink()
    copy(folder / "a.parquet", "SELECT 1 AS a")
    outside = tmp_path / "outside.parquet"
    copy(outside, "SELECT 2 AS a")
    (folder / "b.parquet").symlink_to(outside)
    with pytest.raises(DataError, match="links are not followed"):
        find_source(tmp_path, "set")
    (folder / "b.parquet").unlink()
    (tmp_path / "linked").symlink_to(folder)
    with pytest.raises(DataError, match="symbolic link"):
        find_source(tmp_path, "linked")
    with pytest.raises(DataError, match="is outside the repository"):
        find_source(tmp_path / "set", "../set")


def test_a_file_of_a_folder_that_changes_is_noticed(tmp_path: Path) -> None:
    for number in range(3):
        copy(tmp_path / f"set/{number}.parquet", f"SELECT {number} AS a")
    source = find_source(tmp_path, "set")
    copy(tmp_path / "other.parquet", "SELECT 5 AS a")
    with Tables({"t": source}, {}, None) as tables:
        assert tables.answer([Values(Table("t"), ("a",))])[0]["a"].tolist() == [0, 1, 2]
        shutil.copy(tmp_path / "other.parquet", tmp_path / "set/1.parquet")
        with pytest.raises(DataError, match="changed"):
            tables.answer([Values(Table("t"), ("a",))])


def test_more_files_than_a_process_may_hold_open(tmp_path: Path) -> None:
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    copy(tmp_path / "set/0000.parquet", "SELECT 1 AS a")
    for number in range(1, 300):
        shutil.copy(tmp_path / "set/0000.parquet", tmp_path / f"set/{number:04}.parquet")
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
        assert read(find_source(tmp_path, "set"))["a"].sum() == 300
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


# Files that change, and limits


def test_a_file_that_is_replaced_while_it_is_read(parquet: MakeSource, csv: MakeSource, tmp_path: Path) -> None:
    for source, other in (
        (parquet({"a": [1, 2]}), parquet({"a": [3, 4]}, "other.parquet")),
        (csv("a\n1\n2\n"), csv("a\n3\n4\n", "other.csv")),
    ):
        with Tables({"t": source}, {}, None) as tables:
            assert list(tables.answer([Counts(Table("t"))])[0].true) == []
            other.path.replace(source.path)
            with pytest.raises(DataError, match="changed"):
                tables.answer([Values(Table("t"), ("a",))])


def test_a_settled_file_is_digested_once_and_a_later_change_is_noticed_still(
    parquet: MakeSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = parquet({"a": [1, 2]}).path
    old = path.stat().st_mtime_ns - 10 * 10**9
    os.utime(path, ns=(old, old))
    monkeypatch.setattr("assay.tables.source.SETTLED", 10**8)
    time.sleep(0.2)
    source = find_source(path.parent, path.name)
    assert source.stamp is not None
    content = path.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr("assay.tables.source.digest_descriptor", lambda _: pytest.fail("digested again"))
        assert read(source)["a"].tolist() == [1, 2]
    path.write_bytes(content.replace(b"\x02", b"\x03"))
    os.utime(path, ns=(old, old))
    # The time of the change itself cannot be set back.
    with pytest.raises(DataError, match="changed"):
        read(source)


def test_limits_of_the_manifest_hold(tmp_path: Path) -> None:
    copy(tmp_path / "a.parquet", "SELECT range AS a, range AS b FROM range(1000)")
    (tmp_path / "a.csv").write_text("a\n" + "1\n" * 1000)
    (tmp_path / "a.jsonl").write_text('{"a":1}\n' * 1000)
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(b"a\n" + b"1\n" * 1000))
    for name in ("a.parquet", "a.csv", "a.jsonl", "a.csv.gz"):
        with pytest.raises(DataError, match=r"has (more than 999|1,000) rows"):
            read(find_source(tmp_path, name, ReadingLimits(rows=999)))
        with pytest.raises(DataError, match="at most 20 are allowed"):
            find_source(tmp_path, name, ReadingLimits(bytes=20))
        assert len(read(find_source(tmp_path, name, ReadingLimits(rows=1000)))["a"]) == 1000
    for name in ("a.parquet", "a.csv.gz"):
        with pytest.raises(DataError, match=r"unpacks? to more than"):
            read(find_source(tmp_path, name, ReadingLimits(decompressed=1_999)))


# Extremes


def test_many_columns(write: Write, parquet: MakeSource) -> None:
    names = [f"c{index}" for index in range(10_000)]
    wide = parquet("SELECT " + ", ".join(f"{index} AS {name}" for index, name in enumerate(names)))
    assert len(schema(wide)) == 10_000
    assert listed(read(wide, ["c7", "c9999"])) == {"c7": [7], "c9999": [9999]}
    text = write("a.csv", ",".join(names[:300]) + "\n" + ",".join(map(str, range(300))) + "\n")
    assert set(schema(text).values()) == {"integer"}
    with pytest.raises(DataError, match="10,000 keys per line; at most 1,000"):
        schema(write("a.jsonl", json.dumps(dict.fromkeys(names, 1)) + "\n"))


@pytest.mark.parametrize("batch", [7, csv_types.BATCH])
def test_types_of_many_columns_are_those_of_few(write: Write, monkeypatch: pytest.MonkeyPatch, batch: int) -> None:
    monkeypatch.setattr(csv_types, "BATCH", batch)
    kinds = {"1": "integer", "1.5": "number", "true": "boolean", "2026-01-31": "date", "2026-01-31T10:00": "timestamp",
             "x": "text", "": "text", "99999999999999999999": "text", "1e999": "text"}  # fmt: skip
    values = list(kinds) * 40
    source = write("a.csv", ",".join(f"c{i}" for i in range(len(values))) + "\n" + (",".join(values) + "\n") * 30)
    assert list(schema(source).values()) == [kinds[value] for value in values]


def test_a_late_value_is_never_lost_among_many_columns(write: Write) -> None:
    """Columns keep their places: each differs from its neighbours in the row that decides its type."""
    late = ["2", "2.5", "", "x"] * 200
    rows = [["1"] * len(late)] * 500 + [late]
    header = ",".join(f"c{index}" for index in range(len(late)))
    source = write("a.csv", "".join(f"{line}\n" for line in (header, *map(",".join, rows))))
    assert list(schema(source).values()) == ["integer", "number", "integer", "text"] * 200


def test_a_late_value_that_is_no_number_is_never_lost(write: Write) -> None:
    """A value beyond what a number can hold, after many that are numbers, makes the column text."""
    source = write("a.csv", "a,b\n" + "1,1\n" * 5000 + "1e999,99999999999999999999\n")
    assert schema(source) == {"a": "text", "b": "text"}
    assert read(source, ["a"])["a"][-1] == "1e999"


def test_decimals_and_times_at_their_extremes(parquet: MakeSource) -> None:
    source = parquet(
        "SELECT 99999999999999999999999999999999999999::DECIMAL(38, 0) AS d, 1e-38::DECIMAL(38, 38) AS s,"
        " 18446744073709551615::UBIGINT AS u, DATE '9999-12-31' AS day, TIMESTAMP '0001-01-01 00:00:00' AS early,"
        " TIMESTAMP_NS '2262-04-11 23:47:16.854775806' AS ns, TIMESTAMPTZ '2026-01-01 00:30:00+14' AS tz"
    )
    assert schema(source) == {
        "d": "integer", "s": "number", "u": "integer", "day": "date", "early": "timestamp", "ns": "timestamp",
        "tz": "timestamp",
    }  # fmt: skip
    assert read_ids(source, "d").tolist() == ["9" * 38]
    assert read_ids(source, "u").tolist() == ["18446744073709551615"]
    found = {name: column.tolist()[0] for name, column in read(source).items()}
    assert found["d"] == 1e38
    assert found["s"] == 1e-38
    assert (found["day"], found["early"]) == ("9999-12-31", "0001-01-01T00:00:00")
    assert found["ns"] == "2262-04-11T23:47:16.854775806"
    assert found["tz"] == "2025-12-31T10:30:00"


@pytest.mark.parametrize("rows", [0, 1])
def test_none_and_one_row_in_every_format(write: Write, parquet: MakeSource, rows: int) -> None:
    sources = [
        parquet(f"SELECT 1 AS a FROM range({rows})"),
        write("a.csv", "a\n" + "1\n" * rows),
        write("a.tsv", "a\n" + "1\n" * rows),
        write("a.csv.gz", gzip.compress(b"a\n" + b"1\n" * rows)),
        *([write("a.jsonl", '{"a":1}\n')] if rows else []),
    ]
    for source in sources:
        with Tables({"t": source}, {}, None) as tables:
            (counts,) = tables.answer(
                [
                    Counts(
                        Table("t"),
                        (("one", Compare("==", Column("a"), "1" if not rows and source.format != "parquet" else 1)),),
                    )
                ]
            )
        assert (counts.rows, counts.true["one"]) == (rows, rows)


def test_a_corrupt_footer_and_page_are_errors_of_data(parquet: MakeSource) -> None:
    """F14: the digest is that of the corrupt file, so only reading can notice."""
    path = parquet("SELECT range AS a, hash(range) AS b FROM range(200000)").path
    content = path.read_bytes()
    footer = int.from_bytes(content[-8:-4], "little")
    for start, length in ((len(content) - 8 - footer, 40), (len(content) - 8, 4), (len(content) - 4, 4)):
        path.write_bytes(content[:start] + b"\xff" * length + content[start + length :])
        with pytest.raises(DataError, match=r"data\.parquet"):
            read(source_of(path))
    path.write_bytes(content[:4] + b"\xff" * 64 + content[68:])
    with pytest.raises(DataError, match=r"data\.parquet"):
        read(source_of(path))


def test_arrow_types_that_the_database_lacks_are_widened_or_named(tmp_path: Path) -> None:
    arrow = pytest.importorskip("pyarrow")
    feather = pytest.importorskip("pyarrow.feather")
    columns = {
        "half": (arrow.array([0.5, None, 65504.0], arrow.float32()).cast(arrow.float16()), "number", [0.5, np.nan, 65504.0]),
        "wide": (arrow.array([1, None, 3]).cast(arrow.decimal256(20, 0)), "integer", [1.0, np.nan, 3.0]),
        "cents": (arrow.array([1, 2, 3]).cast(arrow.decimal256(30, 2)), "number", [1.0, 2.0, 3.0]),
        "huge": (arrow.array([1, 2, 3]).cast(arrow.decimal256(60, 0)), "other", "decimal256(60, 0)"),
        "none": (arrow.nulls(3), "text", [None, None, None]),
        "view": (arrow.array(["a", "b", None], arrow.string_view()), "text", ["a", "b", None]),
    }  # fmt: skip
    feather.write_feather(arrow.table({name: each[0] for name, each in columns.items()}), tmp_path / "d.arrow")
    source = source_of(tmp_path / "d.arrow")
    assert schema(source) == {name: kind for name, (_, kind, _) in columns.items()}
    for name, (_, kind, expected) in columns.items():
        if kind == "other":
            with pytest.raises(DataError, match=rf"`{name}` is {expected.replace('(', '.').replace(')', '.')}, which"):
                read(source, [name])
        else:
            np.testing.assert_array_equal(
                read(source, [name])[name], np.array(expected, dtype=object if kind == "text" else None)
            )


def test_a_column_without_values_has_no_type_of_its_own(tmp_path: Path) -> None:
    arrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    parquet.write_table(arrow.table({"a": [1, 2], "none": arrow.nulls(2)}), tmp_path / "d.parquet")
    source = source_of(tmp_path / "d.parquet")
    assert schema(source) == {"a": "integer", "none": "text"}
    assert read(source)["none"].tolist() == [None, None]


def test_a_table_without_rows_is_read(tmp_path: Path) -> None:
    """Writers leave the place of the data pages of a group without rows at 0."""
    arrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    table = arrow.table({"a": arrow.array([], arrow.int64()), "b": arrow.array([], arrow.string())})
    parquet.write_table(table, tmp_path / "d.parquet")
    assert listed(read(source_of(tmp_path / "d.parquet"))) == {"a": [], "b": []}
