"""The stores of Git LFS and DVC in a clone: where a file lies whose pointer is in Git."""

from __future__ import annotations

import configparser
import contextlib
import hashlib
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from assay.canonical import PREFIX
from assay.edges.files import CHUNK
from assay.edges.git_repository import find_work_tree
from assay.errors import AssayError, DataError

_MOST_LINE = 4_096


def lfs_objects(root: Path, digest: str) -> Iterator[Path]:
    """Where Git LFS keeps the file with a digest, in this clone; it need not be there."""
    with contextlib.suppress(AssayError, OSError):
        name = digest.removeprefix(PREFIX)
        yield _git_folder(find_work_tree(root)) / "lfs" / "objects" / name[:2] / name[2:4] / name


def dvc_objects(root: Path, md5: str) -> Iterator[Path]:
    """Where DVC keeps the file with an MD5, in the caches of the folders above; it need not be there."""
    with contextlib.suppress(AssayError, OSError):
        top = find_work_tree(root)
        start = Path(os.path.realpath(root))
        for folder in (start, *start.parents):
            for cache in _caches(folder / ".dvc"):
                yield cache / "files" / "md5" / md5[:2] / md5[2:]
                yield cache / md5[:2] / md5[2:]
            if folder == top:
                return


def copy_verified(source: Path, target: Path, *, sha256: str | None = None, md5: str | None = None) -> bool:
    """Copies a regular file if it has the digest, an MD5 as hexadecimal digits; False if it is missing or another."""
    state, old = hashlib.sha256(), hashlib.md5(usedforsecurity=False)
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with source.open("rb") as file, tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as copy:
            partial = Path(copy.name)
            try:
                if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    return False
                while chunk := file.read(CHUNK):
                    state.update(chunk)
                    old.update(chunk)
                    copy.write(chunk)
                copy.flush()
                if (sha256 or PREFIX + state.hexdigest()) != PREFIX + state.hexdigest():
                    return False
                if (md5 or old.hexdigest()) != old.hexdigest():
                    return False
                partial.chmod(0o644)
                partial.replace(target)
            finally:
                partial.unlink(missing_ok=True)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return False
    except OSError as problem:
        raise DataError(f"`{source.name}` could not be copied: {problem.strerror}.") from problem
    return True


def _git_folder(top: Path) -> Path:
    """The folder of the repository itself, which its work trees share."""
    inner = top / ".git"
    if inner.is_file():
        named = inner.read_text()[:_MOST_LINE].partition("gitdir:")[2].strip()
        inner = Path(os.path.normpath(top / named))
    shared = inner / "commondir"
    return Path(os.path.normpath(inner / shared.read_text()[:_MOST_LINE].strip())) if shared.is_file() else inner


def _caches(folder: Path) -> Iterator[Path]:
    """The cache that the settings of DVC name, else the usual one."""
    if not folder.is_dir():
        return
    for name in ("config.local", "config"):
        settings = configparser.ConfigParser(interpolation=None, strict=False)
        with contextlib.suppress(configparser.Error, OSError, UnicodeError):
            settings.read(folder / name)
            if settings.has_option("cache", "dir"):
                yield Path(os.path.normpath(folder / os.path.expanduser(settings.get("cache", "dir"))))  # noqa: PTH111
    yield folder / "cache"
