"""Structures in Thrift's compact protocol, in which Parquet writes its claims: read, changed and written again.

A structure is a dict from field numbers to (type, value); a list is (type of its elements, elements).
"""

from __future__ import annotations

import struct
from typing import Any

TRUE, FALSE, BYTE, I16, I32, I64, DOUBLE, BINARY, LIST, SET, MAP, STRUCT = range(1, 13)
Struct = dict[int, tuple[int, Any]]


def read_struct(content: bytes, position: int = 0) -> tuple[Struct, int]:
    """The structure at a position, and the position after it."""
    found: Struct = {}
    field = 0
    while True:
        head = content[position]
        position += 1
        if head == 0:
            return found, position
        kind = head & 15
        if head >> 4:
            field += head >> 4
        else:
            field, position = _zigzag(content, position)
        if kind in (TRUE, FALSE):
            found[field] = (TRUE, kind == TRUE)
        else:
            value, position = _value(content, position, kind)
            found[field] = (kind, value)


def write_struct(fields: Struct) -> bytes:
    """The bytes of a structure."""
    out, last = bytearray(), 0
    for field, (kind, value) in sorted(fields.items()):
        written = (TRUE if value else FALSE) if kind == TRUE else kind
        step = field - last
        out += bytes([step << 4 | written]) if 0 < step < 16 else bytes([written]) + _varint(_to_zigzag(field))
        if kind != TRUE:
            out += _written(kind, value)
        last = field
    return bytes(out) + b"\0"


def _value(content: bytes, position: int, kind: int) -> tuple[Any, int]:
    if kind in (I16, I32, I64):
        return _zigzag(content, position)
    if kind in (TRUE, FALSE, BYTE):
        return content[position], position + 1
    if kind == DOUBLE:
        return struct.unpack_from("<d", content, position)[0], position + 8
    if kind == BINARY:
        size, position = _unsigned(content, position)
        return content[position : position + size], position + size
    if kind == LIST:
        head = content[position]
        size, position = (head >> 4, position + 1) if head >> 4 != 15 else _unsigned(content, position + 1)
        elements = []
        for _ in range(size):
            element, position = _value(content, position, head & 15)
            elements.append(element)
        return (head & 15, elements), position
    assert kind == STRUCT, kind
    return read_struct(content, position)


def _written(kind: int, value: Any) -> bytes:
    if kind in (I16, I32, I64):
        return _varint(_to_zigzag(value))
    if kind in (TRUE, FALSE, BYTE):
        return bytes([value])
    if kind == DOUBLE:
        return struct.pack("<d", value)
    if kind == BINARY:
        return _varint(len(value)) + value
    if kind == LIST:
        of, elements = value
        head = (
            bytes([len(elements) << 4 | of]) if len(elements) < 15 else bytes([15 << 4 | of]) + _varint(len(elements))
        )
        return head + b"".join(_written(of, element) for element in elements)
    return write_struct(value)


def _unsigned(content: bytes, position: int) -> tuple[int, int]:
    found = shift = 0
    while True:
        byte = content[position]
        position += 1
        found |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return found, position


def _zigzag(content: bytes, position: int) -> tuple[int, int]:
    found, position = _unsigned(content, position)
    return (found >> 1) ^ -(found & 1), position


def _to_zigzag(value: int) -> int:
    return value << 1 if value >= 0 else (-value << 1) - 1


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])
