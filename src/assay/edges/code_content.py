"""The content of a model's code: one digest of the whole tree, and a copy that is digested as it is made."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from assay.canonical import PREFIX, canonical, digest
from assay.edges.code_selection import refuse_outward_links
from assay.edges.code_tree import NARROW, CodeTree
from assay.edges.files import CHUNK, open_beneath
from assay.edges.git_lfs import MOST_BYTES, read_lfs_pointer
from assay.edges.git_listing import TrackedKind
from assay.errors import DataError, ModelError

MOST_CODE_BYTES = 8 << 30


@dataclass(frozen=True)
class CodeEntry:
    """One file or symbolic link of a tree: its digest and size are those of its bytes, or of the link's target."""

    path: str
    kind: TrackedKind
    digest: str
    bytes: int


def digest_code(tree: CodeTree) -> tuple[CodeEntry, ...]:
    """Every entry of a tree by content; raises DataError for what cannot be read."""
    return tuple(_entries(tree, None))


def copy_code(
    tree: CodeTree, target: Path, planned: str | None, advise: Callable[[CodeTree, str], str] | None = None
) -> None:
    """Copies a tree into a folder, read-only; raises ModelError unless what was copied has the planned digest.

    `advise` says what else to tell of a tree that has not.
    """
    try:
        found = listing_digest(_entries(tree, target))
    except OSError as problem:
        raise ModelError(f"The model's code could not be copied: {problem.strerror}.") from problem
    if planned is not None and found != planned:
        raise ModelError(
            f"The model's code is not what was planned: its digest is {found}, expected {planned}."
            + (advise(tree, planned) if advise is not None else ""),
            hint="Restore the code, or run `assay plan` again.",
        )


def listing_digest(entries: Iterator[CodeEntry] | Sequence[CodeEntry]) -> str:
    """The digest of a tree: of the canonical JSON of its entries' path, kind, size and digest, sorted by path."""
    listed = sorted([each.path, each.kind, each.bytes, each.digest] for each in entries)
    return digest(canonical(listed))


def _entries(tree: CodeTree, target: Path | None) -> Iterator[CodeEntry]:
    links = {path: _target(tree.root / path) for path, kind in tree.kinds.items() if kind == "link"}
    refuse_outward_links(links)
    left = MOST_CODE_BYTES
    if target is not None:
        target.mkdir(exist_ok=True)
    for path, kind in tree.kinds.items():
        copy = None if target is None else target / path
        if copy is not None:
            copy.parent.mkdir(parents=True, exist_ok=True)
        if kind == "link":
            if copy is not None:
                copy.symlink_to(links[path])
            content = os.fsencode(links[path])
            entry = CodeEntry(path, kind, digest(content), len(content))
        else:
            entry = _read(tree.root, path, kind, copy, left)
        left -= entry.bytes
        yield entry


def _target(link: Path) -> str:
    # As Git has it: `Path.readlink` would write `./x` as `x`.
    return os.readlink(link)  # noqa: PTH115


def _read(root: Path, path: str, kind: TrackedKind, copy: Path | None, limit: int) -> CodeEntry:
    found, size, start = hashlib.sha256(), 0, b""
    with open_beneath(root, path) as descriptor, os.fdopen(os.dup(descriptor), "rb") as file, ExitStack() as stack:
        written = stack.enter_context(copy.open("xb")) if copy is not None else None
        while chunk := file.read(CHUNK):
            start = start or chunk[: MOST_BYTES + 1]
            size += len(chunk)
            if size > limit:
                raise DataError(f"the model's code has more than {MOST_CODE_BYTES:,} bytes; {NARROW}")
            found.update(chunk)
            if written is not None:
                written.write(chunk)
    if size == len(start) and read_lfs_pointer(start) is not None:
        raise DataError(f"`{path}` is a pointer of Git LFS, not the file; fetch it with `git lfs pull`.")
    if copy is not None:
        copy.chmod(0o555 if kind == "executable" else 0o444)
    return CodeEntry(path, kind, PREFIX + found.hexdigest(), size)
