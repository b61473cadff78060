"""Parts of a page of a Parquet file: levels, which say where values are missing, runs of places, and a dictionary."""

from __future__ import annotations

from assay.tables.thrift_fields import MalformedError, read_varint

WIDEST = 32


def count_present(levels: bytes, values: int) -> int:
    """How many of so many values are not missing, by levels of one bit; raises MalformedError."""
    present = found = position = 0
    while found < values:
        head, position = read_varint(levels, position)
        length = min((head >> 1) * (8 if head & 1 else 1), values - found)
        if length == 0:
            raise MalformedError
        if head & 1:
            packed = levels[position : position + (length + 7) // 8]
            if len(packed) * 8 < length:
                raise MalformedError
            present += (int.from_bytes(packed, "little") & ((1 << length) - 1)).bit_count()
            position += head >> 1
        else:
            if levels[position : position + 1] not in (b"\0", b"\1"):
                raise MalformedError
            present += length * levels[position]
            position += 1
        found += length
    return present


def require_runs(content: bytes, position: int, width: int, values: int, below: int) -> None:
    """Raises MalformedError unless runs of `width` bits hold so many values; repeated ones are less than `below`."""
    if width > WIDEST:
        raise MalformedError
    size, whole = len(content), (width + 7) // 8
    found = 0
    while found < values:
        head, position = read_varint(content, position)
        length = min((head >> 1) * (8 if head & 1 else 1), values - found)
        if length == 0:
            raise MalformedError
        needed = (length * width + 7) // 8 if head & 1 else whole
        if position + needed > size:
            raise MalformedError
        if not head & 1 and int.from_bytes(content[position : position + whole], "little") >= below:
            raise MalformedError
        position += (head >> 1) * width if head & 1 else whole
        found += length


def longest(words: bytes, count: int) -> int:
    """The bytes of the longest of some texts, each after its length in four bytes; raises MalformedError."""
    position = found = 0
    for _ in range(count):
        size = int.from_bytes(words[position : position + 4], "little")
        position += 4 + size
        if position > len(words):
            raise MalformedError
        found = max(found, size)
    return found
