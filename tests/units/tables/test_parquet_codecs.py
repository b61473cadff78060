"""Pages are unpacked to exactly as many bytes as they say."""

import gzip

import pytest

from assay.tables.parquet_codecs import unpack_page
from assay.tables.thrift_fields import MalformedError


def test_gzip_may_have_several_members() -> None:
    parts = b"abc" * 100, b"", b"d"
    packed = b"".join(map(gzip.compress, parts))
    assert unpack_page("GZIP", packed, 301) == b"".join(parts)
    for body, size in ((packed, 300), (packed, 302), (packed[:-1], 301), (packed + b"x", 301), (b"", 0), (b"", 1)):
        with pytest.raises(MalformedError):
            unpack_page("GZIP", body, size)
