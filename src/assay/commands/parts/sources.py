"""Data sets as they are named on a command line: a path on this machine, or an address."""

from __future__ import annotations

import os
from pathlib import Path

from assay.edges.data_files import find_source
from assay.edges.remote import is_remote
from assay.errors import DataError
from assay.tables.source import Source


def find_named(path: str) -> Source:
    """The data set at a path or an address; raises DataError."""
    if is_remote(path):
        return find_source(Path.cwd(), path)
    folder = Path(os.path.realpath(Path(path).parent))
    if not (folder / Path(path).name).exists():
        raise DataError(f"`{path}` does not exist.", hint="")
    return find_source(folder, Path(path).name)
