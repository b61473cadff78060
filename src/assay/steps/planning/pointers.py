"""A file's content at a commit, within a limit; for a pointer of Git LFS or DVC, the digest that it names."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from assay.canonical import PREFIX, digest
from assay.dossier.plan_parts import PlannedInput
from assay.edges.files import CHUNK, open_beneath
from assay.edges.git import read_at, size_at
from assay.errors import DataError, ManifestError
from assay.manifest.yaml_strict import MAX_BYTES, load
from assay.steps.planning.folders import digest_folder_at

MAX_DATA_BYTES = 512 * 1024 * 1024
_LFS = b"version https://git-lfs.github.com/spec/"
_LFS_DIGEST = re.compile(rb"^oid (sha256:[0-9a-f]{64})$", re.MULTILINE)
_MD5 = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class DvcPointer:
    """DVC's pointer to a file: an MD5 and a size."""

    md5: str
    bytes: int

    def __str__(self) -> str:
        return f"md5:{self.md5} ({self.bytes:,} bytes), according to DVC"


def read_bounded(root: Path, commit: str, path: str, limit: int) -> bytes | None:
    """A file's bytes at a commit, or None if it was not there; raises DataError for more than `limit` bytes."""
    if (size_at(root, commit, path) or 0) > limit:
        raise DataError(
            f"`{path}` has more than {limit:,} bytes at {commit[:12]}.", hint="Make it smaller in that commit."
        )
    # Without a size the file is missing in the commit or in this clone; `read_at` distinguishes the two.
    return read_at(root, commit, path)


def digest_at(root: Path, commit: str, planned: PlannedInput, pointer: str | None) -> str:
    """The digest of a data file at a commit, or a text on why there is none, which matches no digest.

    `pointer` is the path of its DVC pointer if the manifest names one.
    """
    try:
        folder = digest_folder_at(root, commit, planned.path, MAX_DATA_BYTES)
        if folder is not None:
            return folder
        content = read_bounded(root, commit, planned.path, MAX_DATA_BYTES)
    except DataError:
        return f"not compared: the file has more than {MAX_DATA_BYTES:,} bytes in Git"
    if content is None:
        return _digest_by_dvc(root, commit, planned, pointer or f"{planned.path}.dvc")
    if content.startswith(_LFS):
        found = _LFS_DIGEST.search(content)
        return found[1].decode() if found else "a Git LFS pointer without a digest"
    return digest(content)


def _digest_by_dvc(root: Path, commit: str, planned: PlannedInput, path: str) -> str:
    """The planned digest if the planned file has the MD5 that DVC's pointer names; DVC stores no other digest."""
    try:
        content = read_bounded(root, commit, path, MAX_BYTES)
    except DataError:
        return f"not in Git at the base, and `{path}` is too large for a DVC pointer"
    if content is None:
        return "not in Git at the base"
    try:
        pointer = read_pointer(content, path, planned.path)
    except DataError as error:
        return f"not in Git at the base: {error}"
    if pointer.bytes == planned.bytes and pointer.md5 == _md5(root, planned):
        return planned.digest
    return str(pointer)


def read_pointer(content: bytes, path: str, wanted: str) -> DvcPointer:
    """A DVC pointer to a file; raises DataError if it points to another."""
    try:
        document = load(content, path).value
    except ManifestError as error:
        raise DataError(f"`{path}` is not a DVC pointer: {error}") from error
    found = document if isinstance(document, dict) else {}
    folder = PurePosixPath(path).parent / str(found.get("wdir", "."))
    outputs = found.get("outs")
    for each in outputs if isinstance(outputs, list) else ():
        if isinstance(each, dict) and os.path.normpath(folder / str(each.get("path"))) == os.path.normpath(wanted):
            md5, size = each.get("md5"), each.get("size")
            if isinstance(md5, str) and _MD5.fullmatch(md5) and isinstance(size, int) and not isinstance(size, bool):
                return DvcPointer(md5, size)
            raise DataError(f"`{path}` lacks an MD5 or a size for the file `{wanted}`.")
    raise DataError(f"`{path}` is not a DVC pointer to `{wanted}`.")


def _md5(root: Path, planned: PlannedInput) -> str | None:
    """The MD5 of the planned file, read together with its digest; None if the file has changed since."""
    md5, sha256 = hashlib.md5(usedforsecurity=False), hashlib.sha256()
    with open_beneath(root, planned.path) as descriptor, os.fdopen(os.dup(descriptor), "rb") as file:
        while chunk := file.read(CHUNK):
            md5.update(chunk)
            sha256.update(chunk)
    return md5.hexdigest() if PREFIX + sha256.hexdigest() == planned.digest else None
