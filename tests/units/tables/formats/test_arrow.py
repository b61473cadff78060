"""Arrow files and streams, read exactly or refused; needs the extra `arrow`."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.support.table_files import source_of

from assay.errors import DataError
from assay.tables.addressing import Table
from assay.tables.answering import Tables
from assay.tables.predicates import Column, Compare
from assay.tables.questions import Counts, Keys
from assay.tables.reading import read, read_ids, schema
from assay.tables.source import ReadingLimits, Source

Write = Callable[..., Source]

pa = pytest.importorskip("pyarrow")


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a table as a file or stream of Arrow."""
    from pyarrow import ipc

    def make(table: Any, *, form: str = "file", compression: str | None = None, rows: int = 1000) -> Source:
        path = tmp_path / ("a.feather" if compression else "a.arrow")
        opening = ipc.new_file if form == "file" else ipc.new_stream
        options = ipc.IpcWriteOptions(compression=compression)
        with opening(path, table.schema, options=options) as writer:
            writer.write_table(table, max_chunksize=rows)
        return source_of(path)

    return make


@pytest.mark.parametrize("form", ["file", "stream"])
@pytest.mark.parametrize("compression", [None, "lz4", "zstd"])
def test_files_and_streams_are_read_exactly(write: Write, form: str, compression: str | None) -> None:
    table = pa.table(
        {
            "i": np.arange(5000),
            "n": np.arange(5000) / 8,
            "s": pa.array([None if index % 7 == 0 else f"x{index % 5}" for index in range(5000)]).dictionary_encode(),
            "b": pa.array([index % 2 == 0 for index in range(5000)]),
        }
    )
    source = write(table, form=form, compression=compression)
    assert schema(source) == {"i": "integer", "n": "number", "s": "text", "b": "boolean"}
    found = read(source)
    assert (found["i"] == np.arange(5000)).all()
    assert (found["n"] == np.arange(5000) / 8).all()
    assert found["s"].tolist() == table["s"].to_pylist()
    assert found["b"].tolist() == table["b"].to_pylist()
    assert read_ids(source, None)[-1] == "4999"
    with Tables({"t": source}, {}, None) as tables:
        (counts,) = tables.answer([Counts(Table("t"))])
        (keys,) = tables.answer([Keys(Table("t"), Compare("<", Column("i"), 4000), 2)])
    assert counts.rows == 5000
    assert keys == ("4000", "4001")


def test_types_of_arrow(write: Write) -> None:
    import datetime as dt
    import decimal

    moment = dt.datetime(2026, 1, 31, 10, tzinfo=dt.UTC)
    table = pa.table(
        {
            "u": pa.array([2**64 - 1], pa.uint64()),
            "f": pa.array([1.5], pa.float32()),
            "d": pa.array([decimal.Decimal("2.50")], pa.decimal128(9, 2)),
            "tz": pa.array([moment], pa.timestamp("us", "Europe/Vienna")),
            "ns": pa.array([moment.replace(tzinfo=None)], pa.timestamp("ns")),
            "day": pa.array([moment.date()], pa.date32()),
            "l": pa.array(["x"], pa.large_string()),
            "v": pa.array(["a long text that is not inlined"], pa.string_view()),
            "list": pa.array([[1]]),
            "struct": pa.array([{"x": 1}]),
            "Age": [1],
            "age": [2],
        }
    )
    source = write(table)
    assert schema(source) == {
        "u": "integer", "f": "number", "d": "number", "tz": "timestamp", "ns": "timestamp", "day": "date",
        "l": "text", "v": "text", "list": "other", "struct": "other", "Age": "integer", "age": "integer",
    }  # fmt: skip
    found = {name: column.tolist() for name, column in read(source, [*table.column_names[:8], "Age", "age"]).items()}
    assert found == {
        "u": [2.0**64],
        "f": [1.5],
        "d": [2.5],
        "tz": ["2026-01-31T10:00:00"],
        "ns": ["2026-01-31T10:00:00"],
        "day": ["2026-01-31"],
        "l": ["x"],
        "v": ["a long text that is not inlined"],
        "Age": [1],
        "age": [2],
    }


def test_no_rows_and_double_names(write: Write) -> None:
    assert read(write(pa.table({"a": pa.array([], pa.int64())})))["a"].tolist() == []
    double = pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["a", "a"])
    with pytest.raises(DataError, match="names the column `a` twice"):
        read(write(double))
    with pytest.raises(DataError, match="reserved for predictions"):
        read(write(pa.table({"@score": [1.0]})))


def test_a_bomb_is_refused_before_it_is_unpacked(write: Write) -> None:
    """F-9: half a gigabyte of zeros in a few kilobytes; and rows that need no bytes at all."""
    packed = write(pa.table({"a": np.zeros(1 << 26, dtype=np.int64)}), compression="zstd", rows=1 << 26)
    assert packed.bytes < 100_000
    before = pa.total_allocated_bytes()
    with pytest.raises(DataError, match=r"unpacks to 536,870,912 bytes; at most"):
        schema(packed)
    assert pa.total_allocated_bytes() < before + (1 << 20)
    nothing = write(pa.table({"a": pa.nulls(1000)}))
    with pytest.raises(DataError, match="1,000 rows; at most 999"):
        schema(replace(nothing, limits=ReadingLimits(rows=999)))


def test_cut_and_changed_files_are_errors_of_data(write: Write) -> None:
    """F14: nothing but a DataError, and never a crash, comes of bytes that do not fit together."""
    table = pa.table({"a": np.arange(500), "s": [f"row {index}" for index in range(500)]})
    generator = np.random.default_rng(2)
    for form, compression in (("file", None), ("stream", None), ("file", "zstd")):
        source = write(table, form=form, compression=compression)
        content = source.path.read_bytes()
        for length in generator.integers(0, len(content) - 8, size=20):
            source.path.write_bytes(content[: int(length)])
            try:
                pytest.fail(f"{len(read(source_of(source.path))['a'])} rows of a file that was cut")
            except DataError as error:
                assert source.path.name in str(error)
        for position in generator.integers(0, len(content) * 8, size=60):
            flipped = bytearray(content)
            flipped[position // 8] ^= 1 << (position % 8)
            source.path.write_bytes(bytes(flipped))
            with pytest.raises(DataError, match="changed"):
                read(source)
            try:
                read(source_of(source.path))
            except DataError as error:
                assert "SELECT" not in str(error)


def test_feather_of_the_first_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.feather"
    path.write_bytes(b"FEA1" + bytes(60) + b"FEA1")
    with pytest.raises(DataError, match="not a readable Arrow file"):
        read(source_of(path))


VALUES: dict[str, Any] = {
    "number": lambda values: pa.array(values, pa.int64()),
    "text": lambda values: pa.array([None if value is None else f"x{value}" for value in values]),
    "view": lambda values: pa.array([None if value is None else "x" * 20 for value in values], pa.string_view()),
    "codes": lambda values: pa.array([None if value is None else "x" for value in values]).dictionary_encode(),
}


@pytest.mark.parametrize("form", ["file", "stream"])
@pytest.mark.parametrize("compression", [None, "lz4", "zstd"])
@pytest.mark.parametrize("kind", list(VALUES))
def test_a_denied_missing_value_is_refused(write: Write, form: str, compression: str | None, kind: str) -> None:
    """T-denied-nulls: a count of no missing values makes readers drop the bitmap that says which are missing."""
    before = {
        "nested": pa.array([[1, 2, 3], None, [], [4]] * 5_000),
        "map": pa.array([[("k", 1)], None, [], []] * 5_000, pa.map_(pa.string(), pa.int64())),
        "struct": pa.array([{"x": 1, "y": "z"}] * 20_000),
        "nothing": pa.nulls(20_000),
        "view": pa.array(["a long text that is not inlined"] * 20_000, pa.string_view()),
    }
    table = pa.table({**before, "a": VALUES[kind]([1, None, 3, 4] * 4_999 + [1, 2, 3, 4])})
    source = write(table, form=form, compression=compression, rows=20_000)
    assert sum(value is None for value in read(source, ["a"])["a"].tolist()) in (4_999, 0)
    content, honest = source.path.read_bytes(), struct.pack("<2q", 20_000, 4_999)
    assert content.count(honest) == 1
    for claimed in (0, 1, 4_998, 20_000):
        source.path.write_bytes(content.replace(honest, struct.pack("<2q", 20_000, claimed)))
        with pytest.raises(DataError, match="not a readable Arrow file"):
            read(source_of(source.path), ["a"])


def test_a_bitmap_without_a_missing_value_is_no_lie(write: Write) -> None:
    """T-denied-nulls twin: some writers store a bitmap of ones."""
    table = pa.table({"a": pa.array([1, None, 3, 4]), "b": [1.0, 2.0, 3.0, 4.0]})
    source = write(table)
    content, bitmap = source.path.read_bytes(), b"\x0d" + b"\0" * 7
    assert content.count(bitmap) == 1
    content = content.replace(bitmap, b"\x0f" + b"\0" * 7).replace(struct.pack("<2q", 4, 1), struct.pack("<2q", 4, 0))
    source.path.write_bytes(content)
    assert len(read(source_of(source.path))["a"]) == 4


BUFFERS: dict[str, Any] = {
    "offsets that go back": (pa.string, 2, [None, struct.pack("<3i", 0, 2, 1), b"ab"]),
    "text that is no UTF-8": (pa.string, 1, [None, struct.pack("<2i", 0, 2), b"\xff\xfe"]),
    "views beyond their text": (
        pa.string_view,
        1,
        [None, struct.pack("<i4sii", 50, b"aaaa", 7, 0), b"a" * 50],
    ),
    "digits beyond the decimal": (lambda: pa.decimal128(4, 2), 1, [None, struct.pack("<2q", 10**9, 0)]),
}


@pytest.mark.parametrize("name", list(BUFFERS))
def test_buffers_that_lie_are_refused(write: Write, name: str) -> None:
    """F14: what full validation would find is found."""
    kind, length, buffers = BUFFERS[name]
    made = pa.Array.from_buffers(kind(), length, [each and pa.py_buffer(each) for each in buffers])
    with pytest.raises(DataError, match="not a readable Arrow file"):
        read(write(pa.table({"a": made})))


@pytest.mark.parametrize("place", [9, -1])
def test_a_place_outside_of_the_dictionary_is_refused(write: Write, place: int) -> None:
    codes = pa.array([0, place], pa.int32())
    made = pa.DictionaryArray.from_arrays(codes, pa.array(["x"]), safe=False)
    with pytest.raises(DataError, match="not a readable Arrow file"):
        read(write(pa.table({"a": made})))
