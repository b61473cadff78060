"""Pickles written operation by operation, as no honest pickler would."""

from __future__ import annotations

import struct
from collections.abc import Iterable

START = b"\x80\x04"


def text(value: str) -> bytes:
    """A text on the stack."""
    raw = value.encode()
    return b"\x8c" + bytes([len(raw)]) + raw


def named(module: str, name: str) -> bytes:
    """A name, by texts on the stack."""
    return text(module) + text(name) + b"\x93"


def called(module: str, name: str, *arguments: bytes) -> bytes:
    """A call of a name with arguments."""
    return named(module, name) + b"(" + b"".join(arguments) + b"tR"


def program(*parts: bytes, start: bytes = START) -> bytes:
    """A pickle of operations."""
    return start + b"".join(parts) + b"."


def framed(operations: bytes, length: int | None = None) -> bytes:
    """Operations in a frame, of a length that may be wrong."""
    return b"\x95" + struct.pack("<Q", len(operations) if length is None else length) + operations


def state(pairs: Iterable[tuple[str, bytes]]) -> bytes:
    """A dictionary on the stack."""
    return b"}(" + b"".join(text(key) + value for key, value in pairs) + b"u"
