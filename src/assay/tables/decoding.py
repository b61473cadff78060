"""Text files in other encodings than plain UTF-8: decoded once, within limits, to a file without a name."""

from __future__ import annotations

import codecs
import os
import tempfile
from collections.abc import Iterator

from assay.errors import DataError
from assay.tables.dialects import Dialect, byte_order_mark, codec_of, shown

CHUNK = 1 << 20
HINT = "Save the file as UTF-8, or declare the encoding that it has."


def decode(descriptor: int, name: str, dialect: Dialect, most: int) -> int:
    """A descriptor of the text as UTF-8 without a byte order mark, at most `most` bytes; the same one if it is that.

    A byte order mark decides the encoding, then the dialect, then UTF-8 is assumed. Raises DataError for bytes that
    are not of the encoding, and for a mark that contradicts the dialect.
    """
    mark, encoding = byte_order_mark(os.pread(descriptor, 4, 0)), dialect.encoding
    if mark is None and encoding in (None, "utf-8"):
        return descriptor
    if mark is not None and encoding not in (None, *mark[1:]):
        raise DataError(
            f"{name} starts with the byte order mark of {mark[1].upper()}, but its encoding is declared as "
            f"{shown(str(encoding))}; leave `encoding` out.",
            hint=HINT,
        )
    start, codec = (len(mark[0]), mark[2]) if mark else (0, codec_of(str(encoding)))
    try:
        with tempfile.TemporaryFile(prefix="assay-") as file:
            written = 0
            for content in _decoded(descriptor, start, codec, name):
                written += len(content)
                if written > most:
                    raise DataError(
                        f"{name} has more than {most:,} bytes as UTF-8.",
                        hint="To read it anyway, raise `data.limits.decompressed` in the manifest.",
                    )
                file.write(content)
            file.flush()
            return os.dup(file.fileno())
    except OSError as error:
        raise DataError(f"{name} could not be decoded: {error.strerror or error}.", hint="Free some space.") from error


def _decoded(descriptor: int, start: int, codec: str, name: str) -> Iterator[bytes]:
    decoder, offset, line = codecs.getincrementaldecoder(codec)("strict"), start, 1
    while True:
        chunk = os.pread(descriptor, CHUNK, offset)
        try:
            text = decoder.decode(chunk, final=not chunk)
            content = text.encode()
        except UnicodeDecodeError as error:
            line += error.object[: error.start].decode(codec, "ignore").count("\n")
            wrong = error.object[error.start : error.start + 1].hex().upper()
            raise DataError(f"{name}, line {line}, is not {codec}: it has the byte {wrong}.", hint=HINT) from error
        except UnicodeError as error:
            raise DataError(f"{name}, line {line}, is not {codec}.", hint=HINT) from error
        yield content
        if not chunk:
            return
        offset += len(chunk)
        line += content.count(b"\n")
