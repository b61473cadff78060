"""The arrays of a joblib file: their numbers follow the object that describes them, between the operations."""

from __future__ import annotations

import math
import re
from typing import Any

from assay.edges.pickle_machine import PickleMachine
from assay.edges.pickle_source import UnreadableError
from assay.edges.pickle_stack import WRAPPER
from assay.edges.pickle_values import Made, Mapping, Name

TYPE, ARRAY = "numpy.dtype", "numpy.ndarray"
_KEYS = {"subclass", "shape", "order", "dtype", "allow_mmap"}
_ALIGNMENT = "numpy_array_alignment_bytes"
_KIND = re.compile(r"([biufcSUVOmM])([0-9]{1,9})")
_POINTERS, _PARTS, _NESTING = 0x07, 8, 8
"""Flags of NumPy for values that are references to objects; the parts of a type's state."""


def settle(machine: PickleMachine) -> None:
    """Checks an object that got its state, and passes over the numbers of an array of joblib."""
    made = machine.stack[-1]
    if made.name == TYPE:
        item_bytes(made)
    elif made.name == str(WRAPPER):
        _pass_over(machine, made)
        machine.stack[-1] = Made(ARRAY)


def settle_plain(machine: PickleMachine) -> None:
    """The same for a pickle that joblib does not read, or that lies within an array."""
    made = machine.stack[-1]
    if made.name == TYPE:
        item_bytes(made)


def item_bytes(made: Any, nesting: int = 0) -> int | None:
    """The bytes of a value of a NumPy type, None for objects; raises UnreadableError for a type that is none."""
    if not isinstance(made, Made) or made.name != TYPE or not made.arguments or nesting > _NESTING:
        raise UnreadableError("It describes an array whose type cannot be settled.")
    written = made.arguments[0]
    found = _KIND.fullmatch(written) if isinstance(written, str) else None
    if found is None:
        raise UnreadableError("It describes an array whose type cannot be settled.")
    kind, size = found[1], int(found[2]) * (4 if found[1] == "U" else 1)
    # A type can be a part of others many times over, and theirs again.
    if made.state is not made.settled:
        _require_honest(made.state, kind, size, nesting)
        made.settled = made.state
    return None if kind == "O" else size


def _require_honest(state: Any, kind: str, size: int, nesting: int) -> None:
    """Raises UnreadableError for the state of a type that takes numbers for references to objects."""
    if not isinstance(state, tuple) or len(state) < _PARTS:
        raise UnreadableError("It describes an array whose type cannot be settled.")
    _, _, shape, names, fields, size_told, _, flags = state[:_PARTS]
    honest = shape is None and size_told in (-1, size) and isinstance(flags, int)
    if honest and fields is not None:
        honest = kind == "V" and isinstance(fields, Mapping) and fields.whole
        for each in fields.values.values() if honest else ():
            honest = honest and isinstance(each, tuple) and len(each) > 1 and _fits(each, size, nesting)
        if isinstance(fields, Mapping):
            fields.sealed = True  # NumPy keeps the dictionary itself
    elif honest:
        honest = names is None
    if not honest or (kind != "O" and flags & _POINTERS):
        raise UnreadableError("It describes an array of values that are references to objects.")


def _fits(part: tuple[Any, ...], size: int, nesting: int) -> bool:
    """Whether a field holds no objects and lies within its row."""
    bytes_, offset = item_bytes(part[0], nesting + 1), part[1]
    return bytes_ is not None and isinstance(offset, int) and 0 <= offset <= size - bytes_


def _pass_over(machine: PickleMachine, made: Made) -> None:
    state = made.state
    if not isinstance(state, Mapping) or not state.whole or set(state.values) - {_ALIGNMENT} != _KEYS:
        raise UnreadableError("It describes an array as joblib does not.")
    told = state.values
    shape, subclass, alignment = told["shape"], told["subclass"], told.get(_ALIGNMENT)
    lengths = isinstance(shape, tuple) and all(type(each) is int and each >= 0 for each in shape)
    if not lengths or not isinstance(subclass, Name) or str(subclass) != ARRAY or told["order"] not in ("C", "F"):
        raise UnreadableError("It describes an array as joblib does not.")
    if alignment is not None and (type(alignment) is not int or not 0 < alignment < 256):  # noqa: PLR2004 - one byte
        raise UnreadableError("It describes an array as joblib does not.")
    size = item_bytes(told["dtype"])
    if not machine.outside_frames():
        raise UnreadableError("An array lies within a frame.")
    if size is None:
        nested = PickleMachine(machine.source, settle_plain)
        nested.run()
        machine.include(nested)
    elif size == 0:
        raise UnreadableError("It describes an array of values without bytes.")
    else:
        if alignment is not None:
            machine.source.skip(int.from_bytes(machine.source.read(1) or b"\0", "little"))
        machine.source.skip(math.prod(shape) * size)
