"""Portable inputs: documents that every engine reads alike."""

from __future__ import annotations

import json
import math
from decimal import Decimal
from typing import Any

from assay.errors import EngineError

MAX_BYTES, MAX_DEPTH, MAX_DIGITS = 32 * 1024 * 1024, 64, 15
MAX_NODES = 2_000_000
MAX_NUMBER = 1e15
Place = tuple["Place | None", str | int]
"""The place of a value: the place of its container, and its key there."""
_HINT = "Fix the manifest, or the check that measured this: numbers must be finite and have at most 15 digits."


class InputGuard:
    """Refuses unsafe inputs of one batch, and looks at what several inputs share once."""

    def __init__(self) -> None:
        self._sizes: dict[tuple[object, ...], int | None] = {}

    def refuse(self, document: dict[str, Any]) -> None:
        """Raises EngineError for an input that engines might read differently, with the place and what was expected.

        The input must live as long as the guard.
        """
        if not self._is_safe(document):
            refuse_unsafe_input(document)

    def _is_safe(self, document: dict[str, Any]) -> bool:
        """Whether the parts alone show that an input is safe; if not, it must be looked at as a whole."""
        total = 0
        for key, value in document.items():
            names, parts = ((key, *value), value.values()) if isinstance(value, dict) else ((key,), (value,))
            if not all(isinstance(name, str) for name in names):
                return False
            sizes = [self._size(part) for part in (*names, *parts)]
            if None in sizes:
                return False
            total += sum(size or 0 for size in sizes)
        # Each value takes at least a byte, so so few bytes have no more values than are allowed.
        return total <= MAX_NODES

    def _size(self, part: Any) -> int | None:
        """The bytes of a part as JSON; None if it is not safe two levels deep, or may be too large."""
        # An object has one place while it lives; another of the same value may not be safe (`True` and `1`).
        key = (id(part),) if isinstance(part, dict | list | tuple) else (type(part), part)
        if key not in self._sizes:
            self._sizes[key] = None if find_unsafe([[part]]) else len(json.dumps(part))
        return self._sizes[key]


def refuse_unsafe_input(document: Any) -> None:
    """Raises EngineError for an input that engines might read differently, with the place and what was expected."""
    found = find_unsafe(document) or _find_oversize(document)
    if found:
        raise EngineError(f"Assay refused the input before any engine saw it: {found}", hint=_HINT)


def find_unsafe(document: Any) -> str | None:
    """Why no engine may see a JSON document, with a JSON pointer to the place; None if one may."""
    pending: list[tuple[Place | None, Any, int]] = [(None, document, 1)]
    nodes = 0
    while pending:
        place, value, depth = pending.pop()
        nodes += 1
        if nodes + len(pending) > MAX_NODES:
            return f"it has more than {MAX_NODES:,} values."
        if depth > MAX_DEPTH:
            return f"{_pointer(place)[:200]} is deeper than {MAX_DEPTH} levels."
        if isinstance(value, dict):
            for key in value:
                if not isinstance(key, str) or not _is_text(key):
                    return f"{_pointer(place) or '/'} has the key {key!r}, which is not text."
            pending += [((place, key), item, depth + 1) for key, item in value.items()]
        elif isinstance(value, (list, tuple)):
            pending += [((place, index), item, depth + 1) for index, item in enumerate(value)]
        elif (wrong := _wrong_scalar(value)) is not None:
            return f"{_pointer(place) or '/'} {wrong}"
    return None


def _pointer(place: Place | None) -> str:
    """The JSON pointer to a place, built only for a message."""
    keys: list[str] = []
    while place is not None:
        place, key = place
        keys.append(str(key).replace("~", "~0").replace("/", "~1"))
    return "".join(f"/{key}" for key in reversed(keys))


def _wrong_scalar(value: Any) -> str | None:
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, str):
        return (
            None if _is_text(value) else "is text with half a character (a lone surrogate), expected whole characters."
        )
    if not isinstance(value, (int, float)):
        return f"is a {type(value).__name__}, which JSON does not have."
    return _wrong_number(value)


def _wrong_number(value: float) -> str | None:
    if isinstance(value, int):
        return None if abs(value) < MAX_NUMBER else "is a whole number beyond 1e15, which engines do not keep exactly."
    if not math.isfinite(value):
        return f"is {value}, expected a finite number."
    if abs(value) >= MAX_NUMBER:
        return f"is {value!r}, expected a number below 1e15."
    if len(repr(value)) > MAX_DIGITS and len(Decimal(repr(value)).normalize().as_tuple().digits) > MAX_DIGITS:
        return f"is {value!r}, expected at most {MAX_DIGITS} digits."
    return None


def _is_text(value: str) -> bool:
    if value.isascii():
        return True
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _find_oversize(document: Any) -> str | None:
    # For safe documents the standard library writes the same bytes, except for the order of keys, and much faster.
    size = len(json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode())
    return None if size <= MAX_BYTES else f"it has {size:,} bytes, expected at most {MAX_BYTES:,}."
