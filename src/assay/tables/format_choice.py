"""The data format of a file, by the ending of its name."""

from __future__ import annotations

from pathlib import PurePosixPath

from assay.tables.formats import DATA_FORMATS
from assay.tables.source import PACKED


def format_of(path: str) -> str | None:
    """The name of a file's format; None if no format has its ending."""
    name = PurePosixPath(path).name.lower()
    packed = name.endswith(PACKED)
    for each in DATA_FORMATS.names():
        packs = DATA_FORMATS.constant(each, "PACKS")
        if name.removesuffix(PACKED).endswith(DATA_FORMATS.constant(each, "SUFFIXES")) and (packs or not packed):
            return each
    return None


def endings() -> str:
    """The endings of all formats, for a sentence."""
    found = [suffix for each in DATA_FORMATS.names() for suffix in DATA_FORMATS.constant(each, "SUFFIXES")]
    return f"{', '.join(found[:-1])} or {found[-1]}"
