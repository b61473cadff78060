"""Whether an Arrow message that claims to miss no value has a bitmap that says so: its readers drop the bitmap then.

The order of nodes and buffers is the one of the Arrow columnar format, section "Serialization and Interprocess
Communication".
"""

from __future__ import annotations

import importlib
import struct
from collections.abc import Iterable, Iterator
from typing import Any

from assay.tables.arrow_messages import RECORD_BATCH, batch_in, buffers_of

_CODECS = {0: "lz4", 1: "zstd"}
_BUFFERS = {
    "null run_end_encoded": 0,
    "struct fixed_size_list union": 1,
    "map list large_list": 2,
    "list_view large_list_view string large_string binary large_binary": 3,
}
"""The numbers of buffers by type; every other type has two, its bitmap and its values."""


def require_true_null_counts(messages: Iterable[Any], schema: Any) -> Iterator[Any]:
    """The messages, as they come; raises ValueError for one whose bitmap misses values that its count denies."""
    for message in messages:
        metadata, body = memoryview(message.metadata), memoryview(message.body or b"")
        try:
            _require(metadata, body, schema)
        except (struct.error, IndexError) as error:
            raise ValueError("A message is cut.") from error
        yield message


def _require(metadata: memoryview, body: memoryview, schema: Any) -> None:
    kind, batch = batch_in(metadata)
    if batch is None:
        return
    nodes, buffers = [*_nodes(batch)], [*buffers_of(batch)]
    codec_at = batch.beneath(3)
    # A dictionary is one column, whose bitmap comes first.
    columns = [0] if kind != RECORD_BATCH else [*_bitmaps(schema, _views(batch))]
    for node, place in zip(_first(nodes, kind), columns, strict=False):
        length, missing = node
        if place is None or missing != 0 or place >= len(buffers):
            continue
        offset, size = buffers[place]
        if size and 0 <= offset <= offset + size <= len(body):
            held = _unpacked(bytes(body[offset : offset + size]), batch, codec_at)
            whole = int.from_bytes(held[: (length + 7) // 8], "little")
            if (whole & ((1 << length) - 1)).bit_count() != length:
                raise ValueError("A message claims that no value is missing, but its bitmap says otherwise.")


def _first(nodes: list[tuple[int, int]], kind: int) -> list[tuple[int, int]]:
    return nodes if kind == RECORD_BATCH else nodes[:1]


def _nodes(batch: Any) -> Iterator[tuple[int, int]]:
    """The length and the claimed number of missing values of each column and what is nested in it."""
    listed = batch.beneath(1)
    count = 0 if listed is None else batch.number("<I", listed)
    for index in range(min(count, len(batch.buffer) // 16)):
        position = (listed or 0) + 4 + 16 * index
        yield batch.number("<q", position), batch.number("<q", position + 8)


def _views(batch: Any) -> list[int]:
    """The numbers of further buffers that columns of views have."""
    listed = batch.beneath(4)
    count = 0 if listed is None else batch.number("<I", listed)
    return [batch.number("<q", (listed or 0) + 4 + 8 * index) for index in range(min(count, len(batch.buffer) // 8))]


def _unpacked(held: bytes, batch: Any, codec_at: int | None) -> bytes:
    if codec_at is None:
        return held
    (size,) = struct.unpack_from("<q", held)
    if size == -1:
        return held[8:]
    codec = type(batch)(batch.buffer, codec_at).field(0)
    name = _CODECS[0 if codec is None else batch.number("<b", codec)]
    return bytes(importlib.import_module("pyarrow").Codec(name).decompress(held[8:], decompressed_size=size))


def _bitmaps(schema: Any, views: list[int]) -> Iterator[int | None]:
    """For each node, the place of its bitmap among the buffers; None where its type has none."""
    further, place = iter(views), 0
    waiting = [schema.field(index).type for index in reversed(range(len(schema.names)))]
    while waiting:
        kind = waiting.pop()
        own, inner = _layout(kind, further)
        yield None if own == 0 or importlib.import_module("pyarrow").types.is_union(kind) else place
        place += own
        waiting.extend(reversed(inner))


def _layout(kind: Any, further: Iterator[int]) -> tuple[int, list[Any]]:
    """The number of a type's own buffers, and the types nested in it."""
    arrow = importlib.import_module("pyarrow")
    if isinstance(kind, arrow.BaseExtensionType):
        return _layout(kind.storage_type, further)
    if arrow.types.is_string_view(kind) or arrow.types.is_binary_view(kind):
        return 2 + next(further, 0), []
    for names, buffers in _BUFFERS.items():
        if any(getattr(arrow.types, f"is_{name}")(kind) for name in names.split()):
            return buffers + (arrow.types.is_union(kind) and kind.mode == "dense"), _nested(arrow, kind)
    return 2, []


def _nested(arrow: Any, kind: Any) -> list[Any]:
    if arrow.types.is_run_end_encoded(kind):
        return [kind.run_end_type, kind.value_type]
    if arrow.types.is_map(kind):
        return [arrow.struct([kind.key_field, kind.item_field])]
    if arrow.types.is_union(kind) or arrow.types.is_struct(kind):
        return [kind.field(index).type for index in range(kind.num_fields)]
    return [kind.value_type] if hasattr(kind, "value_type") else []
