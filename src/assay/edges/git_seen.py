"""The last line of each ledger that a remote showed, in refs of this clone: a ledger only grows."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from assay.edges.git_messages import reason
from assay.edges.git_process import run_git
from assay.errors import EvaluationError
from assay.ledger.chain import Chain, Link
from assay.ledger.tag_names import ledger_ref, model_of_ledger

SEEN = "refs/assay-seen/"
_NAME = re.compile(r"[A-Za-z0-9_-]+")


def seen_ref(remote: str, model: str) -> str:
    """The ref of what a remote showed of a model's ledger; a remote that is an address is named by its digest."""
    name = remote if _NAME.fullmatch(remote) else hashlib.sha256(remote.encode()).hexdigest()[:16]
    return f"{SEEN}{name}/{ledger_ref(model).rpartition('/')[2]}"


def read_seen_ref(ref: str) -> tuple[str, str] | None:
    """The remote and the model of such a ref; None for another."""
    remote, _, name = ref.removeprefix(SEEN).partition("/")
    model = model_of_ledger(f"refs/assay/{name}")
    return (remote, model) if ref.startswith(SEEN) and model is not None else None


def held_against(root: Path, chain: Chain, seen: Mapping[str, Link]) -> Chain:
    """The chain, broken if its ledger lacks a line that a remote showed this clone before; `seen` is by remote."""
    for remote, line in seen.items():
        if chain.broken is None and line.commit != chain.head and not _contains(root, chain.head, line.commit):
            lost = f"it lacks line {line.seq} ({line.tag}), which this clone saw on `{remote}`. Somebody cut lines off"
            return replace(chain, broken=lost)
    return chain


def _contains(root: Path, head: str | None, line: str) -> bool:
    return head is not None and run_git(root, "merge-base", "--is-ancestor", line, head).returncode == 0


def remember_seen(root: Path, remote: str, heads: Mapping[str, str]) -> None:
    """Notes the last line of each model's ledger as a remote showed it; raises EvaluationError if that fails."""
    lines = "".join(f"update {seen_ref(remote, model)}\0{head}\0\0" for model, head in heads.items())
    if not lines:
        return
    ended = run_git(root, "update-ref", "--stdin", "-z", content=lines.encode())
    if ended.returncode:
        raise EvaluationError(
            f"This clone could not note what `{remote}` shows: {reason(ended.stderr)}",
            hint="Check that you may write into the clone, and remove a `.lock` file that was left in it.",
        )
