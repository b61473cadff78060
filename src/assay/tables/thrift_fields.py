"""Thrift's compact protocol, read strictly: the numbers of the small structures before each page of a Parquet file."""

from __future__ import annotations

DEEPEST, MOST_ELEMENTS = 8, 1 << 16
_CONTINUED, _LONGEST_SHIFT, _LONG_LIST = 128, 63, 15
_TRUE, _FALSE, _BYTE, _I16, _I32, _I64, _DOUBLE, _BINARY, _LIST, _SET = range(1, 11)
_STRUCT = 12
Fields = dict[int, "int | Fields"]
"""Numbers and structures by their field numbers; texts and lists are left out."""


class MalformedError(ValueError):
    """Bytes that are not a structure."""


class CutError(MalformedError):
    """A structure that goes on after the bytes that were given."""


def read_fields(content: bytes, position: int = 0, depth: int = 0) -> tuple[Fields, int]:
    """The fields of a structure and the position after it; raises MalformedError."""
    found: Fields = {}
    number = 0
    while head := _byte(content, position):
        position += 1
        step, kind = head >> 4, head & 15
        if step:
            number += step
        else:
            number, position = _signed(content, position)
        if kind in (_TRUE, _FALSE):
            found[number] = int(kind == _TRUE)
        elif kind in (_I16, _I32, _I64):
            found[number], position = _signed(content, position)
        elif kind == _STRUCT:
            if depth == DEEPEST:
                raise MalformedError
            found[number], position = read_fields(content, position, depth + 1)
        else:
            position = _skip(content, position, kind, depth)
    return found, position + 1


def read_varint(content: bytes, position: int) -> tuple[int, int]:
    """A number without sign and the position after it; raises MalformedError."""
    found = shift = 0
    while shift <= _LONGEST_SHIFT:
        byte = _byte(content, position)
        position += 1
        found |= (byte & 127) << shift
        if byte < _CONTINUED:
            return found, position
        shift += 7
    raise MalformedError


def _signed(content: bytes, position: int) -> tuple[int, int]:
    found, position = read_varint(content, position)
    return (found >> 1) ^ -(found & 1), position


def _skip(content: bytes, position: int, kind: int, depth: int) -> int:
    """The position after a value whose content does not matter."""
    if kind in (_TRUE, _FALSE, _BYTE):
        return position + 1
    if kind in (_I16, _I32, _I64):
        return read_varint(content, position)[1]
    if kind == _DOUBLE:
        return position + 8
    if kind == _BINARY:
        size, position = read_varint(content, position)
        return position + size
    if depth == DEEPEST or kind not in (_LIST, _SET, _STRUCT):
        raise MalformedError
    if kind == _STRUCT:
        return read_fields(content, position, depth + 1)[1]
    head = _byte(content, position)
    size, position = (head >> 4, position + 1) if head >> 4 < _LONG_LIST else read_varint(content, position + 1)
    if size > MOST_ELEMENTS:
        raise MalformedError
    for _ in range(size):
        position = _skip(content, position, head & 15, depth + 1)
    return position


def _byte(content: bytes, position: int) -> int:
    if position >= len(content):
        raise CutError
    return content[position]
