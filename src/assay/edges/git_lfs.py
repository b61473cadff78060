"""Pointers of Git LFS: what stands in Git, and in a clone that fetched nothing more, in place of a file."""

from __future__ import annotations

import re

_POINTER = re.compile(
    rb"version https://git-lfs\.github\.com/spec/v1\n(?:ext-[^\n]*\n)*oid (sha256:[0-9a-f]{64})\nsize (\d{1,18})\n"
)
MOST_BYTES = 1_024


def read_lfs_pointer(content: bytes) -> tuple[str, int] | None:
    """The digest and the size in bytes of the file that a pointer stands for; None if the content is no pointer."""
    pointer = _POINTER.fullmatch(content) if len(content) <= MOST_BYTES else None
    return None if pointer is None else (pointer[1].decode(), int(pointer[2]))
