"""skops: scikit-learn models in an archive whose types are checked before anything is built."""

from __future__ import annotations

import contextlib
import importlib
import json
import re
import zipfile
from collections.abc import Callable
from typing import Any

SUFFIXES: tuple[str, ...] = (".skops",)
EXECUTES = "known_types"

_SCHEMA = "schema.json"
_MOST_BYTES, _MOST_RATIO, _MOST_ENTRIES, _MOST_TYPES = 64 << 20, 100, 20_000, 200
# Plain descriptions of numbers that nearly every model contains, although skops asks about them.
_AGREED_TYPES = ("numpy.dtype",)
_KNOWN_PACKAGES = ("sklearn.", "numpy.", "scipy.")
_KNOWN_MODULE = re.compile(rb'"__module__": ?"((?:sklearn|numpy|scipy)\.[A-Za-z0-9_.]{1,100})"')
_KNOWN_TYPES = frozenset(
    f"builtins.{name}"
    for name in (
        *("NoneType", "bool", "bytearray", "bytes", "complex", "dict", "float"),
        *("frozenset", "int", "list", "set", "slice", "str", "tuple"),
    )
) | {"collections.OrderedDict", "collections.defaultdict"}


def inspect(path: str) -> dict[str, Any]:
    """What loading the file would build, read from its schema; nothing is loaded.

    Raises ValueError with a sentence for a file that is not a skops archive or is too large to read safely.
    """
    found = sorted(_named(_read_schema(path)))
    unknown = [name for name in found if name not in _KNOWN_TYPES and not name.startswith(_KNOWN_PACKAGES)]
    listed = unknown or found
    note = f"{len(unknown)} types are not of scikit-learn, NumPy or SciPy." if unknown else "All types are well known."
    executes = "unknown_types" if unknown else "known_types"
    return {"executes": executes, "types": listed[:_MOST_TYPES], "note": note}


def _read_schema(path: str, parse: Callable[[bytes], Any] = json.loads) -> Any:
    """The archive's schema, parsed, within limits on size, ratio and number of entries."""
    try:
        with zipfile.ZipFile(path) as archive, archive.open(_find_schema(archive)) as file:
            return parse(file.read(_MOST_BYTES))
    except (zipfile.BadZipFile, ValueError, RecursionError, NotImplementedError, RuntimeError, EOFError) as problem:
        raise ValueError(f"The file is not a skops archive that can be read safely: {problem}.") from problem


def _find_schema(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    """The archive's only schema, if its size is allowed."""
    entries = archive.infolist()
    schemas = [entry for entry in entries if entry.filename == _SCHEMA]
    if len(schemas) != 1 or len(entries) > _MOST_ENTRIES:
        raise ValueError(f"it has {len(schemas)} schemas among {len(entries)} entries; expected one schema")
    size, packed = schemas[0].file_size, schemas[0].compress_size
    if size > _MOST_BYTES or size > _MOST_RATIO * max(packed, 1):
        raise ValueError(f"its schema unpacks to {size:,} bytes from {packed:,}")
    return schemas[0]


def _named(schema: Any) -> set[str]:
    """The types a schema names, as `module.class`."""
    found: set[str] = set()
    waiting = [schema]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            if "__class__" in node:
                found.add(f"{node.get('__module__')}.{node['__class__']}"[:200])
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)
    return found


def names(path: str) -> tuple[str, ...]:
    """The names in the outermost attribute `feature_names_in_`; empty if there is none."""
    try:
        nodes = [_read_schema(path)]
    except (ValueError, OSError):
        return ()
    while nodes:
        for node in nodes:
            listed = node.get("feature_names_in_") if isinstance(node, dict) else None
            if isinstance(listed, dict) and listed.get("type") == "json":
                return _texts(listed.get("content"))
        inner = (node.values() if isinstance(node, dict) else node if isinstance(node, list) else () for node in nodes)
        nodes = [each for every in inner for each in every]
    return ()


def _texts(nodes: Any) -> tuple[str, ...]:
    """The texts that an array of objects in a schema holds; empty unless it holds nothing else."""
    try:
        found = [json.loads(node["content"]) for node in nodes]
    except (TypeError, KeyError, ValueError):
        return ()
    return tuple(found) if all(isinstance(each, str) for each in found) else ()


def refused(path: str) -> tuple[str, ...]:
    """The types that skops does not trust of itself; nothing is built. Empty without skops."""
    try:
        inspect(path)
        found = importlib.import_module("skops.io").get_untrusted_types(file=path)
    except Exception:  # noqa: BLE001 - skops raises what a hostile schema makes it raise
        return ()
    return tuple(sorted(each for each in found if each not in _AGREED_TYPES))


def prepare(job: dict[str, Any]) -> None:
    """Imports skops, and the modules of those types in the file that are well known or that the manifest names."""
    importlib.import_module("skops.io")
    known = {match[1].decode() for match in _read_schema(job["artifact"], _KNOWN_MODULE.finditer)}
    for name in (*sorted(known), *(each.rpartition(".")[0] for each in job["trusted_types"])):
        with contextlib.suppress(ImportError, ValueError):  # loading tells what cannot be imported
            importlib.import_module(name)


def load_estimator(job: dict[str, Any]) -> Any:
    """The model; only types that skops knows, types agreed to above, and types that the manifest names are built."""
    skops_io, exceptions = importlib.import_module("skops.io"), importlib.import_module("skops.io.exceptions")
    try:
        return skops_io.load(job["artifact"], trusted=[*_AGREED_TYPES, *job["trusted_types"]])
    except exceptions.UntrustedTypesFoundException as refusal:
        names = str(refusal).partition("]")[0].partition("[")[2] or str(refusal)
        raise ValueError(
            f"The skops file contains types that are not trusted: {names}. "
            "Check each of them, then list it under `model.artifact.trusted_types`."
        ) from None
