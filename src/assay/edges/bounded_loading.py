"""Bounds what loading a model takes: runs in the model's process, with the standard library of Python 3.8 only."""

from __future__ import annotations

import contextlib
import re
import sys
from pathlib import Path
from typing import Any, Iterator  # noqa: UP035 - Python 3.8

try:
    import resource
except ImportError:  # not on Windows
    resource = None  # type: ignore[assignment]

UNALLOCATED = re.compile(r"bad_?\s?alloc|[Ff]ailed to allocate|error return without exception set")
"""How libraries in C and C++ say that there is no memory; some lose the words on their way."""


@contextlib.contextmanager
def bounded(limits: dict[str, Any] | None, marker: Path) -> Iterator[None]:
    """Bounds memory and processor time beyond what the process took so far.

    The file `marker` lies there meanwhile, and after an error; the system kills a process that uses up its time.
    """
    if limits is None or resource is None:
        yield
        return
    before = {kind: resource.getrlimit(kind) for kind in (resource.RLIMIT_DATA, resource.RLIMIT_CPU)}
    wanted = {resource.RLIMIT_DATA: data_bytes() + limits["bytes"]}
    if limits["seconds"] is not None:
        used = resource.getrusage(resource.RUSAGE_SELF)
        wanted[resource.RLIMIT_CPU] = int(used.ru_utime + used.ru_stime + limits["seconds"]) + 1
    marker.write_bytes(b"")
    try:
        for kind, most in wanted.items():
            soft, hard = before[kind]
            resource.setrlimit(kind, (most if soft == resource.RLIM_INFINITY else min(soft, most), hard))
        yield
    except Exception as problem:
        if not out_of_memory(problem):
            raise
        raise MemoryError(str(problem)) from None
    finally:
        for kind, limit in before.items():
            resource.setrlimit(kind, limit)
    marker.unlink()


@contextlib.contextmanager
def only_asked(names: list[str] | None) -> Iterator[None]:
    """Lets unpickling ask for names that were read from the file, and for no others; for any if `names` is None."""
    active = names is not None

    def refuse(event: str, arguments: tuple[Any, ...]) -> None:
        if active and event == "pickle.find_class" and " ".join(map(str, arguments)) not in (names or ()):
            name = ".".join(map(str, arguments))
            raise ValueError(f"Loading the file asks for `{name}`, which reading it did not show.")

    sys.addaudithook(refuse)
    try:
        yield
    finally:
        active = False


def data_bytes() -> int:
    """The private memory that may be written, as the system counts it for a limit; 0 where it does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5])
    except OSError:
        return 0
    return pages * resource.getpagesize()


def out_of_memory(problem: BaseException) -> bool:
    """Whether an error says that there is no memory."""
    return isinstance(problem, MemoryError) or UNALLOCATED.search(str(problem)) is not None


def prove(predict: Any, row: Any) -> None:
    """Asks for one row; raises only if there was no memory, for what else can fail is told when all rows are asked."""
    try:
        predict(row)
    except Exception as problem:
        if out_of_memory(problem):
            raise
