"""The filter of system calls (seccomp): no socket, no look at other processes, no mount, no new namespace."""

from __future__ import annotations

import ctypes
import errno
import os
import struct
from collections.abc import Iterable

from assay.edges.confinement import system_calls
from assay.edges.confinement.kernel import SET_FILTER, call
from assay.edges.confinement.system_calls import Numbers

LOAD, MASK, RETURN = 0x20, 0x54, 0x06
EQUAL, ABOVE, ANY_BIT = 0x15, 0x25, 0x45
CALL_NUMBER, ARCHITECTURE, FIRST_ARGUMENT, HIGH = 0, 4, 16, 4
KILL, FAIL, ALLOW = 0x80000000, 0x00050000, 0x7FFF0000
MODE_FILTER, OTHER_ABI = 2, 0x40000000
NEW_NAMESPACES = 0x7E020000
UNIX, STREAM, KIND = 1, 1, 0xF
HIDE_FROM_WATCHER, ALLOW_TRACER, CHANGE_MAP = 4, 0x59616D61, 35

Instruction = tuple[int, int, int, int]


class _Program(ctypes.Structure):
    """The kernel's `struct sock_fprog`."""

    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def restrict(*, signals_to_itself: bool) -> None:
    """Filters this process's system calls from now on; raises OSError if the system refuses.

    With `signals_to_itself` it may send signals only to itself, where nothing else keeps others safe.
    """
    content = b"".join(struct.pack("=HBBI", *each) for each in instructions(signals_to_itself=signals_to_itself))
    program = _Program(length=len(content) // 8, filter=content)
    call("prctl", SET_FILTER, MODE_FILTER, ctypes.byref(program), 0, 0)


def instructions(*, signals_to_itself: bool) -> list[Instruction]:
    """The filter for this machine and process; raises OSError on a machine whose calls are not known."""
    machine = os.uname().machine
    if machine not in system_calls.MACHINES:
        raise OSError(errno.ENOSYS, f"no filter is known for the machine {machine}")
    place, architecture = system_calls.MACHINES[machine]
    found: list[Instruction] = [
        (LOAD, 0, 0, ARCHITECTURE),
        (EQUAL, 1, 0, architecture),
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, CALL_NUMBER),
        (ABOVE, 0, 3, system_calls.LAST_KNOWN),
        (ABOVE, 0, 1, OTHER_ABI - 1),
        (RETURN, 0, 0, FAIL | errno.EPERM),
        (RETURN, 0, 0, FAIL | errno.ENOSYS),
    ]
    for numbers, body in _bodies(os.getpid(), signals_to_itself=signals_to_itself):
        number = numbers[place]
        if number is not None:
            found += [(EQUAL, 0, len(body), number), *body]
    return [*found, (RETURN, 0, 0, ALLOW)]


def _bodies(process: int, *, signals_to_itself: bool) -> Iterable[tuple[Numbers, list[Instruction]]]:
    groups = (
        (system_calls.REFUSED, errno.EPERM),
        (system_calls.ABSENT, errno.ENOSYS),
        (system_calls.UNSUPPORTED, errno.EOPNOTSUPP),
        (system_calls.PRETENDED, 0),
    )
    for calls, code in groups:
        for numbers in calls.values():
            yield numbers, [(RETURN, 0, 0, FAIL | code)]
    refuse_or_allow = [(RETURN, 0, 0, FAIL | errno.EPERM), (RETURN, 0, 0, ALLOW)]
    yield system_calls.CLONE, [_argument(0), (ANY_BIT, 0, 1, NEW_NAMESPACES), *refuse_or_allow]
    yield (
        system_calls.CONTROL,
        [
            _argument(0),
            (EQUAL, 2, 0, HIDE_FROM_WATCHER),
            (EQUAL, 1, 0, ALLOW_TRACER),
            (EQUAL, 0, 1, CHANGE_MAP),
            *refuse_or_allow,
        ],
    )
    yield system_calls.SEND_TO, [_argument(4), (EQUAL, 0, 2, 0), _argument(4, HIGH), (EQUAL, 1, 0, 0), *refuse_or_allow]
    # asyncio needs a pair of streams; a pair of datagram sockets could send to any socket file.
    yield (
        system_calls.SOCKET_PAIR,
        [
            _argument(0),
            (EQUAL, 0, 3, UNIX),
            _argument(1),
            (MASK, 0, 0, KIND),
            (EQUAL, 1, 0, STREAM),
            *refuse_or_allow,
        ],
    )
    own = [_argument(0), (EQUAL, 2, 0, 0), (EQUAL, 1, 0, process), *refuse_or_allow]
    for numbers in (
        *system_calls.OF_ONE_PROCESS.values(),
        *(system_calls.SIGNALS.values() if signals_to_itself else ()),
    ):
        yield numbers, own


def _argument(index: int, half: int = 0) -> Instruction:
    return (LOAD, 0, 0, FIRST_ARGUMENT + 8 * index + half)
