"""Pickle: a Python object whose loading can run any code."""

from __future__ import annotations

import contextlib
import importlib
import pickletools
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assay.edges.pickle_scan import PickleScan

SUFFIXES: tuple[str, ...] = (".pkl", ".pickle")
EXECUTES = "arbitrary_code"

_MOST_OPERATIONS, _MOST_TYPES, _MOST_BYTES = 2_000_000, 200, 512 << 20
_MOST_READ = 64 << 20
_NOTE = "Loading it can run any code; the listed names come from a partial reading and do not prove safety."


def inspect(path: str) -> dict[str, Any]:
    """The names that loading would import, as far as a reading without loading can show."""
    if Path(path).stat().st_size > _MOST_BYTES:
        return {"executes": EXECUTES, "types": [], "note": f"{_NOTE} It is too large to be read."}
    with Path(path).open("rb") as file:
        found, whole = _named(file)
    note = _NOTE if whole else f"{_NOTE} The reading stopped before the end."
    return {"executes": EXECUTES, "types": sorted(found)[:_MOST_TYPES], "note": note}


def _named(file: IO[bytes]) -> tuple[set[str], bool]:
    """The imported names as `module.name`, and whether the file could be read to its end."""
    found: set[str] = set()
    texts: list[str] = []
    memory: dict[int, str] = {}
    latest = ""
    try:
        for count, (operation, argument, _) in enumerate(pickletools.genops(file)):
            name = operation.name
            if name == "GLOBAL":
                found.add(str(argument).replace(" ", ".")[:200])
            elif name == "STACK_GLOBAL":
                found.add(".".join(texts[-2:])[:200])
            elif name in ("BINGET", "LONG_BINGET", "GET"):
                texts.append(memory.get(int(str(argument)), "?"))
            elif name == "MEMOIZE":
                memory[len(memory)] = latest
            elif name in ("BINPUT", "LONG_BINPUT", "PUT"):
                memory[int(str(argument))] = latest
            elif isinstance(argument, str):
                texts.append(argument)
            latest = argument if isinstance(argument, str) and name != "GLOBAL" else "?"
            texts = texts[-2:]
            if count > _MOST_OPERATIONS:
                return found, False
    except (ValueError, IndexError, OverflowError, MemoryError):
        return found, False
    return found, True


def names(path: str) -> tuple[str, ...]:
    """The names in the first attribute `feature_names_in_`, as far as a reading without loading can show."""
    from assay.edges.pickled_names import read_names

    with Path(path).open("rb") as file:
        content = file.read(_MOST_READ)
    return read_names(content)


def scan(path: str) -> PickleScan:
    """Everything that loading the file can ask for, read without loading it."""
    from assay.edges.pickle_scan import scan_pickle

    return scan_pickle(path, joblib=False)


def prepare(job: dict[str, Any]) -> None:
    """Imports the modules that the file names, which loading imports as well."""
    for name in inspect(job["artifact"])["types"]:
        with contextlib.suppress(Exception):  # loading tells what cannot be imported
            importlib.import_module(name.rpartition(".")[0])


def load_estimator(job: dict[str, Any]) -> Any:
    """The object in the file."""
    unpickle = importlib.import_module("pickle").load
    with Path(job["artifact"]).open("rb") as file:
        return unpickle(file)
