"""Parquet files that lie: the claims in a footer and in page headers, changed while the values stay as they are."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.support.thrift_compact import (
    BINARY,
    I32,
    I64,
    LIST,
    STRUCT,
    TRUE,
    Struct,
    read_struct,
    write_struct,
)

MAGIC = b"PAR1"
ZERO = {0: b"\0", 1: bytes(4), 2: bytes(8), 3: bytes(12), 4: bytes(4), 5: bytes(8), 6: b"", 7: b""}
"""The least bytes of each physical type, which most columns do not have as their only value."""
DICTIONARY_PAGE = 2
Edit = Callable[[Struct, bytes], bytes | None]


def read_footer(content: bytes) -> tuple[bytes, Struct]:
    """What lies before the footer, and the footer."""
    size = int.from_bytes(content[-8:-4], "little")
    return content[: -8 - size], read_struct(content[-8 - size : -8])[0]


def with_footer(before: bytes, footer: Struct) -> bytes:
    """A file with a footer."""
    written = write_struct(footer)
    return before + written + len(written).to_bytes(4, "little") + MAGIC


def chunks(footer: Struct) -> Iterator[tuple[Struct, Struct]]:
    """Each column chunk: itself and its metadata, row group by row group."""
    for group in footer[4][1][1]:
        for chunk in group[1][1][1]:
            yield chunk, chunk[3][1]


def _statistics(rows: int, kind: int, *, nulls: bool) -> Struct:
    """Claims of one value in all rows, or of missing values in all but one."""
    if nulls:
        return {3: (I64, max(0, rows - 1)), 4: (I64, 0)}
    low = ZERO[kind]
    claimed: Struct = {1: (BINARY, low), 2: (BINARY, low), 3: (I64, 0), 4: (I64, 1), 5: (BINARY, low), 6: (BINARY, low)}
    return claimed | {7: (TRUE, True), 8: (TRUE, True)}


def lie(path: Path, *, nulls: bool = False) -> None:
    """Changes every statistic of a file: one value in all rows, or hardly any; also bloom filters and the list of sorted columns."""
    before, footer = read_footer(path.read_bytes())
    changed = bytearray(before)
    for group in footer[4][1][1]:
        group[4] = (LIST, (STRUCT, [{1: (I32, 0), 2: (TRUE, False), 3: (TRUE, False)}]))
    for chunk, meta in chunks(footer):
        claimed = _statistics(meta[5][1], meta[1][1], nulls=nulls)
        meta[12] = (STRUCT, claimed)
        # An index that is gone cannot be told from one that was never written.
        for place in (4, 5, 6, 7):
            chunk.pop(place, None)
        if 14 in meta:
            _, start = read_struct(before, meta[14][1])
            size = read_struct(before, meta[14][1])[0][1][1]
            changed[start : start + size] = bytes(size)
    path.write_bytes(with_footer(bytes(changed), footer))


def claim_missing(path: Path) -> None:
    """Says of each column that it has no values at all."""
    before, footer = read_footer(path.read_bytes())
    for _, meta in chunks(footer):
        meta[12] = (STRUCT, {3: (I64, meta[5][1])})
    path.write_bytes(with_footer(before, footer))


def lie_in_pages(path: Path, *, nulls: bool = False) -> None:
    """Changes the statistics in the headers of pages and in the column index."""
    content = path.read_bytes()
    kinds = [meta[1][1] for _, meta in chunks(read_footer(content)[1])]

    def edit(kind: int) -> Edit:
        def changed(header: Struct, body: bytes) -> None:
            for place, statistics in ((5, 5), (8, 8)):
                if place in header:
                    data = header[place][1]
                    data[statistics] = (STRUCT, _statistics(data[1][1], kind, nulls=nulls))

        return changed

    for index, kind in enumerate(kinds):
        content = rewrite_pages(content, edit(kind), index)
    before, footer = read_footer(content)
    for (chunk, meta), kind in zip(chunks(footer), kinds, strict=True):
        low = ZERO[kind]
        claims: Struct = {
            1: (LIST, (TRUE, [2 - nulls])),
            2: (LIST, (BINARY, [low])),
            3: (LIST, (BINARY, [low])),
            4: (I32, 1),
            5: (LIST, (I64, [meta[5][1] if nulls else 0])),
        }
        pages: Struct = {1: (LIST, (STRUCT, [{1: (I64, meta[9][1]), 2: (I32, meta[7][1]), 3: (I64, 0)}]))}
        for place, index in ((6, claims), (4, pages)):
            written = write_struct(index)
            chunk[place], chunk[place + 1] = (I64, len(before)), (I32, len(written))
            before += written
    path.write_bytes(with_footer(before, footer))


def rewrite_pages(content: bytes, edit: Edit, column: int) -> bytes:
    """A file whose pages of one column chunk passed through an edit, which may change the header and give another body.

    The chunk is written again behind the others, so that all other offsets stay.
    """
    before, footer = read_footer(content)
    chunk, meta = list(chunks(footer))[column]
    first = min(meta[place][1] for place in (9, 11) if place in meta and meta[place][1] > 0)
    out, position, data_at = bytearray(), first, 0
    while position < first + meta[7][1]:
        header, start = read_struct(before, position)
        position = start + header[3][1]
        body = before[start:position]
        changed = edit(header, body)
        body = body if changed is None else changed
        if header[1][1] != DICTIONARY_PAGE and not data_at:
            data_at = len(before) + len(out)
        out += write_struct(header) + body
    meta[9] = (I64, data_at)
    if 11 in meta:
        meta[11] = (I64, len(before))
    meta[7] = (I64, len(out))
    for place in (4, 5, 6, 7):
        chunk.pop(place, None)
    return with_footer(before + bytes(out), footer)


def checksum(body: bytes) -> tuple[int, Any]:
    """A page's checksum as its header has it."""
    found = zlib.crc32(body)
    return I32, found - (1 << 32) if found >= 1 << 31 else found
