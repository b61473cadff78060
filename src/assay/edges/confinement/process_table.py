"""What the processes beneath one process are and use, as `/proc` has it."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

PAGE = os.sysconf("SC_PAGE_SIZE")


def children(parent: int) -> list[int]:
    """The child processes of a process, including orphans that it adopted; empty without `/proc`."""
    return [child for child, of in _parents().items() if of == parent]


def descendants(root: int) -> list[int]:
    """All processes beneath a process; empty without `/proc`."""
    beneath: dict[int, list[int]] = {}
    for child, parent in _parents().items():
        beneath.setdefault(parent, []).append(child)
    found = list(beneath.get(root, ()))
    for process in found:
        found += beneath.get(process, ())
    return found


def memory(process: int) -> int:
    """The bytes of memory of a process; of what it shares with others, its part.

    A process that lets nobody look counts whole, shared or not; one that is gone counts nothing.
    """
    with contextlib.suppress(OSError, ValueError, IndexError):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    with contextlib.suppress(OSError, ValueError, IndexError):
        return int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1]) * PAGE
    return 0


def tasks_of_user(user: int) -> int:
    """The number of threads of a user's processes."""
    found = 0
    for name in _numbers():
        entry = Path("/proc", name)
        with contextlib.suppress(OSError):
            if entry.stat().st_uid == user:
                found += sum(1 for _ in (entry / "task").iterdir())
    return found


def _parents() -> dict[int, int]:
    parents = {}
    for name in _numbers():
        # A process can be gone between its listing and this look; then opening or reading says so.
        with contextlib.suppress(OSError, ValueError, IndexError):
            content = Path(f"/proc/{name}/stat").read_text(errors="replace")
            parents[int(name)] = int(content.rpartition(")")[2].split()[1])
    return parents


def _numbers() -> list[str]:
    with contextlib.suppress(OSError):
        return [entry.name for entry in Path("/proc").iterdir() if entry.name.isdecimal()]
    return []
