"""Pages of a Parquet file, verified before the database reads them: sizes, checksums, levels, numbers of values.

The database believes what a page's header says, reads on where its levels end early, and looks at no checksum.
"""

from __future__ import annotations

import os
import zlib
from dataclasses import dataclass
from typing import NoReturn

from assay.errors import DataError
from assay.tables.parquet_codecs import unpack_page
from assay.tables.parquet_runs import count_present, longest, require_runs
from assay.tables.thrift_fields import CutError, Fields, MalformedError, read_fields

HEADER, LONGEST_HEADER = 256, 1 << 24
FEWEST, MOST_RATIO = 1 << 29, 64
FEWEST_AT_ONCE, MOST_AT_ONCE = 1 << 26, 8
"""The bytes that a file may unpack to, in all and in one page: so many, and more for each byte of the file."""
UNPACKED = "Write the file again with smaller pages, or without compression."
CHECKSUM = 4
_DATA, _DICTIONARY, _DATA_V2 = 0, 2, 3
_PLAIN, _PLAIN_DICTIONARY, _RLE, _DELTA_BYTE_ARRAY, _BYTE_STREAM_SPLIT, _RLE_DICTIONARY = 0, 2, 3, 7, 9, 8
_WIDTHS = {"INT32": 4, "INT64": 8, "INT96": 12, "FLOAT": 4, "DOUBLE": 8}


@dataclass(frozen=True, kw_only=True)
class ColumnChunk:
    """The part of a column in one row group: where its pages lie, and what the footer says of them."""

    column: str
    start: int
    data: int
    size: int
    values: int
    codec: str
    kind: str
    width: int
    optional: bool
    missing: int | None


class PageReader:
    """Reads the pages of column chunks, unpacking so many bytes at most as a file of its size may hold."""

    def __init__(self, descriptor: int, name: str) -> None:
        size = os.fstat(descriptor).st_size
        self._descriptor, self._name = descriptor, name
        self._most, self._longest = FEWEST + MOST_RATIO * size, FEWEST_AT_ONCE + MOST_AT_ONCE * size
        self._unpacked = self._word = self.longest_word = 0

    def verify(self, chunk: ColumnChunk) -> int:
        """The most bytes of text in a column chunk once its words are repeated; raises DataError for a broken one."""
        self._word = 0
        try:
            values, present = self._walk(chunk)
        except MalformedError:
            self._refuse(chunk, "has a page that is malformed or cut off")
        if values != chunk.values:
            self._refuse(chunk, f"has pages with {values:,} values, and should have {chunk.values:,}")
        # Where it says that all values are missing, the database reads none.
        if present and chunk.missing == values:
            self._refuse(chunk, f"says that all its values are missing, and has {present:,}")
        self.longest_word = max(self.longest_word, self._word)
        return present * self._word

    def _walk(self, chunk: ColumnChunk) -> tuple[int, int]:
        """The numbers of values and of those that are there."""
        values = present = 0
        position, end, words, first = chunk.start, chunk.start + chunk.size, -1, True
        while position < end:
            header, start = self._header(position, end)
            here, position = position, start + _number(header, 3)
            if not start <= position <= end:
                raise MalformedError
            body = os.pread(self._descriptor, position - start, start)
            self._confirm(chunk, header, body, position - start)
            if _number(header, 1) == _DICTIONARY:
                if here != chunk.start:
                    raise MalformedError
                words = _number(_struct(header, 7), 1)
                content = self._unpack(chunk, body, _number(header, 2))
                if chunk.kind == "BYTE_ARRAY":
                    self._word = longest(content, words)
                continue
            if first and chunk.data not in (chunk.start, here):
                raise MalformedError
            found, there = self._page(chunk, header, body, words)
            values, present, first = values + found, present + there, False
        return values, present

    def _header(self, position: int, end: int) -> tuple[Fields, int]:
        size = HEADER
        while True:
            content = os.pread(self._descriptor, min(size, end - position), position)
            try:
                header, length = read_fields(content)
            except CutError:
                if size >= min(end - position, LONGEST_HEADER):
                    raise
                size *= 16
                continue
            if length > len(content):
                raise MalformedError
            return header, position + length

    def _confirm(self, chunk: ColumnChunk, header: Fields, body: bytes, size: int) -> None:
        if len(body) != size:
            raise MalformedError
        written = header.get(CHECKSUM)
        if written is not None and zlib.crc32(body) != _number(header, CHECKSUM) & 0xFFFFFFFF:
            self._refuse(chunk, "has a page whose checksum does not fit its bytes")

    def _page(self, chunk: ColumnChunk, header: Fields, body: bytes, words: int) -> tuple[int, int]:
        """The numbers of a data page's values and of those that are there."""
        kind, size = _number(header, 1), _number(header, 2)
        if kind == _DATA:
            data = _struct(header, 5)
            values, encoding = _number(data, 1), _number(data, 2)
            content = self._unpack(chunk, body, size)
            present = values
            if chunk.optional:
                length = int.from_bytes(content[:4], "little")
                if _number(data, 3) != _RLE or len(content) < 4 + length:
                    raise MalformedError
                present, content = count_present(content[4 : 4 + length], values), content[4 + length :]
        elif kind == _DATA_V2:
            data = _struct(header, 8)
            values, encoding, levels = _number(data, 1), _number(data, 4), _number(data, 5)
            if _number(data, 6) or _number(data, 3) != values or levels > min(len(body), size):
                raise MalformedError
            present = count_present(body[:levels], values) if chunk.optional else values
            if _number(data, 2) != values - present:
                self._refuse(
                    chunk, f"has a page that says it lacks {_number(data, 2):,} values, and lacks {values - present:,}"
                )
            packed = data.get(7, 1)
            content = self._unpack(chunk, body[levels:], size - levels, packed=bool(packed))
        else:
            raise MalformedError
        _require_values(chunk, encoding, content, present, words)
        if encoding == _DELTA_BYTE_ARRAY:
            # Each text may repeat all of the one before.
            self._word = max(self._word, len(content))
        return values, present

    def _unpack(self, chunk: ColumnChunk, body: bytes, size: int, *, packed: bool = True) -> bytes:
        """The unpacked bytes, which must be as many as the page says."""
        self._unpacked += size
        if self._unpacked > self._most or size > self._longest:
            most = f"{self._most:,} bytes" if self._unpacked > self._most else f"{self._longest:,} bytes in one page"
            raise DataError(
                f"{self._name} unpacks to more than {most}, too much for a file of its size.", hint=UNPACKED
            )
        if not packed or chunk.codec == "UNCOMPRESSED":
            if len(body) != size:
                raise MalformedError
            return body
        return unpack_page(chunk.codec, body, size)

    def _refuse(self, chunk: ColumnChunk, what: str) -> NoReturn:
        raise DataError(f"{self._name} is a corrupt Parquet file: its column `{chunk.column}` {what}.")


def _require_values(chunk: ColumnChunk, encoding: int, content: bytes, present: int, words: int) -> None:
    """Raises MalformedError if a page ends before its last value, as far as its encoding tells without reading each."""
    if encoding in (_PLAIN_DICTIONARY, _RLE_DICTIONARY):
        if words < 0 or (present and not content):
            raise MalformedError
        if present:
            require_runs(content, 1, content[0], present, words)
    elif encoding == _RLE and chunk.kind == "BOOLEAN":
        if len(content) < 4 + int.from_bytes(content[:4], "little"):
            raise MalformedError
        require_runs(content[: 4 + int.from_bytes(content[:4], "little")], 4, 1, present, 2)
    elif encoding in (_PLAIN, _BYTE_STREAM_SPLIT):
        bits = 1 if chunk.kind == "BOOLEAN" else 8 * (_WIDTHS.get(chunk.kind) or chunk.width)
        if len(content) * 8 < present * bits:
            raise MalformedError


def _number(fields: Fields, place: int) -> int:
    found = fields.get(place)
    if not isinstance(found, int) or (found < 0 and place != CHECKSUM):
        raise MalformedError
    return found


def _struct(fields: Fields, place: int) -> Fields:
    found = fields.get(place)
    if not isinstance(found, dict):
        raise MalformedError
    return found
