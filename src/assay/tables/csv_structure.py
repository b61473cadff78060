"""The shape of a CSV file, checked byte by byte before anything is parsed."""

from __future__ import annotations

import codecs
import csv
import os
from dataclasses import dataclass, field
from typing import NoReturn

import numpy as np
import numpy.typing as npt

from assay.errors import DataError
from assay.tables.outline import MORE_ROWS, require_distinct
from assay.tables.source import CHUNK

QUOTE, NEWLINE, RETURN = b'"\n\r'
LONGEST_HEADER = 1 << 20
MOST_ROWS = 1 << 62
HINT = "Write CSV as in RFC 4180 (UTF-8, commas, one header line, a line end after every line), or use Parquet."

Bytes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class CsvShape:
    """The column names of a CSV file, and its number of rows without the header."""

    names: tuple[str, ...]
    rows: int


def shape(descriptor: int, name: str, delimiter: str = ",", most: int = MOST_ROWS) -> CsvShape:
    """The shape of an open file of RFC 4180, with commas or another delimiter and at most `most` rows.

    Raises DataError, with the line if there is one, for bytes that are not UTF-8, a byte order mark, NUL, a stray quote
    or carriage return, mixed line ends, missing or extra fields, a header that is empty or repeats a name, and a last
    line without an end, because a truncated file may look complete otherwise.
    """
    walk = _Walk(name, ord(delimiter), most)
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    offset = 0
    while chunk := os.pread(descriptor, CHUNK, offset):
        if offset == 0 and chunk.startswith(codecs.BOM_UTF8):
            walk.refuse("starts with a byte order mark; save it as UTF-8 without one", line=1)
        try:
            decoder.decode(chunk)
        except UnicodeDecodeError as error:
            walk.refuse("is not UTF-8", line=walk.line + chunk[: max(error.start, 0)].count(b"\n"))
        walk.step(chunk)
        offset += len(chunk)
    return walk.end(unfinished=bool(decoder.getstate()[0]))


@dataclass
class _Walk:
    """The state of a walk over the bytes: `line` counts from 1, `commas` counts those of the unfinished record."""

    name: str
    comma: int
    most: int
    line: int = 1
    inside: bool = False
    last: int = NEWLINE
    commas: int = 0
    records: int = 0
    returns: bool | None = None
    header: bytearray = field(default_factory=bytearray)
    names: tuple[str, ...] = ()

    def refuse(self, sentence: str, *, line: int | None = None) -> NoReturn:
        where = "" if line is None else f", line {line},"
        raise DataError(f"{self.name}{where} {sentence}.", hint=HINT)

    def step(self, chunk: bytes) -> None:
        """Checks the next bytes."""
        if b"\0" in chunk:
            self.refuse("has a NUL byte", line=self.line + chunk[: chunk.index(b"\0")].count(b"\n"))
        text = np.frombuffer(chunk, dtype=np.uint8)
        before = np.concatenate((np.array([self.last], dtype=np.uint8), text[:-1]))
        outside = self._quotes(text, before)
        ends = np.flatnonzero((text == NEWLINE) & outside)
        self._line_ends(text, before, outside, ends)
        if not self.names:
            self.header += chunk[: int(ends[0]) if ends.size else len(chunk)]
            if ends.size:
                self.names = self._header()
            elif len(self.header) > LONGEST_HEADER:
                self.refuse("has no end", line=1)
        self._fields(text, np.flatnonzero((text == self.comma) & outside), ends)
        self.records += int(ends.size)
        if self.records - 1 > self.most:
            raise DataError(f"{self.name} has more than {self.most:,} rows.", hint=MORE_ROWS)
        self.line += int(np.count_nonzero(text == NEWLINE))
        self.last = int(text[-1])

    def _quotes(self, text: Bytes, before: Bytes) -> Flags:
        """Which bytes are outside quotes."""
        quotes = text == QUOTE
        if self.last == QUOTE and not self.inside and text[0] not in (self.comma, QUOTE, NEWLINE, RETURN):
            self.refuse("has text after a closing quote", line=self.line)
        if not self.inside and not quotes.any():
            return np.ones(text.size, dtype=np.bool_)
        inside = np.logical_xor.accumulate(quotes) ^ self.inside
        stray = quotes & inside & ~np.isin(before, (self.comma, QUOTE, NEWLINE))
        after = np.concatenate((text[1:], np.array([self.comma], dtype=np.uint8)))
        stray |= quotes & ~inside & ~np.isin(after, (self.comma, QUOTE, NEWLINE, RETURN))
        if stray.any():
            self.refuse("has a quote inside an unquoted field", line=self._line_of(text, int(stray.argmax())))
        self.inside = bool(inside[-1])
        return ~inside

    def _line_ends(self, text: Bytes, before: Bytes, outside: Flags, ends: npt.NDArray[np.intp]) -> None:
        """Refuses lone carriage returns and two kinds of line ends in one file."""
        stray = (before == RETURN) & outside & (text != NEWLINE)
        if stray.any():
            self.refuse("has a carriage return inside a line", line=self._line_of(text, int(stray.argmax())))
        if ends.size == 0:
            return
        returns = before[ends] == RETURN
        expected = bool(returns[0]) if self.returns is None else self.returns
        if (returns != expected).any():
            line = self._line_of(text, int(ends[int((returns != expected).argmax())]))
            self.refuse("has another line end than the lines before it (mixed line ends)", line=line)
        self.returns = expected

    def _fields(self, text: Bytes, commas: npt.NDArray[np.intp], ends: npt.NDArray[np.intp]) -> None:
        """Refuses records with more or fewer fields than the header."""
        if ends.size == 0:
            self.commas += int(commas.size)
            return
        until = np.searchsorted(commas, ends)
        found = np.diff(until, prepend=0)
        found[0] += self.commas
        wrong = found != len(self.names) - 1
        if wrong.any():
            first = int(wrong.argmax())
            line = self._line_of(text, int(ends[first]))
            self.refuse(f"has {int(found[first]) + 1} fields; the header has {len(self.names)}", line=line)
        self.commas = int(commas.size) - int(until[-1])

    def _header(self) -> tuple[str, ...]:
        header = self.header.decode("utf-8").removesuffix("\r")
        names = tuple(next(csv.reader([header], delimiter=chr(self.comma), strict=True), []))
        if not names or not all(name.strip() for name in names):
            self.refuse("is not a header: one column has no name", line=1)
        require_distinct(names, f"{self.name}, line 1,")
        return names

    def _line_of(self, text: Bytes, position: int) -> int:
        return self.line + int(np.count_nonzero(text[:position] == NEWLINE))

    def end(self, *, unfinished: bool) -> CsvShape:
        """The shape after all bytes; `unfinished` says that the last character is truncated."""
        if self.records == 0 and not self.header:
            self.refuse("is empty; expected a header line")
        if unfinished:
            self.refuse("is not UTF-8: its last character is incomplete", line=self.line)
        if self.inside:
            self.refuse("opens a quote that is never closed; the file may be truncated")
        if self.last != NEWLINE:
            self.refuse("does not end with a line end; the file may be truncated", line=self.line)
        return CsvShape(names=self.names, rows=self.records - 1)
