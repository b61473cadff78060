"""The dialect that a text file seems to have: proposed to people, and never used to read data."""

from __future__ import annotations

import codecs
import csv
import os
import re
from collections.abc import Iterable
from contextlib import suppress
from itertools import pairwise
from typing import get_args

from assay.manifest.block_parts import Encoding
from assay.tables.dialects import Dialect, byte_order_mark, codec_of, delimiter_of

SAMPLE, ENOUGH = 1 << 18, 1 << 14
USUAL = (",", ";", "\t", "|")
FEWEST = 2
_DECIMAL_COMMA = re.compile(r"[+-]?[0-9]+,[0-9]+")
_WHOLE = re.compile(r"[+-]?[0-9]*")
_SIGNS = "€£§°–—’‘“”„…·«»¹²³½¿"
_WITHIN = re.compile(r"(?<=[^\W\d_])[£¹³¿]|[£¹³¿](?=[^\W\d_])")


def propose_dialect(descriptor: int, usual: str) -> Dialect:
    """What to declare so that an open file can be read, as far as its start tells.

    `usual` is the delimiter that needs no declaration; empty for text that is not delimited.
    """
    start = os.pread(descriptor, SAMPLE, 0)
    encoding = propose_encoding(start)
    if not usual:
        return Dialect(encoding=encoding)
    mark = byte_order_mark(start)
    codec = mark[2] if mark else codec_of(encoding or "utf-8")
    text = start[len(mark[0]) if mark else 0 :].decode(codec, "replace")
    delimiters = possible_delimiters(text, whole=len(start) < SAMPLE)
    delimiter = next(iter(delimiters), usual)
    decimal = "," if delimiter != "," and _has_decimal_commas(text, delimiter) else None
    return Dialect(None if delimiter == usual else delimiter_of(delimiter), encoding, decimal)


def possible_delimiters(text: str, *, whole: bool) -> list[str]:
    """The delimiters that give every line of a text the same number of fields; the one with most fields first."""
    found: dict[str, int] = {}
    for delimiter in USUAL:
        rows = _rows(text, delimiter, whole=whole)
        width = len(rows[0]) if rows else 0
        if width >= FEWEST and all(len(row) == width for row in rows):
            found[delimiter] = width
    return sorted(found, key=lambda each: -found[each])


def propose_encoding(start: bytes) -> str | None:
    """An encoding in which bytes without a byte order mark can be read; None if they are UTF-8."""
    if byte_order_mark(start) or _is_utf8(start):
        return None
    if b"\0" in start:
        even, odd = start[::2].count(0), start[1::2].count(0)
        return ("utf-16-le" if odd > even else "utf-16-be") if abs(odd - even) > len(start) // 8 else None
    start = start[: start.rfind(b"\n") + 1 or None]
    return _of_few_letters(start) if _is_mostly_ascii(start) else _of_many_letters(start)


def _is_utf8(start: bytes) -> bool:
    try:
        # Four bytes may be the start of a character that the sample cuts.
        start[: -4 if len(start) == SAMPLE else None].decode("utf-8")
    except UnicodeDecodeError:
        return False
    return b"\0" not in start


def _is_mostly_ascii(start: bytes) -> bool:
    """Whether most words are of ASCII letters, with only some letters beyond."""
    letters = len(re.findall(rb"[A-Za-z]", start))
    return len(re.findall(rb"[\x80-\xff]", start)) <= letters


def _of_few_letters(start: bytes) -> str | None:
    """The encoding of Western or Central Europe in which letters beyond ASCII stand best among their neighbours."""
    ranks = {}
    for encoding, weight in (("windows-1252", 1.0), ("windows-1250", 0.9), ("iso-8859-1", 0.1)):
        with suppress(UnicodeDecodeError):
            ranks[encoding] = weight * _plausibility(start.decode(codec_of(encoding)))
    return max(ranks, key=lambda encoding: ranks[encoding])


def _plausibility(text: str) -> float:
    """The share of characters beyond ASCII that are letters, or signs that do not stand within a word."""
    fitting = total = 0
    for before, character in pairwise(f" {text}"):
        if not character.isascii():
            total += 1
            fitting += character in _SIGNS or (character.isalpha() and not (before.islower() and character.isupper()))
    return (fitting - len(_WITHIN.findall(text))) / total if total else 0.0


def _of_many_letters(start: bytes) -> str | None:
    """The encoding that the library finds for text whose letters are mostly beyond ASCII."""
    from charset_normalizer import from_bytes

    known = {codec_of(encoding): encoding for encoding in get_args(Encoding) if not encoding.startswith("utf")}
    found = from_bytes(start[:ENOUGH], cp_isolation=list(known)).best()
    names = {codecs.lookup(codec).name: encoding for codec, encoding in known.items()}
    return names.get(codecs.lookup(found.encoding).name) if found is not None else None


def _rows(text: str, delimiter: str, *, whole: bool) -> list[list[str]]:
    """The rows of the text without blank lines, and without the last one if the text is cut."""
    reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter, strict=True)
    rows: list[list[str]] = []
    try:
        rows.extend(row for row in reader if row)
    except csv.Error:
        if whole:
            return []
    return rows if whole else rows[:-1]


def _has_decimal_commas(text: str, delimiter: str) -> bool:
    """Whether a column has numbers with decimal commas, and nothing else but whole numbers and empty fields."""
    rows = _rows(text, delimiter, whole=False)[1:] or _rows(text, delimiter, whole=True)[1:]
    return any(_is_decimal(column) for column in zip(*rows, strict=False))


def _is_decimal(values: Iterable[str]) -> bool:
    held = list(values)
    return any(map(_DECIMAL_COMMA.fullmatch, held)) and all(
        _DECIMAL_COMMA.fullmatch(each) or _WHOLE.fullmatch(each) for each in held
    )
