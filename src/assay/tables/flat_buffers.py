"""Tables of FlatBuffers, as Arrow and CatBoost write them: read field by field, without a schema's generated code."""

from __future__ import annotations

import struct
from dataclasses import dataclass


@dataclass(frozen=True)
class FlatTable:
    """A table of FlatBuffers, whose fields are found through its list of offsets.

    What is cut off raises struct.error or IndexError.
    """

    buffer: memoryview
    position: int

    def field(self, index: int) -> int | None:
        """The position of a field; None if the table lacks it."""
        fields = self.position - self.number("<i", self.position)
        if 4 + 2 * index >= self.number("<H", fields):
            return None
        offset = self.number("<H", fields + 4 + 2 * index)
        return self.position + offset if offset else None

    def beneath(self, index: int) -> int | None:
        """The position of the table or list that a field points to."""
        field = self.field(index)
        return None if field is None else field + self.number("<I", field)

    def number(self, form: str, position: int) -> int:
        """A number; raises ValueError for a position before the beginning."""
        if position < 0:
            raise IndexError(position)
        return int(struct.unpack_from(form, self.buffer, position)[0])

    def text(self, index: int) -> str:
        """The text in a field; empty if the table lacks it."""
        start = self.beneath(index)
        if start is None:
            return ""
        size = self.number("<I", start)
        if size > len(self.buffer) - start - 4:
            raise IndexError(size)
        return bytes(self.buffer[start + 4 : start + 4 + size]).decode("utf-8", "replace")

    def tables(self, index: int, most: int) -> list[FlatTable]:
        """The tables that a field lists; raises ValueError for more than `most`."""
        start = self.beneath(index)
        count = 0 if start is None else self.number("<I", start)
        if count > most:
            raise ValueError(f"A table lists more than {most:,} others.")
        places = [(start or 0) + 4 + 4 * place for place in range(count)]
        return [FlatTable(self.buffer, place + self.number("<I", place)) for place in places]
