"""Types and whole columns, and files that are not what they seem."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.support.table_files import MakeSource, source_of

from assay.errors import DataError
from assay.tables.reading import read, read_ids, schema
from assay.tables.source import ReadingLimits


def test_types_of_csv_come_from_the_whole_file(csv: MakeSource) -> None:
    late = "\n".join(["1"] * 5000 + ["1.5"] + ["x"])
    assert schema(csv(f"a\n{late}\n")) == {"a": "text"}
    source = csv(
        "i,n,b,d,t,s,z,none\n1,1.5,true,2026-01-31,2026-01-31 10:00:00,NA,007,\n"
        "-2,.5e1,False,2026-02-01,2026-02-01T00:00,x,8,\n"
    )
    assert schema(source) == {
        "i": "integer", "n": "number", "b": "boolean", "d": "date", "t": "timestamp", "s": "text",
        "z": "text", "none": "text",
    }  # fmt: skip
    found = read(source)
    assert found["i"].tolist() == [1, -2]
    assert found["i"].dtype == np.int64
    assert found["n"].tolist() == [1.5, 5.0]
    assert found["b"].dtype == np.bool_
    assert found["d"].tolist() == ["2026-01-31", "2026-02-01"]
    assert found["t"].tolist() == ["2026-01-31T10:00:00", "2026-02-01T00:00:00"]
    assert found["s"].tolist() == ["NA", "x"]
    assert found["z"].tolist() == ["007", "8"]
    assert found["none"].tolist() == [None, None]


@pytest.mark.parametrize(
    "value", ["nan", "inf", "1_000", " 1", "0x1F", "1,5", "1e999", "2026-13-01", "99999999999999999999", "+1-1"]
)
def test_what_only_looks_like_a_number_stays_text(csv: MakeSource, value: str) -> None:
    source = csv(f'a,b\n"{value}",1\n')
    assert schema(source)["a"] == "text"
    assert read(source, ["a"])["a"].tolist() == [value]


def test_missing_values_widen_the_type(csv: MakeSource) -> None:
    found = read(csv('i,b,s\n1,true,""\n,,\n'))
    assert found["i"].dtype == np.float64
    assert np.isnan(found["i"][1])
    assert found["b"].tolist() == [True, None]
    assert found["s"].tolist() == ["", None]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        ("a,b\n1,é\n".encode("latin-1"), "not UTF-8"),
        ("a,b\n1,é".encode()[:-1], "incomplete"),
        ("a,b\n1,é\n".encode("utf-16-le"), "NUL byte; if it is utf-16-le"),
        (b"a,b\n1,2\x00\n", "line 2, has a NUL byte"),
        (b"a,a\n1,2\n", "names the column `a` twice"),
        (b"a,\n1,2\n", "its last column, 2, has no name"),
        (b"\n1\n", "is not a header: it is empty"),
        (b"a,,b\n1,2,3\n", "column 2 of 3 has no name"),
        (b",row_names\n1,2\n", "name the first column"),
        (b"a,b\n1,2,3\n", "add one to line 1"),
        (b"a,b\n1,2\r", "carriage return|within a line end"),
        (b"a,b\r\n1,2\r", "within a line end"),
        (b"a,b\n1,2,3\n", "line 2, has 3 fields; the header has 2"),
        (b'a,b\n"x\ny",2\n1\n', "line 4, has 1 field;"),
        (b"a,b\n1,2\n\n3,4\n", "line 3, is blank, but rows follow it"),
        (b"a,b\n1,2\r\n3,4\n", "mixed line ends"),
        (b"a,b\r1,2\r", "carriage return"),
        (b'a,b\n1,"2\n', "never closed"),
        (b'a,b\n1,x"y"\n', "quote inside an unquoted field"),
        (b'a,b\n1,"x"y\n', "quote inside an unquoted field"),
        (b'a,b\n1, "x"\n', "quote inside an unquoted field"),
        (b"a,@score\n1,0.9\n", "reserved for predictions"),
        (b"a,@score:yes\n1,0.9\n", "reserved for predictions"),
    ],
)
def test_malformed_csv_is_refused_with_its_line(csv: MakeSource, content: bytes, sentence: str) -> None:
    """F-12: dialect tricks end in a sentence or in exact equality."""
    with pytest.raises(DataError, match=sentence) as caught:
        read(csv(content))
    assert "data.csv" in str(caught.value)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"c\nNA\nNULL\nnull\nN/A\n", ["NA", "NULL", "null", "N/A"]),
        (b'c\r\n"x\r\ny"\r\nz\r\n', ["x\r\ny", "z"]),
        (b'c\n"a ""b"", c"\n#d\n', ['a "b", c', "#d"]),
        (b"c\na\n\nb\n", ["a", None, "b"]),
        ("c\n\u2028é\u202eمرحبا\n".encode(), ["\u2028é\u202eمرحبا"]),
        (b'c\n=HYPERLINK("")\n', None),
        (b"c\n 1 \n", [" 1 "]),
    ],
)
def test_odd_csv_is_read_exactly_or_refused(csv: MakeSource, content: bytes, expected: list[str | None] | None) -> None:
    """F-12."""
    if expected is None:
        with pytest.raises(DataError):
            read(csv(content))
    else:
        assert next(iter(read(csv(content)).values())).tolist() == expected


def test_a_file_without_rows_is_readable(csv: MakeSource, parquet: MakeSource) -> None:
    assert read(csv("a,b\n"))["a"].tolist() == []
    empty = parquet("SELECT 1 AS a, 'x' AS b WHERE false")
    assert schema(empty) == {"a": "integer", "b": "text"}
    assert read(empty)["b"].tolist() == []


def test_parquet_types(parquet: MakeSource) -> None:
    source = parquet(
        "SELECT 1::UTINYINT i, 5::UBIGINT u, 1.5::FLOAT f, 2.50::DECIMAL(9,2) d, true b, DATE '2026-01-31' dd,"
        " TIMESTAMP '2026-01-31 10:00:00.5' t, TIMESTAMPTZ '2026-01-31 10:00:00+02' tz, 'a'::ENUM('a') e,"
        " [1] l, {'x': 1} s, 'x'::BLOB x"
    )
    kinds = ["integer", "integer", "number", "number", "boolean", "date", "timestamp", "timestamp", "text"]
    assert list(schema(source).values()) == [*kinds, "other", "other", "other"]
    found = read(source, ["u", "f", "d", "t", "tz", "e"])
    assert {name: column.tolist() for name, column in found.items()} == {
        "u": [5.0],
        "f": [1.5],
        "d": [2.5],
        "t": ["2026-01-31T10:00:00.5"],
        "tz": ["2026-01-31T08:00:00"],
        "e": ["a"],
    }
    with pytest.raises(DataError, match="column `l` is INTEGER"):
        read(source, ["l"])


def test_names_are_exact(csv: MakeSource, parquet: MakeSource) -> None:
    odd = 'a"; DROP TABLE t; --'
    path = parquet({"Age": [1], "bge": [2], odd: [3]}).path
    path.write_bytes(path.read_bytes().replace(b"bge", b"age"))
    for source in (csv(f'Age,age,"{odd.replace(chr(34), chr(34) * 2)}"\n1,2,3\n'), source_of(path)):
        assert {name: column.tolist() for name, column in read(source).items()} == {"Age": [1], "age": [2], odd: [3]}
        with pytest.raises(DataError, match=r"no column `AGE`\. Did you mean `[Aa]ge"):
            read(source, ["AGE"])


def test_paths_with_pattern_characters_and_hive_folders(parquet: MakeSource, tmp_path: Path) -> None:
    source = parquet({"a": [1]})
    folder = tmp_path / "year=2026"
    folder.mkdir()
    for name in ("*.parquet", "[a].parquet", "it's?.parquet"):
        path = folder / name
        shutil.copy(source.path, path)
        assert read(source_of(path)) == {"a": np.array([1])}


def test_ids_as_text(csv: MakeSource, parquet: MakeSource) -> None:
    assert read_ids(csv("k\n7\n10\n"), "k").tolist() == ["7", "10"]
    assert read_ids(parquet({"k": [7, 10]}), "k").tolist() == ["7", "10"]
    assert read_ids(csv("k\n7\n10\n"), None).tolist() == ["0", "1"]
    with pytest.raises(DataError, match="1 of 2 rows"):
        read_ids(csv("k,a\n,1\n1,1\n"), "k")


def test_a_changed_file_is_noticed(csv: MakeSource) -> None:
    source = csv("a\n1\n")
    source.path.write_bytes(b"a\n2\n")
    with pytest.raises(DataError, match="changed"):
        read(source)


def test_a_file_that_is_no_file(csv: MakeSource, tmp_path: Path) -> None:
    source = csv("a\n1\n")
    os.mkfifo(tmp_path / "pipe")
    for path, sentence in (
        (tmp_path, "not a regular file"),
        (tmp_path / "pipe", "not a regular file"),
        (tmp_path / "no.csv", "cannot be opened"),
    ):
        with pytest.raises(DataError, match=sentence):
            read(replace(source, path=path))


def test_a_cut_csv_never_passes_unseen(csv: MakeSource) -> None:
    """F14: a cut is caught by the digest; without one, at worst the last value is cut and rows are missing."""
    content = b'i,s\n1,.9\n2,"a\nb"\n3,x\n'
    source = csv(content)
    whole = read(source)
    for length in range(len(content)):
        with pytest.raises(DataError):
            read(replace(source, digest=source.digest, path=csv(content[:length], "cut.csv").path))
        cut = csv(content[:length], "cut.csv")
        try:
            found = read(cut)
        except DataError:
            continue
        rows = len(found["i"])
        assert rows < 3 or length > content.rindex(b"3,")
        # The type may narrow with fewer rows, and the last value may be cut; the values before it do not change.
        kept = max(0, rows - (content[length - 1 : length] != b"\n"))
        for name, column in found.items():
            expected = [str(value) for value in whole[name].tolist()[:kept]]
            assert [str(value) for value in column.tolist()[:kept]] in (expected, ["0.9"])


def test_flipped_bits_in_parquet_are_noticed(parquet: MakeSource) -> None:
    """F14: flips that change data without an error are caught by the digest."""
    source = parquet({"a": list(range(50)), "s": [f"row {index}" for index in range(50)]})
    content = source.path.read_bytes()
    generator = np.random.default_rng(0)
    for position in generator.integers(0, len(content) * 8, size=15):
        flipped = bytearray(content)
        flipped[position // 8] ^= 1 << (position % 8)
        source.path.write_bytes(bytes(flipped))
        with pytest.raises(DataError, match="changed"):
            read(source)


def test_corrupt_parquet_is_an_error_of_data(parquet: MakeSource) -> None:
    source = parquet({"a": list(range(50)), "s": [f"row {index}" for index in range(50)]})
    content = source.path.read_bytes()
    generator = np.random.default_rng(1)
    cuts = [content[: int(length)] for length in generator.integers(0, len(content), size=5)]
    for position in generator.integers(0, len(content) * 8, size=15):
        flipped = bytearray(content)
        flipped[position // 8] ^= 1 << (position % 8)
        cuts.append(bytes(flipped))
    for broken in cuts:
        source.path.write_bytes(broken)
        sentence = ""
        try:
            read(source_of(source.path))
        except DataError as error:
            sentence = str(error)
        assert "SELECT" not in sentence


def test_bombs_are_refused(parquet: MakeSource) -> None:
    """F-9, F14: few bytes that unpack to many rows, or to long texts."""
    rows = parquet("SELECT 1 AS a FROM range(1000000)")
    assert rows.bytes < 10_000
    assert len(read(rows)["a"]) == 1_000_000
    with pytest.raises(DataError, match="1,000,000 rows; at most 999,999"):
        read(replace(rows, limits=ReadingLimits(rows=999_999)))
    with pytest.raises(DataError, match="unpack to more than 7,999,999 bytes"):
        read(replace(rows, limits=ReadingLimits(decompressed=7_999_999)))
    texts = parquet("SELECT repeat('x', 100000) AS a FROM range(100)")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("assay.tables.text_budget.MOST_TEXT", 9_999_999)
        with pytest.raises(DataError, match="10000000 bytes of text"):
            read(texts)


def test_a_text_repeated_in_few_bytes_is_refused_before_memory_is_gone(parquet: MakeSource) -> None:
    """F-9: about 1 kB that unpacks to 2 GB."""
    bomb = parquet("SELECT repeat('x', 1000000) AS a FROM range(2000)")
    assert bomb.bytes < 1_000_000
    with pytest.raises(DataError, match="repeats a text of 1,000,000 bytes too often"):
        read(bomb)
