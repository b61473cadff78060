"""A dossier's policies as one file of a release: the same bytes each time, and unpacked safely."""

from __future__ import annotations

import gzip
import io
import re
import struct
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assay.edges.files import read_beneath
from assay.edges.rego.bundle import MAX_FILE_BYTES, MAX_FILES, Bundle
from assay.errors import PolicyError

FOLDER, PACKED = "policies", "policies.tar.gz"
MAX_BYTES, MAX_BLOCK = 64 * 1024 * 1024, 0xFFFF
_ENTRY = re.compile(rf"{FOLDER}/[a-z][a-z0-9_]*/[a-z][a-z0-9_]*/[a-z][a-z0-9_]*\.(?:rego|yaml)")
_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"


def pack(bundle: Bundle) -> bytes:
    """The bundle's files as `policies.tar.gz`, which unpacks into a dossier's `policies/` again."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for file in bundle.files:
            entry = tarfile.TarInfo(f"{FOLDER}/{file.path}")
            entry.size = len(file.content)
            tar.addfile(entry, io.BytesIO(file.content))
    return _stored(packed.getvalue())


@contextmanager
def unpacked(folder: Path) -> Iterator[Path]:
    """The folder of a dossier's policies; if only the packed ones exist, a temporary folder."""
    if (folder / FOLDER).exists() or not (folder / PACKED).exists():
        yield folder / FOLDER
        return
    content = read_beneath(folder, PACKED, limit=MAX_BYTES, error=PolicyError)
    with tempfile.TemporaryDirectory() as made:
        for path, found in _entries(content).items():
            target = Path(made) / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(found)
        yield Path(made) / FOLDER


def _entries(content: bytes) -> dict[str, bytes]:
    """The files in the packed policies by path; raises PolicyError for anything that `pack` does not write."""
    found: dict[str, bytes] = {}
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as file:
            plain = file.read(MAX_BYTES + 1)
        if len(plain) > MAX_BYTES:
            raise PolicyError(f"{PACKED} has more than {MAX_BYTES:,} bytes.")
        with tarfile.open(fileobj=io.BytesIO(plain), mode="r:") as tar:
            for entry in tar:
                if entry.type != tarfile.REGTYPE or not _ENTRY.fullmatch(entry.name) or entry.name in found:
                    raise PolicyError(
                        f"{PACKED} contains {entry.name[:200]!r}, which is repeated or not a policy file."
                    )
                if entry.size > MAX_FILE_BYTES or len(found) >= MAX_FILES:
                    raise PolicyError(f"{PACKED} has too many or too large files.")
                taken = tar.extractfile(entry)
                found[entry.name] = b"" if taken is None else taken.read()
    except (tarfile.TarError, OSError, EOFError, zlib.error) as error:
        raise PolicyError(f"{PACKED} could not be unpacked.", hint="Download it again.") from error
    return found


def _stored(content: bytes) -> bytes:
    # Not compressed, because another zlib would give other bytes, and a published release must stay the same.
    parts = [content[start : start + MAX_BLOCK] for start in range(0, len(content), MAX_BLOCK)]
    blocks = [
        struct.pack("<BHH", number == len(parts), len(part), len(part) ^ MAX_BLOCK) + part
        for number, part in enumerate(parts, 1)
    ]
    return _HEAD + b"".join(blocks) + struct.pack("<LL", zlib.crc32(content), len(content))
