"""Data at a URL (`https://`, `s3://`, `gs://`): fetched once, within limits, to a private file of this process."""

from __future__ import annotations

import atexit
import importlib
import ipaddress
import os
import tempfile
from pathlib import Path, PurePosixPath
from threading import Lock
from typing import Any
from urllib.parse import SplitResult, urlsplit

from assay.errors import DataError, install_hint

SCHEMES = ("https", "http", "s3", "gs", "gcs")
CHUNK = 1 << 22
SECONDS = 60
RIGHTS = "Check the URL and its permissions; Assay takes credentials from the environment."
INSTALL = install_hint("remote")

_fetched: dict[str, Path] = {}
_folders: list[tempfile.TemporaryDirectory[str]] = []
_lock = Lock()


def is_remote(path: str) -> bool:
    """Whether a path is a URL."""
    return "://" in path


def fetch(address: str, most: int) -> Path:
    """A local copy of the file at a URL, with the same bytes for the whole run. Raises DataError."""
    parts = _parsed(address)
    with _lock:
        if address not in _fetched:
            if not _folders:
                _folders.append(tempfile.TemporaryDirectory(prefix="assay-"))
                atexit.register(_folders[0].cleanup)
            folder = Path(tempfile.mkdtemp(dir=_folders[0].name))
            target = folder / PurePosixPath(parts.path).name
            _copy(address, parts, target, most)
            _fetched[address] = target
        return _fetched[address]


def _parsed(address: str) -> SplitResult:
    """The parts of a URL; raises DataError for one that is not allowed or contains a secret."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError as error:
        raise DataError(f"`{address}` is not a URL.", hint="") from error
    if parts.scheme not in SCHEMES:
        raise DataError(
            f"`{parts.scheme}://` is not supported for data; the schemes are {', '.join(SCHEMES)}.", hint=""
        )
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise DataError(
            f"The URL of a data file must have no user, password, query or fragment: `{parts.scheme}://{host}…`.",
            hint="A manifest is public; pass credentials through the environment.",
        )
    if not host or not PurePosixPath(parts.path).name:
        raise DataError(f"`{address}` names no file.", hint="")
    if parts.scheme == "http" and not _loopback(host):
        raise DataError(f"`{address}` would be read without encryption; use https.", hint="")
    return parts


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _copy(address: str, parts: SplitResult, target: Path, most: int) -> None:
    """Copies the file at a URL; removes the copy if that fails."""
    whole = False
    try:
        with _opened(address, parts) as remote, target.open("xb") as file:
            while file.tell() <= most and (chunk := remote.read(CHUNK)):
                file.write(chunk)
            whole = file.tell() <= most
    except DataError:
        raise
    except Exception as error:
        # Each service has its own errors; their texts may quote the request.
        raise DataError(
            f"`{address}` could not be fetched ({type(error).__name__}).",
            hint=RIGHTS,
        ) from error
    finally:
        if not whole:
            target.unlink(missing_ok=True)
    if not whole:
        raise DataError(f"`{address}` has more than {most:,} bytes.", hint="Raise `data.limits.bytes` in the manifest.")


def _opened(address: str, parts: SplitResult) -> Any:
    fsspec = _library("fsspec", address)
    options: dict[str, Any] = {}
    if parts.scheme in ("http", "https"):
        aiohttp = _library("aiohttp", address)
        patience = aiohttp.ClientTimeout(total=None, sock_connect=SECONDS, sock_read=SECONDS)
        # The stored bytes, not a compressed form of them.
        options = {"client_kwargs": {"headers": {"Accept-Encoding": "identity"}, "timeout": patience}}
    elif parts.scheme in ("gs", "gcs"):
        # The plain API is enough to read one whole object; the other one first asks for the bucket's layout.
        os.environ.setdefault("GCSFS_EXPERIMENTAL_ZB_HNS_SUPPORT", "false")
    try:
        return fsspec.open(address, "rb", **options).open()
    except ImportError as error:
        raise DataError(f"`{address}` needs a library that is not installed: {error}.", hint=INSTALL) from error


def _library(name: str, address: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise DataError(f"`{address}` needs the extra `remote`, which is not installed.", hint=INSTALL) from error
