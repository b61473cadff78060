"""Sources for files as they are now."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from assay.canonical import digest
from assay.tables.format_choice import format_of
from assay.tables.source import Source

MakeSource = Callable[..., Source]


def source_of(path: Path) -> Source:
    """A source for a file as it is now."""
    content = path.read_bytes()
    return Source(
        path=path, name=path.name, format=format_of(path.name) or "parquet", digest=digest(content), bytes=len(content)
    )
