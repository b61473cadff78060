"""Signatures beside the lines of a ledger, each a file of the line's commit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from assay.edges.git_process import run_git
from assay.errors import EvaluationError

MAX_BYTES = 1024 * 1024
SignatureFile = Literal["promotion.sigstore.json", "promotion.sshsig"]
FILES: tuple[SignatureFile, ...] = ("promotion.sigstore.json", "promotion.sshsig")


@dataclass(frozen=True)
class EntrySignature:
    """A signature's file and bytes, unverified."""

    file: SignatureFile
    content: bytes


def read_signatures(root: Path, commits: Iterable[str]) -> dict[str, EntrySignature]:
    """The signatures of a ledger's lines by commit; a line has at most one. Raises EvaluationError if Git fails."""
    asked = [(commit, file) for commit in commits for file in FILES]
    if not asked:
        return {}
    lines = "".join(f"{commit}:{file}\n" for commit, file in asked)
    ended = run_git(root, "cat-file", "--batch", content=lines.encode())
    if ended.returncode:
        raise EvaluationError("The signatures of the ledger could not be read.")
    left, found = memoryview(ended.stdout), dict[str, EntrySignature]()
    for commit, file in asked:
        head, _, _ = bytes(left[:300]).partition(b"\n")
        parts = head.decode(errors="replace").split(" ")
        left = left[len(head) + 1 :]
        if parts[-1] == "missing":
            continue
        size = int(parts[-1])
        content = bytes(left[: min(size, MAX_BYTES)])
        left = left[size + 1 :]
        if len(parts) != 3 or parts[1] != "blob" or commit in found or size > MAX_BYTES:  # noqa: PLR2004  # id, type, size
            # Two signatures, or one that is none: it must not pass for unsigned.
            content = b""
        found[commit] = EntrySignature(file, content)
    return found
