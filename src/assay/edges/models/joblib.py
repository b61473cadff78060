"""joblib: a pickle with large arrays stored separately; loading it can run any code."""

from __future__ import annotations

import bz2
import contextlib
import gzip
import importlib
import io
import lzma
import pickletools
import re
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assay.edges.pickle_scan import PickleScan

SUFFIXES: tuple[str, ...] = (".joblib",)
EXECUTES = "arbitrary_code"

_MOST_BYTES, _MOST_TYPES, _MOST_OPERATIONS = 16 << 20, 200, 1_000_000
_MOST_DICTIONARY = 128 << 20
_NOTE = "Loading it can run any code; the listed names come from a partial reading and do not prove safety."
_DOTTED = re.compile(rb"[A-Za-z_][A-Za-z0-9_.]{0,99}")


def inspect(path: str) -> dict[str, Any]:
    """The names that loading would import, as far as a reading of the first 16 MiB without loading can show."""
    try:
        content, whole = _unpack(path)
    except (OSError, EOFError, zlib.error, lzma.LZMAError) as problem:
        return {"executes": EXECUTES, "types": [], "note": f"{_NOTE} It could not be unpacked: {problem}."}
    note = _NOTE if whole else f"{_NOTE} Only its beginning was read."
    return {"executes": EXECUTES, "types": sorted(_named(content))[:_MOST_TYPES], "note": note}


def _unpack(path: str) -> tuple[bytes, bool]:
    """The beginning of the file, unpacked by its first bytes, and whether that is all of it."""
    with Path(path).open("rb") as file:
        start = file.read(6)
        file.seek(0)
        if start.startswith(b"\x1f\x8b"):
            content = gzip.GzipFile(fileobj=file).read(_MOST_BYTES + 1)
        elif start.startswith(b"BZh"):
            content = bz2.BZ2File(file).read(_MOST_BYTES + 1)
        elif start.startswith((b"\xfd7zXZ", b"\x5d\x00")):
            content = lzma.LZMADecompressor(memlimit=_MOST_DICTIONARY).decompress(
                file.read(_MOST_BYTES), _MOST_BYTES + 1
            )
        elif start.startswith((b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")):
            content = zlib.decompressobj().decompress(file.read(_MOST_BYTES), _MOST_BYTES + 1)
        else:
            content = file.read(_MOST_BYTES + 1)
    return content[:_MOST_BYTES], len(content) <= _MOST_BYTES


def _named(content: bytes) -> set[str]:
    """The imported names as `module.name`; arrays are between the operations, so reading resumes after each."""
    found: set[str] = set()
    memory: list[str] = []
    file = io.BytesIO(content)
    position = 0
    while 0 <= position < len(content):
        file.seek(position)
        read = position
        try:
            read = _follow(file, found, memory)
        except (ValueError, IndexError, OverflowError, MemoryError):
            read = max(read, file.tell() - 1)
        position = content.find(b"\x8c", read + 1)
    return {name for name in found if _DOTTED.fullmatch(name.encode())}


def _follow(file: io.BytesIO, found: set[str], memory: list[str]) -> int:
    """Reads operations up to a stop and adds the imported names; returns the position of the stop."""
    texts: list[str] = []
    latest, read = "?", 0
    for operation, argument, place in pickletools.genops(file):
        read = place or 0
        if len(texts) + len(memory) > _MOST_OPERATIONS:
            raise ValueError("it has too many operations")
        if operation.name == "GLOBAL":
            found.add(str(argument).replace(" ", ".")[:200])
        elif operation.name == "STACK_GLOBAL":
            found.add(".".join(texts[-2:])[:200])
        elif operation.name == "MEMOIZE":
            memory.append(latest)
        elif operation.name in ("BINGET", "LONG_BINGET"):
            texts.append(memory[int(str(argument))] if int(str(argument)) < len(memory) else "?")
        elif isinstance(argument, str):
            texts.append(argument)
        latest = argument if isinstance(argument, str) else "?"
    return read


def names(path: str) -> tuple[str, ...]:
    """The names in the first attribute `feature_names_in_`, as far as a reading without loading can show."""
    from assay.edges.pickled_names import read_names

    try:
        content, _ = _unpack(path)
    except (OSError, EOFError, zlib.error, lzma.LZMAError):
        return ()
    return read_names(content)


def scan(path: str) -> PickleScan:
    """Everything that loading the file can ask for, read without loading it."""
    from assay.edges.pickle_scan import scan_pickle

    return scan_pickle(path, joblib=True)


def prepare(job: dict[str, Any]) -> None:
    """Imports the modules that the file names, which loading imports as well."""
    importlib.import_module("joblib")
    for name in inspect(job["artifact"])["types"]:
        with contextlib.suppress(Exception):  # loading tells what cannot be imported
            importlib.import_module(name.rpartition(".")[0])


def load_estimator(job: dict[str, Any]) -> Any:
    """The object in the file."""
    return importlib.import_module("joblib").load(job["artifact"])
