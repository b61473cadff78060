"""skops: scikit-learn models in an archive whose types are checked before anything is built."""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import re
import zipfile
from collections.abc import Callable
from typing import Any

SUFFIXES: tuple[str, ...] = (".skops",)
EXECUTES = "known_types"
NAMES_ARE_SURE = True

_SCHEMA = "schema.json"
_MOST_BYTES, _MOST_RATIO, _MOST_ENTRIES, _MOST_TYPES = 64 << 20, 100, 20_000, 200
_MOST_CLASSES_BYTES, _MOST_NESTING = 4 << 20, 20
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
    """The names in the attribute `feature_names_in_` of the model, or of a pipeline's first step; empty without it."""
    try:
        listed = _attribute(_read_schema(path), "feature_names_in_", step=0)
    except (ValueError, OSError):
        return ()
    return tuple(each for each in found if isinstance(each, str)) if (found := _texts(listed)) else ()


def width(path: str) -> int | None:
    """The number in the attribute `n_features_in_` of the model, or of a pipeline's first step; None without it."""
    try:
        found = json.loads(_inside(_attribute(_read_schema(path), "n_features_in_", step=0), "content"))
    except (ValueError, OSError, TypeError):
        return None
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def classes(path: str) -> tuple[str | int | bool, ...]:
    """The classes in the attribute `classes_` of the model, or of a pipeline's last step; empty without it."""
    try:
        listed = _attribute(_read_schema(path), "classes_", step=-1)
        if not isinstance(listed, dict) or listed.get("type") != "numpy":
            return _texts(listed)
        with zipfile.ZipFile(path) as archive, archive.open(str(listed["file"])) as file:
            content = file.read(_MOST_CLASSES_BYTES)
        found = importlib.import_module("numpy").load(io.BytesIO(content), allow_pickle=False).tolist()
    except (ValueError, OSError, KeyError, EOFError, NotImplementedError, RuntimeError, zipfile.BadZipFile):
        return ()
    known = [int(each) if isinstance(each, float) and each.is_integer() else each for each in found]
    return tuple(known) if all(isinstance(each, (str, int)) for each in known) else ()


def _attribute(node: Any, name: str, *, step: int) -> Any:
    """An attribute of the outermost object, or of the first or last step of a pipeline; None without it."""
    for _ in range(_MOST_NESTING):
        content = _inside(node, "content")
        attributes = _inside(content, "content") or content
        if isinstance(attributes, dict) and name in attributes:
            return attributes[name]
        steps = _inside(_inside(attributes, "steps"), "content")
        pair = _inside(steps[step], "content") if isinstance(steps, list) and steps else None
        if not isinstance(pair, list) or not pair:
            return None
        node = pair[-1]
    return None


def _inside(node: Any, name: str) -> Any:
    return node.get(name) if isinstance(node, dict) else None


def _texts(listed: Any) -> tuple[Any, ...]:
    """The values of an array of objects in a schema; empty if there is none."""
    if _inside(listed, "type") != "json":
        return ()
    try:
        found = [json.loads(node["content"]) for node in listed["content"]]
    except (TypeError, KeyError, ValueError):
        return ()
    return tuple(found) if all(isinstance(each, (str, int)) for each in found) else ()


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
