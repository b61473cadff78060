"""Calls into the Linux kernel that Python's standard library lacks, by ctypes."""

from __future__ import annotations

import ctypes
import functools
import os
import sys

LINUX = sys.platform == "linux"
DEATH_SIGNAL, DUMPABLE, SET_FILTER, DROP_BOUND, SUBREAPER, NO_NEW_PRIVILEGES = 1, 4, 22, 24, 36, 38
CAPABILITY_VERSION, MORE_THAN_ALL_CAPABILITIES = 0x20080522, 64
SET_CAPABILITIES = {"x86_64": 126, "aarch64": 91}


@functools.cache
def _library() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def call(function: str, *arguments: object) -> int:
    """Calls the C library and returns its answer; raises OSError with the system's reason."""
    plain = [ctypes.c_long(one) if isinstance(one, int) else one for one in arguments]
    answer = int(getattr(_library(), function)(*plain))
    if answer == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"{function}: {os.strerror(number)}")
    return answer


def system_call(name: str, number: int, *arguments: object) -> int:
    """Makes a system call that the C library may lack; raises OSError with its name."""
    try:
        return call("syscall", number, *arguments)
    except OSError as problem:
        raise OSError(problem.errno, f"{name}: {os.strerror(problem.errno or 0)}") from problem


def control(option: int, value: int) -> None:
    """Sets an option of this process (`prctl`)."""
    call("prctl", option, value, 0, 0, 0)


def drop_rights() -> None:
    """Drops every capability, and every way to gain one by running a program."""
    control(NO_NEW_PRIVILEGES, 1)
    for capability in range(MORE_THAN_ALL_CAPABILITIES):
        try:
            control(DROP_BOUND, capability)
        except OSError:
            break  # past the last one, or none may be dropped: the sets below are emptied in any case
    number = SET_CAPABILITIES.get(os.uname().machine)
    if number is not None:
        header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION, 0)
        system_call("capset", number, ctypes.byref(header), ctypes.byref((ctypes.c_uint32 * 6)()))
