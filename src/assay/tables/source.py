"""Sources: data sets that were found, bounded and digested, with their files kept open while tables read them."""

from __future__ import annotations

import hashlib
import os
import resource
import stat
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assay.canonical import PREFIX
from assay.errors import DataError
from assay.tables.decoding import decode
from assay.tables.dialects import PLAIN, Dialect
from assay.tables.unpacking import unpack

CHUNK = 1 << 22
PACKED = ".gz"
SPARE = 512
FREE_MEGABYTES = 4
SETTLED = 2 * 10**9
"""The nanoseconds after which a change shows in a file's times, on any file system in use."""


@dataclass(frozen=True)
class ReadingLimits:
    """Limits on a data set: rows, bytes of its files as stored and unpacked, rows for each megabyte as stored."""

    rows: int = 500_000_000
    bytes: int = 64 << 30
    decompressed: int = 64 << 30
    rows_per_megabyte: int = 1_000_000

    def rows_in(self, size: int) -> int:
        """The most rows in files of so many bytes; small files have some free."""
        return self.rows_per_megabyte * (FREE_MEGABYTES + size // 10**6)


@dataclass(frozen=True)
class Stamp:
    """A file's state without its bytes, and the time (in nanoseconds) when its digesting began."""

    device: int
    inode: int
    size: int
    modified: int
    changed: int
    at: int

    def settled(self) -> bool:
        """Whether the file had been unchanged long enough for a later change to show."""
        return self.at - max(self.modified, self.changed) > SETTLED

    def matches(self, now: Stamp) -> bool:
        """Whether a file still has this state, and so the same bytes."""
        same = (self.device, self.inode, self.size, self.modified, self.changed)
        return self.settled() and same == (now.device, now.inode, now.size, now.modified, now.changed)


def stamp(descriptor: int) -> Stamp:
    """An open file's state now."""
    found = os.fstat(descriptor)
    return Stamp(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns, time.time_ns())


@dataclass(frozen=True)
class Part:
    """A file of a data set: its path in the set's folder, and the digest and size of its bytes."""

    path: str
    digest: str
    bytes: int
    stamp: Stamp | None = None


@dataclass(frozen=True)
class Source:
    """A data set: its path, its name for people, and the digest (`sha256:…`) and size of its bytes.

    `format` names a module of `tables/formats/`; `dialect` is how a text file is written. A folder has `parts`,
    ordered by path, and its digest is that of their paths, digests and sizes as canonical JSON.
    """

    path: Path
    name: str
    format: str
    digest: str
    bytes: int
    parts: tuple[Part, ...] = ()
    limits: ReadingLimits = ReadingLimits()
    stamp: Stamp | None = None
    dialect: Dialect = PLAIN

    def files(self) -> tuple[tuple[Path, Part], ...]:
        """Each file with its path; a set of one file is its own part."""
        if self.parts:
            return tuple((self.path / part.path, part) for part in self.parts)
        return ((self.path, Part(self.path.name, self.digest, self.bytes, self.stamp)),)


class Opened:
    """The open files of a source; `descriptors` are those to read, unpacked and decoded."""

    def __init__(self, source: Source, originals: Sequence[int], descriptors: Sequence[int]) -> None:
        self.source = source
        self.descriptors = tuple(descriptors)
        self.bytes = sum(os.fstat(each).st_size for each in descriptors)
        self._originals = tuple(originals)
        self._stamps = [part.stamp for _, part in source.files()]

    def paths(self) -> tuple[str, ...]:
        """Paths by which the open files can be opened again, without pattern characters."""
        return tuple(f"/dev/fd/{descriptor}" for descriptor in self.descriptors)

    def confirm(self) -> None:
        """Raises DataError unless the open files, and those at the paths, still have the planned bytes."""
        named = self.source.name
        for index, (descriptor, (path, part)) in enumerate(zip(self._originals, self.source.files(), strict=True)):
            now, before = stamp(descriptor), self._stamps[index]
            if before is None or not before.matches(now):
                if now.size != part.bytes or digest_descriptor(descriptor) != part.digest:
                    raise DataError(f"{named} changed: its digest is no longer {part.digest}.")
                self._stamps[index] = now
            try:
                same = os.path.samestat(path.stat(), os.fstat(descriptor))
            except OSError:
                same = False
            if not same:
                raise DataError(f"{named} changed: another file replaced it while it was read.")

    def close(self) -> None:
        """Closes the files."""
        for descriptor in {*self._originals, *self.descriptors}:
            os.close(descriptor)


def open_source(source: Source) -> Opened:
    """The files of a source, read-only; raises DataError if one is missing, not a regular file, or badly packed."""
    originals: list[int] = []
    readable: list[int] = []
    try:
        _make_room(len(source.files()))
        for path, _ in source.files():
            originals.append(_open(path, source.name))
        readable += originals
        if not source.parts:
            if source.path.name.lower().endswith(PACKED):
                readable = [unpack(originals[0], source.name, source.limits.decompressed)]
            decoded = decode(readable[0], source.name, source.dialect, source.limits.decompressed)
            if decoded != readable[0] and readable[0] != originals[0]:
                os.close(readable[0])
            readable = [decoded]
        return Opened(source, originals, readable)
    except DataError:
        for descriptor in {*originals, *readable}:
            os.close(descriptor)
        raise


def _make_room(files: int) -> None:
    """Raises this process's limit of open files if the system allows it, because each file is opened twice."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * files + SPARE
    if soft != resource.RLIM_INFINITY and soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def _open(path: Path, name: str) -> int:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError as error:
        raise DataError(f"{name} cannot be opened: {error.strerror or error}.") from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise DataError(f"{name} is not a regular file; expected a data file.")
    return descriptor


def digest_descriptor(descriptor: int) -> str:
    """The digest of an open file's bytes."""
    state, offset = hashlib.sha256(), 0
    while chunk := os.pread(descriptor, CHUNK, offset):
        state.update(chunk)
        offset += len(chunk)
    return PREFIX + state.hexdigest()
