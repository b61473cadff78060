"""F-9, F14: pages of Parquet files that are malformed, cut off or changed are refused; what honest writers write is read."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow
import pyarrow.parquet
import pytest
from tests.support.parquet_claims import checksum, chunks, read_footer, rewrite_pages, with_footer
from tests.support.table_files import source_of
from tests.support.thrift_compact import I32, I64, Struct

from assay.errors import DataError
from assay.tables.reading import read

ROWS = 3000
CODECS = ["none", "snappy", "gzip", "zstd", "brotli", "lz4"]
VERSIONS = ["1.0", "2.0"]
HEAD, HEAD_V2 = 5, 8


def frame() -> Any:
    drawn = np.random.default_rng(1)
    holes = drawn.random(ROWS) < 0.2
    return pyarrow.table(
        {
            "n": pyarrow.array(drawn.integers(0, 300, ROWS), mask=holes),
            "x": drawn.normal(size=ROWS),
            "s": pyarrow.array([f"v{each % 9}" for each in range(ROWS)], mask=holes),
            "b": pyarrow.array(drawn.random(ROWS) < 0.5, mask=holes),
            "void": pyarrow.array([None] * ROWS, pyarrow.int64()),
        }
    )


def written(path: Path, **options: Any) -> Path:
    pyarrow.parquet.write_table(frame(), path, **{"data_page_size": 4096, "compression": "snappy", **options})
    return path


def as_written(values: Any) -> list[Any]:
    """Values as pyarrow gives them, with None for what is missing."""
    return [None if isinstance(value, float) and math.isnan(value) else value for value in values.tolist()]


def found(path: Path) -> dict[str, list[Any]]:
    return {name: as_written(values) for name, values in read(source_of(path)).items()}


@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize("version", VERSIONS)
def test_what_pyarrow_writes_is_read(tmp_path: Path, codec: str, version: str) -> None:
    """F-9 twin: codecs, versions of pages, dictionaries, checksums, page indexes and encodings that are in use."""
    codings = {
        "dictionary": {"use_dictionary": True, "write_page_checksum": True, "write_page_index": True},
        "plain": {"use_dictionary": False},
        "delta": {
            "use_dictionary": False,
            "column_encoding": {
                "n": "DELTA_BINARY_PACKED",
                "s": "DELTA_BYTE_ARRAY",
                "x": "BYTE_STREAM_SPLIT",
                "b": "RLE",
            },
        },
        "lengths": {"use_dictionary": False, "column_encoding": {"s": "DELTA_LENGTH_BYTE_ARRAY"}},
    }
    expected = {name: column.to_pylist() for name, column in zip(frame().column_names, frame().columns, strict=True)}
    for name, options in codings.items():
        path = written(tmp_path / f"{name}.parquet", compression=codec, data_page_version=version, **options)
        assert found(path) == expected, name


def test_what_the_database_and_pandas_write_is_read(tmp_path: Path) -> None:
    """F-9 twin: other writers, with nested columns beside the flat ones."""
    query = f"SELECT range AS i, nullif(range % 7, 3)::DECIMAL(9, 2) AS d, [range] AS l, {{'a': range}} AS r, range::DATE AS t FROM (SELECT * FROM range({ROWS}))"
    query = query.replace("range::DATE AS t", "DATE '2026-01-01' + (range % 9)::INTEGER AS t")
    for codec in ("snappy", "zstd", "gzip", "uncompressed", "lz4_raw", "brotli"):
        for version in ("V1", "V2"):
            path = tmp_path / f"{codec}{version}.parquet"
            with duckdb.connect() as connection:
                connection.execute(
                    f"COPY ({query}) TO '{path}' (FORMAT parquet, COMPRESSION {codec}, PARQUET_VERSION {version})"
                )
            values = read(source_of(path), ["i", "d", "t"])
            assert values["i"].tolist() == list(range(ROWS))
            assert int(np.nansum(values["d"])) == sum(each % 7 for each in range(ROWS) if each % 7 != 3)


def data_of(header: Struct) -> Struct | None:
    place = HEAD if HEAD in header else HEAD_V2
    return header[place][1] if place in header else None


def no_checksum(header: Struct, body: bytes) -> None:
    header.pop(4, None)


def wrong_checksum(header: Struct, body: bytes) -> None:
    kind, value = checksum(body)
    header[4] = (kind, value ^ 1)


def changed_byte(header: Struct, body: bytes) -> bytes:
    header[4] = checksum(body)
    return body[:-1] + bytes([body[-1] ^ 1])


def values_by(step: int) -> Callable[[Struct, bytes], None]:
    def edit(header: Struct, body: bytes) -> None:
        no_checksum(header, body)
        data = data_of(header)
        if data is not None:
            data[1] = (I32, data[1][1] + step)
            if HEAD_V2 in header:
                data[3] = (I32, data[3][1] + step)

    return edit


def cut(header: Struct, body: bytes) -> bytes | None:
    no_checksum(header, body)
    if data_of(header) is None:
        return None
    header[2], header[3] = (I32, header[2][1] - 20), (I32, len(body) - 20)
    return body[:-20]


def larger(header: Struct, body: bytes) -> None:
    no_checksum(header, body)
    header[2] = (I32, header[2][1] + 8)


def short_levels(header: Struct, body: bytes) -> bytes | None:
    """Levels of fewer values than the page has; read on, they would be whatever lies behind them."""
    no_checksum(header, body)
    if HEAD in header:
        size = int.from_bytes(body[:4], "little")
        return struct.pack("<I", size) + bytes([2 << 1]) + b"\1" * (size - 1) + body[4 + size :]
    if HEAD_V2 in header:
        size = header[HEAD_V2][1][5][1]
        return bytes([2 << 1]) + b"\1" * (size - 1) + body[size:]
    return None


def bit_packed_levels(header: Struct, body: bytes) -> None:
    no_checksum(header, body)
    if HEAD in header:
        header[HEAD][1][3] = (I32, 4)
    else:
        larger(header, body)


def missing_in_header(header: Struct, body: bytes) -> None:
    no_checksum(header, body)
    if HEAD_V2 in header:
        header[HEAD_V2][1][2] = (I32, 0)
    else:
        larger(header, body)


def no_data_page(header: Struct, body: bytes) -> None:
    no_checksum(header, body)
    header[1] = (I32, 1)


EDITS = {
    "checksum": wrong_checksum,
    "changed byte": changed_byte,
    "fewer values": values_by(-50),
    "more values": values_by(50),
    "cut": cut,
    "larger": larger,
    "short levels": short_levels,
    "bit-packed levels": bit_packed_levels,
    "missing in header": missing_in_header,
    "index page": no_data_page,
}
SENTENCE = "is a corrupt Parquet file: (its column )?`n` has"


@pytest.mark.parametrize("edit", EDITS.values(), ids=list(EDITS))
@pytest.mark.parametrize("dictionary", [True, False], ids=["dictionary", "plain"])
@pytest.mark.parametrize("version", VERSIONS)
def test_pages_that_are_not_whole_are_refused(
    tmp_path: Path, edit: Callable[[Struct, bytes], bytes | None], version: str, *, dictionary: bool
) -> None:
    """F14: a file whose own numbers, levels or checksums contradict its bytes, by column and reason."""
    content = written(
        tmp_path / "honest.parquet", compression="none", data_page_version=version, use_dictionary=dictionary
    ).read_bytes()
    path = tmp_path / "data.parquet"
    path.write_bytes(rewrite_pages(content, no_checksum, 0))
    assert found(path) == found(tmp_path / "honest.parquet")
    path.write_bytes(rewrite_pages(content, edit, 0))
    with pytest.raises(DataError, match=SENTENCE):
        read(source_of(path))
    assert "x" in read(source_of(path), ["x"])


@pytest.mark.parametrize("step", [-500, 500])
def test_rows_that_are_announced_must_be_there(tmp_path: Path, step: int) -> None:
    """F14: the footer says another number of rows, in all of its places or in some."""
    content = written(tmp_path / "honest.parquet", row_group_size=1000).read_bytes()
    for places in ("all", "groups", "footer"):
        before, footer = read_footer(content)
        footer[3] = (I64, ROWS + step) if places != "groups" else footer[3]
        group = footer[4][1][1][-1]
        group[3] = (I64, group[3][1] + step) if places != "footer" else group[3]
        for chunk in group[1][1][1]:
            if places == "all":
                chunk[3][1][5] = (I64, chunk[3][1][5][1] + step)
        path = tmp_path / f"{places}.parquet"
        path.write_bytes(with_footer(before, footer))
        with pytest.raises(DataError, match="is a corrupt Parquet file: "):
            read(source_of(path))


def test_a_chunk_counts_once(tmp_path: Path) -> None:
    """F-9: row groups that share their pages make many rows of few bytes."""
    before, footer = read_footer(written(tmp_path / "data.parquet").read_bytes())
    groups = footer[4][1][1]
    groups += groups * 9
    footer[3] = (I64, ROWS * 10)
    path = tmp_path / "data.parquet"
    path.write_bytes(with_footer(before, footer))
    with pytest.raises(DataError, match="its columns do not lie behind each other"):
        read(source_of(path))


def huge(header: Struct, body: bytes) -> None:
    no_checksum(header, body)
    header[2] = (I32, 1 << 30)


def test_a_page_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    """F-9: the size that a page says is looked at before room is made for it."""
    path = tmp_path / "data.parquet"
    path.write_bytes(rewrite_pages(written(path).read_bytes(), huge, 0))
    with pytest.raises(DataError, match=r"unpacks to more than [0-9,]+ bytes, too much for a file of its size"):
        read(source_of(path))


@pytest.mark.parametrize("columns", [1, 60])
def test_rows_that_hardly_take_a_byte_are_refused(tmp_path: Path, columns: int) -> None:
    """F-9: millions of rows in few bytes are refused before any is read, and the manifest can allow them."""
    path = tmp_path / "data.parquet"
    rows = 6_000_000 // columns ** (1 / 2)
    repeated = ", ".join(f"1 AS c{index}" for index in range(columns))
    with duckdb.connect() as connection:
        connection.execute(f"COPY (SELECT {repeated} FROM range({int(rows)})) TO '{path}' (FORMAT parquet)")
    source = source_of(path)
    with pytest.raises(DataError, match="too much for a file of its size") as refused:
        read(source)
    assert "rows_per_megabyte" in refused.value.hint
    allowed = replace(source, limits=replace(source.limits, rows_per_megabyte=10_000_000))
    assert len(read(allowed, ["c0"])["c0"]) == int(rows)


def test_levels_are_held_wherever_they_break(tmp_path: Path) -> None:
    """F14: no flipped bit in the levels gives other missing values than pyarrow sees, where pyarrow sees an error."""
    for version in VERSIONS:
        honest = written(tmp_path / "honest.parquet", compression="none", data_page_version=version)
        _, footer = read_footer(honest.read_bytes())
        chunk = next(chunks(footer))[1]
        start = chunk[9][1]
        for offset in range(20, 60):
            content = bytearray(honest.read_bytes())
            content[start + offset] ^= 1 << offset % 8
            path = tmp_path / "data.parquet"
            path.write_bytes(content)
            try:
                theirs = pyarrow.parquet.read_table(path, columns=["n"])["n"].to_pylist()
            except (OSError, ValueError):
                with pytest.raises(DataError):
                    read(source_of(path), ["n"])
                continue
            try:
                ours = as_written(read(source_of(path), ["n"])["n"])
            except DataError:
                continue
            assert ours == theirs, (version, offset)
