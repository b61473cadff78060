"""Files of the model's repository: opened below its root without following links, limited in size, digested."""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath

from assay.canonical import PREFIX
from assay.edges.pointer_files import advise_linked, advise_missing
from assay.edges.sparse_files import advise_sparse
from assay.errors import AssayError, DataError, PageError

CHUNK = 1 << 20
_FLAGS = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK


@contextmanager
def open_beneath(root: Path, path: str, *, error: type[AssayError] = DataError, folder: bool = False) -> Iterator[int]:
    """A descriptor of a regular file (or folder) below a root, opened without following links; raises `error`."""
    parts = PurePosixPath(path).parts
    if not parts or path.startswith("/") or ".." in parts or "\x00" in path:
        raise error(f"`{path}` is outside the repository; name a path below the manifest's folder.")
    opened: list[int] = []
    try:
        opened.append(os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC))
        for index, part in enumerate(parts):
            last = index == len(parts) - 1
            opened.append(os.open(part, _FLAGS if last else _FLAGS | os.O_DIRECTORY, dir_fd=opened[-1]))
        mode = os.fstat(opened[-1]).st_mode
        if not (stat.S_ISDIR(mode) if folder else stat.S_ISREG(mode)):
            kind = "a folder" if stat.S_ISDIR(mode) else "not a regular file"
            raise error(f"`{path}` is {kind}; expected a {'folder' if folder else 'file'}.")
        yield opened[-1]
    except OSError as problem:
        raise error(_sentence(root, path, problem)) from problem
    finally:
        for descriptor in reversed(opened):
            os.close(descriptor)


def read_beneath(root: Path, path: str, *, limit: int, error: type[AssayError] = DataError) -> bytes:
    """A file's bytes; raises `error` if there are more than `limit`."""
    with open_beneath(root, path, error=error) as descriptor, os.fdopen(os.dup(descriptor), "rb") as file:
        content = file.read(limit + 1)
    if len(content) > limit:
        raise error(f"`{path}` has more than {limit:,} bytes.")
    return content


def digest_beneath(root: Path, path: str, *, error: type[AssayError] = DataError) -> tuple[str, int]:
    """A file's digest and its size in bytes."""
    found, size = hashlib.sha256(), 0
    with open_beneath(root, path, error=error) as descriptor, os.fdopen(os.dup(descriptor), "rb") as file:
        while chunk := file.read(CHUNK):
            found.update(chunk)
            size += len(chunk)
    return PREFIX + found.hexdigest(), size


def write_atomically(path: Path, content: bytes) -> None:
    """Writes a file completely or not at all; raises PageError with the system's reason."""
    # Named before it is made, so that an interrupt at any moment leaves nothing behind.
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
    except OSError as problem:
        raise PageError(
            f"{path} could not be written: {problem.strerror}.", hint="Free some space or fix the folder's permissions."
        ) from problem
    finally:
        with suppress(OSError):
            temporary.unlink()


def _sentence(root: Path, path: str, problem: OSError) -> str:
    if problem.errno == errno.ENOENT:
        return f"`{path}` does not exist.{advise_missing(root, path) or advise_sparse(root, path)}"
    if problem.errno in (errno.ELOOP, errno.EMLINK) or _has_link(root, path):
        return f"`{path}` is a symbolic link or passes through one; name the file itself.{advise_linked(root, path)}"
    if problem.errno == errno.ENOTDIR:
        return f"`{path}` uses a file as a folder."
    return f"`{path}` could not be read: {problem.strerror}."


def _has_link(root: Path, path: str) -> bool:
    parts = PurePosixPath(path).parts
    return any((root.joinpath(*parts[: index + 1])).is_symlink() for index in range(len(parts)))
