"""Data sets by content: a file, a folder of files, or a URL, each digested and limited in size."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path, PurePosixPath

from assay.canonical import canonical, digest
from assay.dossier.at_base import plain
from assay.edges.files import open_beneath
from assay.edges.pointer_files import LONGEST, require_content
from assay.edges.remote import fetch, is_remote
from assay.errors import DataError
from assay.manifest.data_blocks import Data
from assay.tables.dialects import PLAIN, Dialect
from assay.tables.format_choice import endings, format_of
from assay.tables.formats import DATA_FORMATS
from assay.tables.outline import MORE_ROWS
from assay.tables.source import Part, ReadingLimits, Source, digest_descriptor, stamp

MOST_FILES, DEEPEST = 10_000, 16
THREADS = 2
UNSEEN = ("_", ".")

_known: dict[tuple[int, int], Part] = {}


def find_source(root: Path, path: str, limits: ReadingLimits | None = None, dialect: Dialect = PLAIN) -> Source:
    """A data set by content, for the tables to read; raises DataError, also for a dialect that its format has not.

    In a folder, names that start with `_` or `.` are ignored, as is usual for such folders.
    """
    limits = limits or ReadingLimits()
    if is_remote(path):
        fetched = fetch(path, limits.bytes)
        return _written(_single(fetched.parent, fetched.name, path, limits), dialect)
    if _is_folder(root, path):
        return _written(_folder(root, path, limits), dialect)
    return _written(_single(root, path, path, limits), dialect)


def find_data_set(root: Path, path: str, data: Data | None, name: str) -> Source:
    """A data set of a manifest by content, with the limits and the dialect that the manifest declares."""
    return find_source(root, path, limits_of(data), dialect_of(data, name))


def find_data_sets(root: Path, paths: Mapping[str, str], data: Data | None) -> dict[str, Source]:
    """Data sets of a manifest by name, digested in parallel; raises DataError."""
    with ThreadPoolExecutor(THREADS) as pool:
        found = {name: pool.submit(find_data_set, root, path, data, name) for name, path in paths.items()}
        return {name: each.result() for name, each in found.items()}


def dialect_of(data: Data | None, name: str) -> Dialect:
    """The dialect that a manifest declares of a data set; the base's data are written as the judging manifest says."""
    declared = data.sets.get(plain(name)) if data is not None else None
    if declared is None:
        return PLAIN
    place = f"data.sets.{name}"
    return Dialect(declared.delimiter, declared.encoding, declared.decimal, place=place)


def limits_of(data: Data | None) -> ReadingLimits:
    """The limits that a manifest sets on its data."""
    return ReadingLimits(**data.limits.model_dump()) if data else ReadingLimits()


def digest_data(root: Path, path: str) -> str:
    """The digest of a data set, whatever its size."""
    return find_source(root, path, ReadingLimits(bytes=1 << 62)).digest


def _written(source: Source, dialect: Dialect) -> Source:
    """A source with its dialect; raises DataError for what its format cannot declare."""
    found = DATA_FORMATS.load(source.format)
    for option in dialect.declared():
        if option not in found.DECLARED:
            raise DataError(f"`{source.name}` is {found.TITLE}, which has no `{option}` to declare.", hint="")
    return replace(source, dialect=dialect)


def _single(root: Path, path: str, name: str, limits: ReadingLimits) -> Source:
    found = format_of(path)
    if found is None:
        with open_beneath(root, path):
            pass
        raise DataError(f"`{name}` has no known data format; its name must end in {endings()}.")
    part = _part(root, path, path, limits.bytes)
    return Source(root / path, name, found, part.digest, part.bytes, limits=limits, stamp=part.stamp)


def _folder(root: Path, path: str, limits: ReadingLimits) -> Source:
    with open_beneath(root, path, folder=True) as descriptor:
        listed = sorted(_walk(descriptor, PurePosixPath(), path))
    if not listed:
        raise DataError(f"`{path}` is a folder without data files.")
    formats = {format_of(each) for each in listed}
    found = formats.pop()
    if formats or found is None or not DATA_FORMATS.load(found).FOLDERS:
        odd = next((each for each in listed if format_of(each) != "parquet"), listed[0])
        raise DataError(f"`{path}` is a folder with `{odd}`; a folder may contain only Parquet files.")
    with ThreadPoolExecutor(THREADS) as pool:
        parts = tuple(pool.map(lambda each: _part(root, f"{path}/{each}", each, limits.bytes), listed))
    size = sum(part.bytes for part in parts)
    _require_limit(path, size, limits.bytes)
    listing = canonical([[part.path, part.digest, part.bytes] for part in parts])
    return Source(root / path, path, found, digest(listing), size, parts, limits)


def _is_folder(root: Path, path: str) -> bool:
    try:
        return stat.S_ISDIR(os.lstat(root / path).st_mode)
    except (OSError, ValueError):
        return False


def is_counted(path: str) -> bool:
    """Whether a path in a folder counts: no part of it starts with `_` or `.`."""
    return not any(part.startswith(UNSEEN) for part in PurePosixPath(path).parts)


def _walk(folder: int, beneath: PurePosixPath, path: str) -> Iterator[str]:
    """The files of an open folder and of the folders in it; raises DataError for anything else."""
    if len(beneath.parts) > DEEPEST:
        raise DataError(f"`{path}` has nested folders, more than {DEEPEST} deep.")
    for count, name in enumerate(os.listdir(folder)):
        if not is_counted(name):
            continue
        if count > MOST_FILES:
            raise DataError(f"`{path}` has more than {MOST_FILES:,} files in a folder.")
        mode = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
        if stat.S_ISDIR(mode):
            inner = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
            try:
                yield from _walk(inner, beneath / name, path)
            finally:
                os.close(inner)
        elif stat.S_ISREG(mode):
            yield (beneath / name).as_posix()
        else:
            raise DataError(f"`{path}/{beneath / name}` is neither a file nor a folder; links are not followed.")


def _part(root: Path, path: str, name: str, most: int) -> Part:
    with open_beneath(root, path) as descriptor:
        now = stamp(descriptor)
        _require_limit(path, now.size, most)
        require_content(path, os.pread(descriptor, LONGEST, 0), now.size)
        known = _known.get((now.device, now.inode))
        # Several steps of one run need the same file; it is read once if it cannot have changed.
        if known is None or known.stamp is None or not known.stamp.matches(now):
            found = digest_descriptor(descriptor)
            known = Part(name, found, now.size, now if now.matches(stamp(descriptor)) else None)
            _known[now.device, now.inode] = known
        return replace(known, path=name)


def _require_limit(path: str, size: int, most: int) -> None:
    if size > most:
        raise DataError(f"`{path}` has {size:,} bytes; at most {most:,} are allowed.", hint=MORE_ROWS)
