"""Profiles that the command line names."""

from __future__ import annotations

import os
from pathlib import Path

from assay.edges.files import read_beneath
from assay.errors import DataError
from assay.facts.profiles import MAX_BYTES, Profile, read_profile


def read_profile_file(path: Path) -> Profile:
    """The profile in a file; raises DataError if it is not one."""
    folder = Path(os.path.realpath(path.parent))
    if not folder.is_dir():
        raise DataError(f"`{path}` does not exist.", hint="")
    return read_profile(read_beneath(folder, path.name, limit=MAX_BYTES), str(path))
