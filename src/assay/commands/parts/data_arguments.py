"""Data sets that the command line names: a local path or a URL."""

from __future__ import annotations

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from assay.edges.data_files import find_source
from assay.edges.remote import is_remote
from assay.errors import DataError
from assay.tables.source import Source


def find_named(path: str) -> Source:
    """The data set at a path or a URL; raises DataError."""
    if is_remote(path):
        return find_source(Path.cwd(), path)
    folder = Path(os.path.realpath(Path(path).parent))
    if not (folder / Path(path).name).exists():
        raise DataError(f"`{path}` does not exist.", hint="")
    return find_source(folder, Path(path).name)


def find_all_named(paths: Mapping[str, str]) -> dict[str, Source]:
    """Data sets by name, digested several at a time."""
    if not paths:
        return {}
    with ThreadPoolExecutor() as pool:
        found = {name: pool.submit(find_named, path) for name, path in paths.items()}
        import assay.tables.answering  # noqa: F401  # its import takes as long as the digests
    return {name: each.result() for name, each in found.items()}
