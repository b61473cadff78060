"""Data sets that the command line names: a local path or a URL."""

from __future__ import annotations

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from assay.edges.data_files import find_source
from assay.edges.remote import is_remote
from assay.errors import DataError
from assay.options.dialect_options import DialectOptions
from assay.tables.dialects import PLAIN, Dialect
from assay.tables.format_choice import format_of
from assay.tables.formats import DATA_FORMATS
from assay.tables.source import Source


def find_named(path: str, dialect: Dialect = PLAIN) -> Source:
    """The data set at a path or a URL; raises DataError."""
    if is_remote(path):
        return find_source(Path.cwd(), path, dialect=dialect)
    folder = Path(os.path.realpath(Path(path).parent))
    if not (folder / Path(path).name).exists():
        raise DataError(f"`{path}` does not exist.", hint="")
    return find_source(folder, Path(path).name, dialect=dialect)


def find_all_named(paths: Mapping[str, str], dialect: Dialect = PLAIN) -> dict[str, Source]:
    """Data sets by name, digested several at a time."""
    if not paths:
        return {}
    with ThreadPoolExecutor() as pool:
        found = {name: pool.submit(find_named, path, _fitting(path, dialect)) for name, path in paths.items()}
        import assay.tables.answering  # noqa: F401  # its import takes as long as the digests
    return {name: each.result() for name, each in found.items()}


def dialect_given(options: DialectOptions) -> Dialect:
    """The dialect that the flags declare."""
    return Dialect(options.delimiter, options.encoding, options.decimal, place="--")


def _fitting(path: str, dialect: Dialect) -> Dialect:
    """What the flags declare for all files, without what the format of this one does not have."""
    found = format_of(path)
    known = DATA_FORMATS.load(found).DECLARED if found is not None else {}
    return Dialect(**{name: value for name, value in dialect.declared().items() if name in known}, place=dialect.place)
