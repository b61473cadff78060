"""Unpacking of gzipped files: once, within limits, to a file without a name."""

from __future__ import annotations

import os
import tempfile
import zlib

from assay.errors import DataError

CHUNK = 1 << 20
FEWEST, MOST_RATIO = 64_000_000, 32
"""The bytes that a file may unpack to: so many, and more for each byte as packed."""
GZIP = 31
HINT = "Store the file unpacked, or raise `data.limits.decompressed` in the manifest if that is what it exceeds."


def unpack(descriptor: int, name: str, most: int) -> int:
    """A descriptor of the unpacked bytes, at most `most`; raises DataError for a cut, corrupt or too large file."""
    most = min(most, FEWEST + MOST_RATIO * os.fstat(descriptor).st_size)
    try:
        with tempfile.TemporaryFile(prefix="assay-") as file:
            _unpack(descriptor, file.fileno(), name, most)
            return os.dup(file.fileno())
    except OSError as error:
        raise DataError(f"{name} could not be unpacked: {error.strerror or error}.", hint="Free some space.") from error


def _unpack(packed: int, target: int, name: str, most: int) -> None:
    """Unpacks one member after another, as gzip allows."""
    written = offset = 0
    stream, rest = zlib.decompressobj(GZIP), b""
    while chunk := rest or os.pread(packed, CHUNK, offset):
        if not rest:
            offset += len(chunk)
        if stream.eof:
            stream = zlib.decompressobj(GZIP)
        try:
            content = stream.decompress(chunk, CHUNK)
        except zlib.error as error:
            raise DataError(f"{name} is not gzip, or is corrupt.") from error
        rest = stream.unused_data if stream.eof else stream.unconsumed_tail
        written += len(content)
        if written > most:
            raise DataError(f"{name} unpacks to more than {most:,} bytes.", hint=HINT)
        _write(target, content)
    if not stream.eof:
        raise DataError(f"{name} is truncated: its last gzip member has no end.")


def _write(target: int, content: bytes) -> None:
    while content:
        content = content[os.write(target, content) :]
