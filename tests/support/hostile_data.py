"""Small files that unpack to much, or are nested deeply: each is written in a moment and at most ten megabytes."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pyarrow
import pyarrow.parquet
from tests.support.parquet_claims import read_footer, with_footer
from tests.support.thrift_compact import BINARY, I32, I64, LIST, STRUCT

MOST_BYTES = 10_000_000


def _parquet(query: str) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        with duckdb.connect() as connection:
            connection.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet)")

    return write


def _words(words: list[str], rows: int, *, dictionary: bool = True) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        places = pyarrow.array(np.arange(rows) % len(words), pyarrow.int32())
        column = pyarrow.DictionaryArray.from_arrays(places, pyarrow.array(words))
        options = {} if dictionary else {"use_dictionary": False, "column_encoding": {"a": "DELTA_BYTE_ARRAY"}}
        column = column if dictionary else column.cast(pyarrow.string())
        pyarrow.parquet.write_table(pyarrow.table({"a": column}), path, row_group_size=1 << 22, **options)

    return write


def _schema_depth(depth: int) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        _parquet("SELECT 1 AS a")(path)
        before, footer = read_footer(path.read_bytes())
        root, leaf = footer[2][1][1]
        groups = [{3: (I32, 1), 4: (BINARY, b"g"), 5: (I32, 1)} for _ in range(depth)]
        footer[2] = (LIST, (STRUCT, [root, *groups, leaf]))
        path.write_bytes(with_footer(before, footer))

    return write


def _row_groups(path: Path) -> None:
    """Many row groups that share one chunk."""
    _parquet("SELECT range AS a FROM range(3)")(path)
    before, footer = read_footer(path.read_bytes())
    group = footer[4][1][1][0]
    footer[4], footer[3] = (LIST, (STRUCT, [group] * 30_000)), (I64, 90_000)
    path.write_bytes(with_footer(before, footer))


def _bytes(make: Callable[[], bytes]) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        path.write_bytes(make())

    return write


def _gzip(piece: bytes, times: int, head: bytes = b"a\n") -> Callable[[Path], None]:
    def write(path: Path) -> None:
        # Members may follow each other, so one is packed once.
        path.write_bytes(gzip.compress(head) + gzip.compress(piece) * times)

    return write


def _arrow(table: Callable[[], pyarrow.Table], **options: str) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        made = table()
        with (
            pyarrow.OSFile(str(path), "wb") as file,
            pyarrow.ipc.new_file(file, made.schema, options=pyarrow.ipc.IpcWriteOptions(**options)) as writer,
        ):
            writer.write_table(made)

    return write


HOSTILE: dict[str, Callable[[Path], None]] = {
    "rows of one value.parquet": _parquet("SELECT 1 AS a FROM range(9000000)"),
    "columns of one value.parquet": _parquet(
        "SELECT " + ", ".join(f"1 AS c{index}" for index in range(1000)) + ", 1 AS a FROM range(50000)"
    ),
    "a long word.parquet": _words(["x" * 1_000_000], 3_900_000),
    "a few long words.parquet": _words(["x" * 100_000 + str(each) for each in range(9)], 3_900_000),
    "a shared start.parquet": _words(["x" * 200_000], 2_000, dictionary=False),
    "schema of depth 1,000.parquet": _schema_depth(1_000),
    "schema of depth 100,000.parquet": _schema_depth(100_000),
    "row groups that share a chunk.parquet": _row_groups,
    "a field.csv": _bytes(lambda: b"a,b\n1," + b"x" * 9_900_000 + b"\n"),
    "columns.csv": _bytes(lambda: b",".join(b"c%d" % each for each in range(1_000_000)) + b"\n"),
    "an open quote.csv": _bytes(lambda: b'a,b\n1,"' + b"x\n" * 4_900_000),
    "brackets.jsonl": _bytes(lambda: b'{"a":' + b"[" * 4_900_000 + b"]" * 4_900_000 + b"}\n"),
    "keys.jsonl": _bytes(lambda: b"{" + b",".join(b'"k%d":1' % each for each in range(800_000)) + b"}\n"),
    "a long line.jsonl": _bytes(lambda: b'{"a":"' + b"x" * 9_900_000 + b'"}\n' + b'{"a":1}'),
    "zeros.csv.gz": _gzip(b"0\n" * 5_000_000, 200),
    "long lines.csv.gz": _gzip((b"y" * 400_000 + b"\n") * 100, 200),
    "brackets.jsonl.gz": _gzip(b"[" * 50_000_000, 40, b'{"a":'),
    "zeros.arrow": _arrow(lambda: pyarrow.table({"a": np.zeros(30_000_000)}), compression="zstd"),
    "nothing.arrow": _arrow(lambda: pyarrow.table({"a": pyarrow.nulls(400_000_000)})),
}
"""Each writes a file of its name, whose ending says what it is; all have a column `a`, if any."""
