"""Refusals of text files that are written in another way than was declared: what was found, and the line to write."""

from __future__ import annotations

import codecs
import os
import re

from assay.errors import DataError
from assay.tables.dialect_proposals import SAMPLE, USUAL, possible_delimiters, propose_dialect, propose_encoding
from assay.tables.dialects import codec_of, delimiter_of, shown
from assay.tables.source import CHUNK, Opened

HINT = "Assay reads what is declared; it does not guess how a file is written."
AROUND = 1 << 14
_WORD = re.compile(r"\w*[^\x00-\x7f][^\s,;|]*")


def require_text(opened: Opened) -> None:
    """Raises DataError, with the encoding that would fit, for a file that is not UTF-8 or has NUL bytes."""
    found = _first_wrong(opened.descriptors[0])
    if found is None:
        return
    line, offset, what = found
    start = max(0, offset - AROUND // 2)
    sample = os.pread(opened.descriptors[0], AROUND, start - start % 4)
    source = opened.source
    said = f"{source.name}, line {line}, {what}"
    if source.dialect.encoding is not None or what == _CUT:
        raise DataError(f"{said}.", hint="Save the file as UTF-8.")
    encoding = propose_encoding(sample)
    if encoding is None:
        raise DataError(f"{said}.", hint="Save the file as UTF-8.")
    advice = source.dialect.advice(encoding=encoding)
    word = _WORD.search(sample.decode(codec_of(encoding), "ignore"))
    read = f", which reads “{word[0][:40]}” there," if word and not encoding.startswith("utf") else ""
    raise DataError(f"{said}; if it is {encoding}{read or ','} {advice}.", hint=HINT)


def require_delimiter(opened: Opened, usual: str) -> None:
    """Raises DataError for a file without a declared delimiter if its start could be separated by an unusual one."""
    source = opened.source
    start = os.pread(opened.descriptors[0], SAMPLE, 0)
    header = start.partition(b"\n")[0].decode("utf-8", "replace")
    others = [each for each in USUAL if each != usual and each in header]
    if source.dialect.delimiter is not None or not others:
        return
    possible = possible_delimiters(start.decode("utf-8", "replace"), whole=len(start) < SAMPLE)
    fitting = [each for each in possible if each in others]
    if fitting and usual in possible:
        raise DataError(
            f"{source.name} may be separated by {shown(delimiter_of(usual))} or by {shown(delimiter_of(fitting[0]))}; "
            f"{source.dialect.advice(delimiter=delimiter_of(usual))}, or the other.",
            hint=HINT,
        )
    if fitting or usual not in header:
        proposed = propose_dialect(opened.descriptors[0], usual)
        options = {"delimiter": delimiter_of((fitting or others)[0])}
        if fitting and proposed.decimal is not None:
            options["decimal"] = proposed.decimal
        raise DataError(
            f"{source.name} separates with {shown(options['delimiter'])}, not with {shown(delimiter_of(usual))}: "
            f"{source.dialect.advice(**options)}.",
            hint=HINT,
        )


_NUL, _OTHER, _CUT = "has a NUL byte", "is not UTF-8", "is not UTF-8: its last character is incomplete"


def _first_wrong(descriptor: int) -> tuple[int, int, str] | None:
    """The line and offset of the first byte that is NUL or not UTF-8, and which of both it is."""
    decoder, offset, line = codecs.getincrementaldecoder("utf-8")("strict"), 0, 1
    while chunk := os.pread(descriptor, CHUNK, offset):
        nul, wrong = chunk.find(0), len(chunk)
        try:
            decoder.decode(chunk)
        except UnicodeDecodeError as error:
            # The error counts from the start of a character that the chunk before began.
            wrong = max(0, error.start - (len(error.object) - len(chunk)))
        first = min(wrong, nul if nul >= 0 else len(chunk))
        if first < len(chunk):
            return line + chunk.count(b"\n", 0, first), offset + first, _NUL if first == nul else _OTHER
        offset += len(chunk)
        line += chunk.count(b"\n")
    return (line, offset, _CUT) if decoder.getstate()[0] else None
