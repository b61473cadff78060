"""The codecs of Parquet's pages: exactly as many bytes as a page says, or an error."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Any

from assay.tables.thrift_fields import MalformedError

GZIP = 31


def unpack_page(codec: str, body: bytes, size: int) -> bytes:
    """The `size` bytes that a page packs; raises MalformedError for others."""
    import cramjam

    into: dict[str, Callable[[bytes, bytearray], Any]] = {
        "SNAPPY": cramjam.snappy.decompress_raw_into,
        "ZSTD": cramjam.zstd.decompress_into,
        "BROTLI": cramjam.brotli.decompress_into,
        "LZ4_RAW": cramjam.lz4.decompress_block_into,
    }
    target = bytearray(size)
    try:
        if codec == "GZIP":
            return _unpack_gzip(body, size)
        if size and into[codec](body, target) != size:
            raise MalformedError
    except (KeyError, zlib.error, cramjam.DecompressionError) as error:
        raise MalformedError from error
    return bytes(target)


def _unpack_gzip(body: bytes, size: int) -> bytes:
    """The bytes of all members, one after another; raises MalformedError if they are not `size` or the last is cut."""
    content, ended = b"", False
    while body:
        stream = zlib.decompressobj(GZIP)
        content += stream.decompress(body, size + 1 - len(content))
        body, ended = stream.unused_data, stream.eof
        if not ended or len(content) > size:
            raise MalformedError
    if not ended or len(content) != size:
        raise MalformedError
    return content
