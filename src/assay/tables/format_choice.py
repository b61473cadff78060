"""The data format that a file's name ends in."""

from __future__ import annotations

from pathlib import PurePosixPath

from assay.tables.formats import DATA_FORMATS
from assay.tables.source import PACKED


def format_of(path: str) -> str | None:
    """The name of the format that a file's name ends in; None where there is none."""
    name = PurePosixPath(path).name.lower()
    packed = name.endswith(PACKED)
    for each in DATA_FORMATS.names():
        found = DATA_FORMATS.load(each)
        if name.removesuffix(PACKED).endswith(found.SUFFIXES) and (found.PACKS or not packed):
            return each
    return None


def endings() -> str:
    """The ends of names that can be read, for a sentence."""
    found = [suffix for each in DATA_FORMATS.names() for suffix in DATA_FORMATS.load(each).SUFFIXES]
    return f"{', '.join(found[:-1])} or {found[-1]}"
