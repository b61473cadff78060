"""Objects of a clone, each held against its id, so that a store which was tampered with stands for nothing else."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from assay.edges.git_process import run_git
from assay.errors import EvaluationError

FULL_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_HASHES = {40: "sha1", 64: "sha256"}
LACKING = "This clone lacks some contents: fetch them (`git fetch --refetch --no-filter`), and the whole history."


@dataclass(frozen=True)
class StoredObject:
    """An object whose bytes have the id; `kind` is blob, tree, commit or tag."""

    id: str
    kind: str
    content: bytes | memoryview


@dataclass(frozen=True)
class TreeEntry:
    """A name in a tree: its mode, such as b"100644", and the id of its object."""

    mode: bytes
    id: str


def read_objects(root: Path, names: Sequence[str]) -> Iterator[StoredObject | None]:
    """The object of each name, None for one that is not here, from one process.

    Raises EvaluationError for an object whose bytes are not those that its id stands for.
    """
    if not names:
        return
    asked = "".join(f"{name}\n" for name in names).encode(errors="surrogateescape")
    if asked.count(b"\n") != len(names):
        raise EvaluationError("A path with a line break cannot be read from Git.", hint="Rename the file or folder.")
    left = memoryview(run_git(root, "cat-file", "--batch", content=asked).stdout)
    for name in names:
        head, _, _ = bytes(left[:8192]).partition(b"\n")
        found = re.fullmatch(rb"([0-9a-f]{40}|[0-9a-f]{64}) (blob|tree|commit|tag) ([0-9]+)", head)
        left = left[len(head) + 1 :]
        if found is None:
            yield None
            continue
        size, kind = int(found[3]), found[2].decode()
        content, left = left[:size], left[size + 1 :]
        _verify(found[1].decode(), kind, content, name)
        yield StoredObject(found[1].decode(), kind, content)


def read_sizes(root: Path, names: Sequence[str]) -> tuple[int | None, ...]:
    """The size of each object in bytes as the clone tells it, None for one that is not here."""
    asked = "".join(f"{name}\n" for name in names).encode(errors="surrogateescape")
    told = run_git(root, "cat-file", "--batch-check=%(objectsize)", content=asked).stdout.splitlines()
    return tuple(int(each) if each.isdigit() else None for each in told)


def parse_tree(content: bytes | memoryview, length: int) -> dict[bytes, TreeEntry]:
    """The entries of a tree by name; `length` is that of an id in hexadecimal digits.

    Raises EvaluationError for what Git would not write: a name twice, with a slash, or one that stands for a folder.
    """
    entries: dict[bytes, TreeEntry] = {}
    left = bytes(content)
    position = 0
    while position < len(left):
        end = left.find(b"\0", position)
        mode, _, name = left[position:end].partition(b" ")
        stop = end + 1 + length // 2
        if end < 0 or stop > len(left) or name in entries or b"/" in name or name in (b"", b".", b".."):
            raise EvaluationError("A folder in Git is malformed, so nothing in it counts.", hint="Run `git fsck`.")
        entries[name] = TreeEntry(mode.rjust(6, b"0"), left[end + 1 : stop].hex())
        position = stop
    return entries


def _verify(identifier: str, kind: str, content: memoryview, name: str) -> None:
    made = hashlib.new(_HASHES[len(identifier)], f"{kind} {len(content)}\0".encode(), usedforsecurity=False)
    made.update(content)
    if made.hexdigest() != identifier or (FULL_ID.fullmatch(name) and name != identifier):
        raise EvaluationError(
            f"The object {identifier[:12]} of this clone has other bytes than its name stands for.",
            hint="The clone is damaged or was tampered with: make a fresh one.",
        )
