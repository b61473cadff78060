"""The digest of a model that is a folder: of the list of its files, every one by path, digest and size."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from assay.canonical import canonical, digest
from assay.edges.files import digest_beneath, open_beneath
from assay.edges.pointer_files import LONGEST, require_content
from assay.errors import AssayError, DataError

MOST_FILES = 10_000


def is_folder(root: Path, path: str) -> bool:
    """Whether a path is a folder, not a link to one."""
    return (root / path).is_dir() and not (root / path).is_symlink()


def digest_model_input(root: Path, path: str, *, error: type[AssayError] = DataError) -> tuple[str, int]:
    """The digest and the size of a model's file or folder; raises `error`."""
    if not is_folder(root, path):
        return _digest_file(root, path, error)
    found = list_model_files(root / path, error=error)
    listed = [(each, *_digest_file(root, f"{path}/{each}", error)) for each in found]
    if not listed:
        raise error(f"`{path}` is an empty folder.")
    return digest_listed(listed), sum(size for _, _, size in listed)


def digest_listed(listed: Iterable[tuple[str, str, int]]) -> str:
    """The digest of a folder whose files are listed by path, digest and size."""
    return digest(canonical([list(each) for each in sorted(listed)]))


def list_model_files(folder: Path, *, error: type[AssayError] = DataError) -> list[str]:
    """The files of a folder by their paths in it, sorted; raises `error` for links, and for more than 10,000."""
    found: list[str] = []
    for place, folders, files in os.walk(folder):
        inside = PurePosixPath(Path(place).relative_to(folder).as_posix())
        odd = next((each for each in (*folders, *files) if (Path(place) / each).is_symlink()), None)
        if odd is not None:
            raise error(f"The model's folder `{folder.name}` has a link, `{inside / odd}`; put the file there.")
        found += [(inside / each).as_posix() for each in files]
        if len(found) > MOST_FILES:
            raise error(f"The model's folder `{folder.name}` has more than {MOST_FILES:,} files.")
    return sorted(found)


def _digest_file(root: Path, path: str, error: type[AssayError]) -> tuple[str, int]:
    with open_beneath(root, path, error=error) as descriptor:
        require_content(path, os.pread(descriptor, LONGEST, 0), os.fstat(descriptor).st_size)
    return digest_beneath(root, path, error=error)
