"""Folders that ship with Assay: policies, schemas and what `explain` prints of the manual."""

from __future__ import annotations

from pathlib import Path


def shipped_folder(name: str) -> Path:
    """A folder that ships with Assay: inside the wheel, or at the top of a checkout."""
    package = Path(__file__).parents[1]
    bundled = package / "bundled" / name
    return bundled if bundled.is_dir() else package.parents[1] / name
