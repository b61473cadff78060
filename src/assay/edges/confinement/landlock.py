"""Landlock: the kernel's list of what a process may open; whatever is not listed is refused."""

from __future__ import annotations

import ctypes
import errno
import os
import struct
from collections.abc import Iterable
from dataclasses import dataclass

from assay.edges.confinement.kernel import system_call

CREATE, ADD, RESTRICT = 444, 445, 446
ASK_VERSION, BENEATH = 1, 1
LEAST, SIGNALS_SCOPED = 3, 6
EXECUTE, WRITE, READ, LIST, REFER, TRUNCATE, DEVICE, UNIX = (1 << bit for bit in (0, 1, 2, 3, 13, 14, 15, 16))
REMOVE_AND_MAKE = sum(1 << bit for bit in range(4, 13))
MAKE_SPECIAL = sum(1 << bit for bit in (6, 9, 10, 11))
"""Character devices, sockets, pipes and block devices."""
ONLY_FOLDERS = LIST | REMOVE_AND_MAKE | REFER
SINCE = ((1, EXECUTE | WRITE | READ | LIST | REMOVE_AND_MAKE), (2, REFER), (3, TRUNCATE), (5, DEVICE), (9, UNIX))
"""The rights that Landlock knows, by the version (ABI) that brought them."""
NETWORK_SINCE, BIND_AND_CONNECT, ABSTRACT_AND_SIGNAL = 4, 3, 3
GRANTS = {
    "read": READ | LIST,
    "run": READ | LIST | EXECUTE,
    "write": (READ | LIST | WRITE | REMOVE_AND_MAKE | REFER | TRUNCATE) & ~MAKE_SPECIAL,
}


@dataclass(frozen=True)
class Grant:
    """What a path is open for: `read`, `run` (read and execute) or `write` (read and change, never execute)."""

    path: str
    access: str


def version() -> int:
    """The version (ABI) of Landlock that the kernel claims; 0 without Landlock."""
    try:
        return system_call("landlock_create_ruleset", CREATE, None, 0, ASK_VERSION)
    except OSError:
        return 0


def restrict(grants: Iterable[Grant], *, files: bool, least: int) -> int:
    """Restricts this process to some paths, and to no network and no signal to others; returns the accepted ABI.

    Kernels exist that refuse what they claim, so the ABI is lowered until one is accepted. Without `files` only
    signals are restricted. Raises OSError if no ABI of at least `least` is accepted.
    """
    claimed, grants = version(), tuple(grants)
    for abi in range(claimed, least - 1, -1):
        try:
            _apply(grants if files else (), abi, files=files)
        except OSError as problem:
            if problem.errno != errno.EINVAL:
                raise
        else:
            return abi
    raise OSError(errno.ENOSYS, f"Landlock has the version {claimed}; at least {least} is needed")


def _apply(grants: Iterable[Grant], abi: int, *, files: bool) -> None:
    known = sum(rights for since, rights in SINCE if since <= abi)
    network = BIND_AND_CONNECT if abi >= NETWORK_SINCE else 0
    scoped = ABSTRACT_AND_SIGNAL if abi >= SIGNALS_SCOPED else 0
    attributes = struct.pack("=QQQ", known if files else 0, network, scoped)
    rules = system_call("landlock_create_ruleset", CREATE, attributes, len(attributes), 0)
    try:
        for grant in grants:
            _add(rules, grant, known)
        system_call("landlock_restrict_self", RESTRICT, rules, 0)
    finally:
        os.close(rules)


def _add(rules: int, grant: Grant, known: int) -> None:
    try:
        descriptor = os.open(grant.path, os.O_PATH | os.O_CLOEXEC)
    except (FileNotFoundError, PermissionError):
        return  # then the command cannot open it either
    try:
        folder = os.path.isdir(grant.path)  # noqa: PTH112 - the rule is on the descriptor
        rights = GRANTS[grant.access] & known & (~0 if folder else ~ONLY_FOLDERS)
        rule = ctypes.create_string_buffer(struct.pack("=Qi", rights, descriptor))
        system_call("landlock_add_rule", ADD, rules, BENEATH, rule, 0)
    finally:
        os.close(descriptor)
