"""The shape of a CSV file, checked byte by byte before anything is parsed."""

from __future__ import annotations

import csv
import os
from dataclasses import dataclass, field
from typing import NoReturn

import numpy as np
import numpy.typing as npt

from assay.errors import DataError
from assay.tables.csv_header import read_header
from assay.tables.outline import MORE_ROWS, require_distinct
from assay.tables.source import CHUNK

QUOTE, NEWLINE, RETURN = b'"\n\r'
LONGEST_HEADER, LONGEST_RECORD = 1 << 20, 1 << 24
MOST_ROWS, FIRST_ROW = 1 << 62, 2
HINT = "Write CSV as in RFC 4180 (UTF-8, commas, one header line, quotes doubled inside quotes), or use Parquet."

Bytes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class CsvShape:
    """The column names of a CSV file, its number of rows without the header, and the bytes of its longest record."""

    names: tuple[str, ...]
    rows: int
    longest: int


def shape(descriptor: int, name: str, delimiter: str = ",", most: int = MOST_ROWS) -> CsvShape:
    """The shape of an open file of RFC 4180, with commas or another delimiter and at most `most` rows.

    Its bytes are UTF-8. The last line needs no end, and blank lines may follow it. Raises DataError, with the line if
    there is one, for a stray quote or carriage return, mixed line ends, missing or extra fields, and a header that is
    empty or repeats a name.
    """
    walk = _Walk(name, ord(delimiter), most)
    offset = 0
    while chunk := os.pread(descriptor, CHUNK, offset):
        walk.step(chunk)
        offset += len(chunk)
    return walk.end()


@dataclass
class _Walk:
    """The state of a walk over the bytes: `line` counts from 1, `commas` and `size` are of the unfinished record.

    `blank` is the number of the first of the blank lines that were just read.
    """

    name: str
    comma: int
    most: int
    line: int = 1
    inside: bool = False
    last: int = NEWLINE
    commas: int = 0
    size: int = 0
    longest: int = 0
    blank: int | None = None
    records: int = 0
    returns: bool | None = None
    header: bytearray = field(default_factory=bytearray)
    names: tuple[str, ...] = ()

    def refuse(self, sentence: str, *, line: int | None = None) -> NoReturn:
        where = "" if line is None else f", line {line},"
        raise DataError(f"{self.name}{where} {sentence}.", hint=HINT)

    def step(self, chunk: bytes) -> None:
        """Checks the next bytes."""
        text = np.frombuffer(chunk, dtype=np.uint8)
        before = np.concatenate((np.array([self.last], dtype=np.uint8), text[:-1]))
        outside = self._quotes(text, before)
        ends = np.flatnonzero((text == NEWLINE) & outside)
        self._line_ends(text, before, outside, ends)
        if not self.names:
            self.header += chunk[: int(ends[0]) if ends.size else len(chunk)]
            if ends.size:
                self._header()
            elif len(self.header) > LONGEST_HEADER:
                self.refuse("has no end", line=1)
        self.records += self._fields(text, np.flatnonzero((text == self.comma) & outside), ends)
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

    def _fields(self, text: Bytes, commas: npt.NDArray[np.intp], ends: npt.NDArray[np.intp]) -> int:
        """The number of records that end here; refuses those with more or fewer fields than the header."""
        if ends.size == 0:
            self.commas += int(commas.size)
            self._sizes(np.array([], dtype=np.intp), text.size)
            return 0
        until = np.searchsorted(commas, ends)
        found = np.diff(until, prepend=0)
        found[0] += self.commas
        empty = self._sizes(ends, text.size) == int(bool(self.returns))
        wrong = found != len(self.names) - 1
        if len(self.names) > 1:
            wrong = self._blanks(text, ends, empty, wrong)
        if wrong.any():
            first = int(wrong.argmax())
            self._refuse_fields(int(found[first]) + 1, self._line_of(text, int(ends[first])))
        self.commas = int(commas.size) - int(until[-1])
        return int(ends.size) - (int(np.count_nonzero(empty)) if len(self.names) > 1 else 0)

    def _sizes(self, ends: npt.NDArray[np.intp], size: int) -> npt.NDArray[np.intp]:
        """The bytes of the records that end here, without their line feeds; refuses a record that is too long."""
        sizes = np.diff(ends, prepend=-1) - 1
        if ends.size:
            sizes[0] += self.size
            self.longest = max(self.longest, int(sizes.max()))
            self.size = size - int(ends[-1]) - 1
        else:
            self.size += size
        if max(self.longest, self.size) > LONGEST_RECORD:
            self.refuse(f"has a row of more than {LONGEST_RECORD:,} bytes", line=None)
        return sizes

    def _blanks(self, text: Bytes, ends: npt.NDArray[np.intp], empty: Flags, wrong: Flags) -> Flags:
        """The wrong records without blank lines; refuses a blank line before another record."""
        rows = np.flatnonzero(~empty)
        if rows.size:
            before = np.flatnonzero(empty[: int(rows[-1])])
            line = self.blank or (self._line_of(text, int(ends[int(before[0])])) if before.size else None)
            if line is not None:
                self.refuse("is blank, but rows follow it; delete the line", line=line)
        if empty[-1] and self.blank is None:
            first = int(rows[-1]) + 1 if rows.size else 0
            self.blank = self._line_of(text, int(ends[first]))
        return wrong & ~empty

    def _refuse_fields(self, found: int, line: int) -> NoReturn:
        columns, more = len(self.names), ""
        if line == FIRST_ROW and found == columns + 1:
            more = "; if R's `write.table` wrote it, the header lacks a name for the row names: add one to line 1"
        fields = "1 field" if found == 1 else f"{found} fields"
        self.refuse(f"has {fields}; the header has {columns}{more}", line=line)

    def _header(self) -> None:
        line = self.header.decode("utf-8").removesuffix("\r")
        try:
            self.names = read_header(line, chr(self.comma))
        except csv.Error as error:
            self.refuse(f"is not a header: {error}", line=1)
        except ValueError as error:
            self.refuse(str(error), line=1)
        require_distinct(self.names, f"{self.name}, line 1,")

    def _line_of(self, text: Bytes, position: int) -> int:
        return self.line + int(np.count_nonzero(text[:position] == NEWLINE))

    def end(self) -> CsvShape:
        """The shape after all bytes; a last line without an end is ended."""
        if self.records == 0 and not self.header:
            self.refuse("is empty; expected a header line")
        if self.inside:
            self.refuse("opens a quote that is never closed; the file may be truncated")
        if self.last == RETURN and self.returns is not None:
            self.refuse("ends within a line end; the file may be truncated", line=self.line)
        if self.last != NEWLINE:
            self.step(b"\r\n" if self.returns else b"\n")
        return CsvShape(names=self.names, rows=self.records - 1, longest=self.longest)
