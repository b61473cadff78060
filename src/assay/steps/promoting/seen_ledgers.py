"""What a remote shows of a ledger, held against what it showed this clone before: whoever cut lines off is noticed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from assay.edges.git import has_commit
from assay.edges.git_push import fetch_refs, is_ancestor
from assay.edges.git_seen import SEEN, read_seen_ref, remember_seen, seen_ref
from assay.edges.git_tags import read_refs
from assay.errors import EvaluationError
from assay.ledger.promotion_page import PromotionError
from assay.ledger.tag_names import ledger_ref


def require_seen(root: Path, remote: str, refs: Mapping[str, str], model: str | None = None) -> None:
    """Raises PromotionError if a ledger on a remote lacks a line that the remote showed this clone before.

    Raises EvaluationError if the remote shows no ledger any more. `refs` are the refs as the remote lists them; `model`
    None means all models.
    """
    for ref, seen in read_refs(root, SEEN).items():
        found = read_seen_ref(ref)
        if found is not None and model in (None, found[1]) and ref == seen_ref(remote, found[1]):
            _require_line(root, remote, found[1], seen, refs.get(ledger_ref(found[1])))


def _require_line(root: Path, remote: str, model: str, seen: str, head: str | None) -> None:
    """Raises an error unless the ledger that ends with `head` has the line `seen`."""
    restore = f"`git push {{}}{remote} {seen[:12]}:{ledger_ref(model)}`, and its tags"
    if head is None:
        raise EvaluationError(
            f"`{remote}` shows no ledger of {model} any more; this clone saw its line {seen[:12]} there.",
            hint="Somebody deleted it, or the remote hides `refs/assay/*` (`transfer.hideRefs`). To restore it: "
            f"{restore.format('')}.",
        )
    if not has_commit(root, head):
        fetch_refs(root, remote, (), [head])
    if not is_ancestor(root, seen, head):
        force = "" if is_ancestor(root, head, seen) else "--force "
        raise PromotionError(
            f"The ledger of {model} on `{remote}` lacks the line {seen[:12]}, which this clone saw there.",
            hint="A ledger only grows, so somebody cut lines off. Find out who, and restore it: "
            f"{restore.format(force)}. If its owners did it on purpose, make a new clone.",
        )


def note_seen(root: Path, remote: str, refs: Mapping[str, str], models: Collection[str]) -> None:
    """Notes what a remote shows of some models' ledgers."""
    known = read_refs(root, SEEN)
    heads = {model: refs[ledger_ref(model)] for model in models if ledger_ref(model) in refs}
    changed = {model: head for model, head in heads.items() if known.get(seen_ref(remote, model)) != head}
    remember_seen(root, remote, changed)
