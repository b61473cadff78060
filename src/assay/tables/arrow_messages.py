"""The numbers of rows and bytes that the messages of an Arrow file announce, before anything is unpacked."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from assay.tables.flat_buffers import FlatTable

DICTIONARY_BATCH, RECORD_BATCH = 2, 3
MOST_BUFFERS = 1_000_000


@dataclass(frozen=True)
class Announced:
    """Sums over the messages: batches of rows, their rows, and the unpacked bytes of all buffers."""

    batches: int
    rows: int
    bytes: int


def announced(messages: Iterable[Any]) -> Announced:
    """What some messages of pyarrow announce; raises ValueError for inconsistent ones."""
    batches = rows = size = 0
    for message in messages:
        metadata, body = memoryview(message.metadata), memoryview(message.body or b"")
        try:
            kind, batch = batch_in(metadata)
            if batch is None:
                continue
            length, unpacked = _sizes(batch, body)
        except (struct.error, IndexError) as error:
            raise ValueError("A message is cut.") from error
        size += unpacked
        if kind == RECORD_BATCH:
            batches, rows = batches + 1, rows + length
    return Announced(batches, rows, size)


def batch_in(metadata: memoryview) -> tuple[int, FlatTable | None]:
    """The kind of a message, and the batch of rows in it."""
    root = FlatTable(metadata, struct.unpack_from("<I", metadata)[0])
    kind_at, header = root.field(1), root.beneath(2)
    kind = 0 if kind_at is None else root.number("<B", kind_at)
    if kind not in (DICTIONARY_BATCH, RECORD_BATCH) or header is None:
        return kind, None
    if kind == RECORD_BATCH:
        return kind, FlatTable(metadata, header)
    inner = FlatTable(metadata, header).beneath(1)
    return kind, None if inner is None else FlatTable(metadata, inner)


def _sizes(batch: FlatTable, body: memoryview) -> tuple[int, int]:
    """The rows of a batch, and the unpacked bytes of its buffers."""
    length_at = batch.field(0)
    length = 0 if length_at is None else batch.number("<q", length_at)
    packed = batch.field(3) is not None
    unpacked = 0
    for offset, size in buffers_of(batch):
        if offset < 0 or size < 0 or length < 0 or offset + size > len(body):
            raise ValueError("A buffer lies outside of its message.")
        stated = struct.unpack_from("<q", body, offset)[0] if packed and size else size
        unpacked += size if stated == -1 else stated
        if stated < -1:
            raise ValueError("A buffer has a negative size.")
    return length, unpacked


def buffers_of(batch: FlatTable) -> Iterator[tuple[int, int]]:
    """The offsets and sizes of a batch's buffers; raises ValueError for too many."""
    listed = batch.beneath(2)
    count = 0 if listed is None else batch.number("<I", listed)
    if count > MOST_BUFFERS:
        raise ValueError("A message has too many buffers.")
    for index in range(count):
        position = (listed or 0) + 4 + 16 * index
        yield batch.number("<q", position), batch.number("<q", position + 8)
