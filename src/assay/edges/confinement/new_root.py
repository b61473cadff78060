"""A root folder of its own for a shut-in command: it holds what the command may open, and nothing else exists."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Sequence
from pathlib import Path

from assay.edges.confinement.kernel import call, system_call
from assay.edges.confinement.landlock import Grant

NEW_MOUNTS, NEW_HOST_NAME, NEW_IPC, NEW_USERS, NEW_PROCESSES, NEW_NETWORK = (
    *(0x00020000, 0x04000000, 0x08000000),
    *(0x10000000, 0x20000000, 0x40000000),
)
NAMESPACES = ("user", "mount", "pid", "net", "ipc", "uts")
NO_SET_ID, NO_DEVICES, NO_PROGRAMS = 2, 4, 8
BIND, RECURSIVELY, PRIVATE, DETACH = 0x1000, 0x4000, 0x40000, 2
CHANGE_MOUNT, HERE, WHOLE_TREE, READ_ONLY = 442, -100, 0x8000, 1
SHARED_MEMORY = "/dev/shm"  # noqa: S108 - a new one
PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}


class _MountAttributes(ctypes.Structure):
    """The kernel's `struct mount_attr`."""

    _fields_ = (
        ("attr_set", ctypes.c_uint64),
        ("attr_clr", ctypes.c_uint64),
        ("propagation", ctypes.c_uint64),
        ("userns_fd", ctypes.c_uint64),
    )


def enter_namespaces() -> None:
    """Moves this process into namespaces of its own, as the same user; its next child is their first process."""
    user, group = os.geteuid(), os.getegid()
    call("unshare", NEW_USERS | NEW_PROCESSES | NEW_NETWORK | NEW_IPC | NEW_HOST_NAME)
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1", encoding="ascii")
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1", encoding="ascii")
    call("sethostname", b"localhost", len(b"localhost"))


def enter(root: str, grants: Sequence[Grant], links: Sequence[tuple[str, str]]) -> None:
    """Makes an empty folder the root, with the granted paths, their links, and its own `/proc` and `/dev/shm`.

    Needs Linux 5.12 and a process that is the first of its namespaces. Granted paths are without links.
    """
    call("unshare", NEW_MOUNTS)
    call("mount", b"none", b"/", None, RECURSIVELY | PRIVATE, None)
    call("mount", b"none", root.encode(), b"tmpfs", 0, b"size=4m,mode=0755")
    for mounted_on in ("/proc", SHARED_MEMORY):
        Path(root + mounted_on).mkdir(parents=True)
    for path, target in links:
        _make_parents(root + path)
        if not os.path.lexists(root + path):
            Path(root + path).symlink_to(target)
    bound: list[str] = []
    for grant in sorted(grants, key=lambda each: len(each.path)):
        _bind(root, grant.path, bound)
    _change(root, READ_ONLY | NO_SET_ID, 0, WHOLE_TREE)
    for grant in grants:
        if grant.access == "write" and grant.path in bound and Path(grant.path).is_dir():
            _change(root + grant.path, NO_SET_ID | NO_DEVICES | NO_PROGRAMS, READ_ONLY, 0)
    call("mount", b"none", (root + SHARED_MEMORY).encode(), b"tmpfs", 0, b"size=64m,mode=1777")
    call("mount", b"proc", f"{root}/proc".encode(), b"proc", READ_ONLY | NO_SET_ID | NO_DEVICES | NO_PROGRAMS, None)
    os.chdir(root)
    system_call("pivot_root", PIVOT_ROOT[os.uname().machine], b".", b".")
    call("umount2", b".", DETACH)
    os.chdir("/")


def _bind(root: str, path: str, bound: list[str]) -> None:
    beneath = any(path == other or path.startswith(other + "/") for other in bound)
    if f"{path}/".startswith("/proc/") or path == SHARED_MEMORY or not os.path.exists(path):  # noqa: PTH110 - granted as text
        return
    place = Path(root + path)
    if not beneath:  # else it is there already, and nothing may be made in what is bound
        _make_parents(str(place))
        if Path(path).is_dir():
            place.mkdir(exist_ok=True)
        else:
            place.touch()
    call("mount", path.encode(), str(place).encode(), None, BIND | RECURSIVELY, None)
    bound.append(path)


def _make_parents(path: str) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)


def _change(path: str, to_set: int, to_clear: int, flags: int) -> None:
    change = _MountAttributes(attr_set=to_set, attr_clr=to_clear)
    system_call("mount_setattr", CHANGE_MOUNT, HERE, path.encode(), flags, ctypes.byref(change), ctypes.sizeof(change))
