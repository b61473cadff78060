"""The folder of a repository, and its files among which a model and its data may be."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from assay.errors import UsageError

MAX_DEPTH = 4


def named_folder(path: Path) -> Path:
    """The folder that an option names, without links; raises UsageError if there is none."""
    folder = Path(os.path.realpath(path))
    if not folder.is_dir():
        raise UsageError(f"The folder `{path}` does not exist.")
    return folder


def list_files(folder: Path) -> Iterable[str]:
    """The paths of files that are not hidden, in no environment, and in no repository or model of their own."""
    for here, folders, files in os.walk(folder):
        depth = len(Path(here).relative_to(folder).parts)
        folders[:] = [] if depth >= MAX_DEPTH else sorted(name for name in folders if _is_searched(Path(here) / name))
        yield from ((Path(here) / name).relative_to(folder).as_posix() for name in files)


def _is_searched(folder: Path) -> bool:
    elsewhere = ("pyvenv.cfg", ".git", "assay.yaml")
    return not folder.name.startswith((".", "node_modules", "__pycache__")) and not any(
        (folder / each).exists() for each in elsewhere
    )
