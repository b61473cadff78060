"""A data file that was opened, bounded and digested: what tables read."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from assay.canonical import PREFIX
from assay.errors import DataError

CHUNK = 1 << 22


@dataclass(frozen=True)
class Source:
    """A data file: where it is, what people call it, and the digest (`sha256:…`) and size of its bytes."""

    path: Path
    name: str
    format: Literal["parquet", "csv"]
    digest: str
    bytes: int


def open_source(source: Source) -> int:
    """A read-only descriptor of the file; raises DataError where it is missing or no regular file."""
    try:
        descriptor = os.open(source.path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError as error:
        raise DataError(f"{source.name} cannot be opened: {error.strerror or error}.") from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise DataError(f"{source.name} is not a file; expected a Parquet or CSV file.")
    return descriptor


def confirm(source: Source, descriptor: int) -> None:
    """Raises DataError unless the open file, and the file at the path, still hold the bytes that were planned."""
    if os.fstat(descriptor).st_size != source.bytes or digest_descriptor(descriptor) != source.digest:
        raise DataError(f"{source.name} changed: its bytes are not those of {source.digest}.")
    try:
        same = os.path.samestat(source.path.stat(), os.fstat(descriptor))
    except OSError:
        same = False
    if not same:
        raise DataError(f"{source.name} changed: another file took its place while it was read.")


def digest_descriptor(descriptor: int) -> str:
    """The digest of an open file's bytes."""
    state, offset = hashlib.sha256(), 0
    while chunk := os.pread(descriptor, CHUNK, offset):
        state.update(chunk)
        offset += len(chunk)
    return PREFIX + state.hexdigest()
