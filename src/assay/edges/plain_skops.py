"""A skops file without what differs by run: addresses in memory and clock times. The model in it stays the same."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

from assay.errors import DataError

SCHEMA = "schema.json"
MOST_BYTES, MOST_RATIO, MOST_ENTRIES = 4 << 30, 1_000, 100_000
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
_RIGHTS = 0o100644 << 16
_UNIX = 3


def normalise_skops(content: bytes) -> bytes:
    """The same model as a file that every run writes alike.

    Objects are numbered in the order of the schema, arrays are named by these numbers, and entries are stored
    uncompressed with the first day that an archive can name. Raises DataError for a file that is not a skops archive.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _refuse_large(archive, len(content))
            files = {name: archive.read(name) for name in archive.namelist()}
        schema = json.loads(files.pop(SCHEMA))
        numbers: dict[Any, int] = {}
        names: dict[str, str] = {}
        _renumber(schema, numbers, names)
    except (zipfile.BadZipFile, ValueError, KeyError, NotImplementedError, RuntimeError, EOFError) as problem:
        raise DataError(f"This is not a skops file: {problem}.", hint="Write it with `skops.io.dump`.") from problem
    except RecursionError as problem:
        raise DataError("The schema of the skops file is nested too deeply.", hint="") from problem
    renamed = {names[name]: files[name] for name in names if name in files}
    if len(renamed) != len(files):
        raise DataError("The skops file contains files that its schema does not name, or names one twice.", hint="")
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_STORED) as archive:
        for name, each in (*sorted(renamed.items()), (SCHEMA, json.dumps(schema, indent=2).encode())):
            entry = zipfile.ZipInfo(name, _FIRST_DAY)
            entry.create_system, entry.external_attr = _UNIX, _RIGHTS
            archive.writestr(entry, each)
    return written.getvalue()


def _refuse_large(archive: zipfile.ZipFile, size: int) -> None:
    entries = archive.infolist()
    unpacked = sum(each.file_size for each in entries)
    if len(entries) > MOST_ENTRIES or unpacked > MOST_BYTES or unpacked > MOST_RATIO * size:
        raise ValueError(f"it unpacks to {len(entries):,} files of {unpacked:,} bytes")
    if len({each.filename for each in entries}) < len(entries):
        raise ValueError("it contains a file twice")


def _renumber(node: Any, numbers: dict[Any, int], names: dict[str, str]) -> None:
    """Gives each object its place in the schema as its number, and its array a name by that number."""
    if isinstance(node, list):
        for each in node:
            _renumber(each, numbers, names)
        return
    if not isinstance(node, dict):
        return
    if "__loader__" in node and "__id__" in node:
        if type(node["__id__"]) is not int:
            raise ValueError("an object in it has no number")
        number = numbers.setdefault(node["__id__"], len(numbers) + 1)
        node["__id__"] = number
        if isinstance(node.get("file"), str):
            _, dot, ending = node["file"].rpartition(".")
            node["file"] = names.setdefault(node["file"], f"{number:06d}{dot}{ending}")
    for each in node.values():
        _renumber(each, numbers, names)
