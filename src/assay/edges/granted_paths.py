"""What a shut-in command may open: its interpreter, its libraries, and what is named; nothing else."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from assay.errors import ModelError

Access = Literal["read", "run", "write"]
MOST_LINKS = 40
SYSTEM_PREFIXES = (Path("/"), Path("/usr"))
LIBRARIES = tuple(map(Path, ("/usr/lib", "/usr/lib32", "/usr/lib64", "/lib", "/lib32", "/lib64", "/nix/store")))
FACTS_OF_THE_SYSTEM = (
    *map(Path, ("/usr/share/zoneinfo", "/etc/alternatives", "/etc/ld.so.cache")),
    *map(Path, ("/sys/fs/cgroup", "/sys/devices/system/cpu")),
)
DEVICES: tuple[tuple[Path, Access], ...] = (
    (Path("/dev/null"), "write"),
    (Path("/dev/zero"), "read"),
    (Path("/dev/urandom"), "read"),
)
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - it is granted, not used


@dataclass(frozen=True)
class GrantedPaths:
    """The real paths that are granted, each with its access, and the links that lead to them as (path, target)."""

    grants: tuple[tuple[str, Access], ...]
    links: tuple[tuple[str, str], ...]


def grant_paths(
    interpreter: Path, readable: Sequence[Path], writable: Path, hidden: Iterable[Path] = ()
) -> GrantedPaths:
    """The paths that a command of an interpreter may open; raises ModelError if a hidden path lies beneath one."""
    wanted: list[tuple[Path, Access]] = [(path, "run") for path in (*LIBRARIES, *interpreter_paths(interpreter))]
    wanted += [(path, "read") for path in (*FACTS_OF_THE_SYSTEM, *readable)]
    wanted += [*DEVICES, (writable, "write")]
    if _is_empty(SHARED_MEMORY):  # without namespaces, others' shared memory is the command's too
        wanted.append((SHARED_MEMORY, "write"))
    grants: dict[str, Access] = {}
    links: dict[str, str] = {}
    for path, access in wanted:
        if os.path.lexists(path):
            real, passed = follow_links(path.absolute())
            if os.path.lexists(real):
                grants.setdefault(str(real), access)
            links |= passed
    _require_hidden(hidden, [Path(path) for path in grants])
    beneath = tuple(f"{path}/" for path in grants)
    return GrantedPaths(
        grants=tuple(grants.items()),
        links=tuple(each for each in links.items() if not each[0].startswith(beneath)),
    )


def interpreter_paths(interpreter: Path) -> list[Path]:
    """A Python interpreter's file and the folders of its libraries, found without running it.

    A folder is one only if it holds a virtual environment or an installation of Python.
    """
    found: dict[Path, None] = {}
    waiting = [Path(os.path.normpath(interpreter.absolute()))]
    for place in waiting:
        if place in found or len(found) > MOST_LINKS:
            continue
        found[place] = None
        if place.is_symlink():
            waiting.append(Path(os.path.normpath(place.parent / place.readlink())))
        prefix = place.parent.parent
        configuration = prefix / "pyvenv.cfg"
        if configuration.is_file():
            waiting += [Path(home) / place.name for home in _homes(configuration)]
    paths = dict(found)
    for prefix in {place.parent.parent for place in found}:
        paths |= dict.fromkeys(_libraries_of(prefix))
    return list(paths)


def follow_links(path: Path) -> tuple[Path, dict[str, str]]:
    """A path without links, and the links that lead there; the path as far as it goes where it leads nowhere."""
    real, waiting, links, passed = Path("/"), list(path.parts[1:]), dict[str, str](), 0
    while waiting:
        part = waiting.pop(0)
        if part == "..":
            real = real.parent
            continue
        step = real / part
        if step.is_symlink() and passed < MOST_LINKS:
            passed += 1
            target = step.readlink()
            links[str(step)] = str(target)
            waiting = [*(target.parts[1:] if target.is_absolute() else target.parts), *waiting]
            real = Path("/") if target.is_absolute() else real
        else:
            real = step
    return real, links


def _libraries_of(prefix: Path) -> Iterator[Path]:
    if prefix in SYSTEM_PREFIXES:
        yield from sorted(Path("/usr/local/lib").glob("python3*"))
        return
    environment = prefix / "pyvenv.cfg"
    installed = environment.is_file() or any(prefix.glob("lib*/python3*/os.py"))
    if installed:
        yield from (prefix / "lib", prefix / "lib64", prefix / "share/zoneinfo", environment)


def _homes(configuration: Path) -> Iterator[str]:
    """The folders of interpreters that an environment's configuration names."""
    try:
        lines = configuration.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return
    for line in lines[:100]:
        name, _, value = line.partition("=")
        if name.strip() == "home" and Path(value.strip()).is_absolute():
            yield value.strip()


def _is_empty(folder: Path) -> bool:
    try:
        return not any(folder.iterdir())
    except OSError:
        return False


def _require_hidden(hidden: Iterable[Path], granted: Sequence[Path]) -> None:
    for path in sorted({path.absolute() for path in hidden} | {path.resolve() for path in hidden}):
        inside = next((each for each in granted if path.is_relative_to(each)), None)
        if inside is not None:
            raise ModelError(
                f"`{path}` must be hidden from the model, but lies in `{inside}`, which the model needs.",
                hint="Keep data, dossier and `.git` outside the folders of the model's code and interpreter.",
            )
