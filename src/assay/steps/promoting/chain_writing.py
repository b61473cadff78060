"""Writes the next entry of a chain to the clone and the remote; refs are created, never moved."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from assay.edges.git_access import rights_hint
from assay.edges.git_push import Update, is_ancestor, list_remote, push_refs, update_refs
from assay.edges.git_seen import seen_ref
from assay.edges.git_signatures import EntrySignature
from assay.edges.git_tags import make_line, make_tag, read_refs
from assay.errors import EvaluationError
from assay.ledger.entry import Entry
from assay.ledger.promotion_page import Promotion, PromotionError, promotion_page
from assay.ledger.tag_names import ledger_ref
from assay.steps.promoting.chain_reading import SETTLING, KnownChain
from assay.steps.promoting.half_written import require_shown, require_whole
from assay.steps.promoting.seen_ledgers import note_seen

Signer = Callable[[Entry, Promotion], EntrySignature]


def write_entry(root: Path, known: KnownChain, entry: Entry, sign: Signer | None = None) -> Promotion | None:
    """The page of an entry whose tag and ledger line are written, and signed; None if another entry came first."""
    page = promotion_page(entry, make_tag(root, entry))
    line = make_line(root, entry, page, known.chain.head, None if sign is None else sign(entry, page))
    _refuse_taken(root, known, entry, page.tag_object)
    ledger, tag = ledger_ref(entry.model), f"refs/tags/{entry.tag}"
    if known.remote is not None:
        unpushed = [
            Update(ref=f"refs/tags/{link.tag}", new=link.tag_object)
            for link in known.chain.links
            if f"refs/tags/{link.tag}" not in known.refs
        ]
        created = [Update(ref=tag, new=page.tag_object)] if tag not in known.refs else []
        updates = [*unpushed, *created, Update(ref=ledger, new=line, old=known.head())]
        if not _pushed(root, known, updates):
            return None
    wanted = {tag: page.tag_object, ledger: line}
    wanted |= {} if known.remote is None else {seen_ref(known.remote, entry.model): line}
    mine = read_refs(root, *wanted)
    if any(mine.get(ref) != new for ref, new in wanted.items()):
        before = mine | {ledger: known.chain.head}
        own = [Update(ref=ref, new=new, old=before.get(ref)) for ref, new in wanted.items()]
        refused = update_refs(root, own)
        if refused is not None:
            return _after_refusal(root, known, page, line, refused)
    return page


def push_known(root: Path, known: KnownChain) -> None:
    """Pushes entries that only this clone has; does nothing if another entry came first."""
    links = known.chain.links
    if known.remote is None or not links or known.head() == links[-1].commit:
        return
    lacking = [
        Update(ref=f"refs/tags/{link.tag}", new=link.tag_object)
        for link in links
        if f"refs/tags/{link.tag}" not in known.refs
    ]
    ledger = Update(ref=ledger_ref(known.chain.model), new=links[-1].commit, old=known.head())
    if _pushed(root, known, [*lacking, ledger]):
        note_seen(root, known.remote, {ledger.ref: ledger.new}, [known.chain.model])


def _pushed(root: Path, known: KnownChain, updates: list[Update]) -> bool:
    """Whether the remote has the updates; False if another entry came first. Raises EvaluationError otherwise."""
    remote, ledger = known.remote or "", ledger_ref(known.chain.model)
    refused = push_refs(root, remote, updates)
    if refused is None:
        if known.head() is None:
            require_shown(root, remote, ledger, updates)
        return True
    try:
        now = _listed_after(root, remote, ledger, known.head())
    except EvaluationError as error:
        raise EvaluationError(
            f"The push to `{remote}` failed: {refused} It is unknown whether the promotion arrived.",
            hint="Run the command again once the remote answers; it never makes a promotion twice.",
        ) from error
    # A push may be done although its answer was lost.
    if all(now.get(each.ref) == each.new for each in updates):
        return True
    require_whole(root, remote, updates, refused)
    if now.get(ledger) == known.head():
        otherwise = "Its hooks or rules may refuse it, or a `.lock` file may be left in it. Run it again after that."
        raise EvaluationError(
            f"The remote `{remote}` refused the promotion: {refused}",
            hint=f"Nothing was written to it. {rights_hint(refused, otherwise, 'write')}",
        )
    return False


def _listed_after(root: Path, remote: str, ledger: str, before: str | None) -> dict[str, str]:
    """The remote's refs after it refused a push; another push may hold a lock and still move the ledger."""
    for pause in SETTLING:
        now = list_remote(root, remote).refs
        if now.get(ledger) != before:
            return now
        time.sleep(pause)
    return list_remote(root, remote).refs


def _after_refusal(root: Path, known: KnownChain, page: Promotion, line: str, refused: str) -> Promotion | None:
    """The page if the refs are written all the same, None if another entry came first; else raises EvaluationError."""
    now = read_refs(root, ledger_ref(page.model)).get(ledger_ref(page.model))
    if known.remote is not None and (now == line or (now is not None and is_ancestor(root, line, now))):
        return page
    if now != known.chain.head:
        return None
    written = "The promotion is on the remote, but this clone" if known.remote else "This clone"
    raise EvaluationError(
        f"{written} could not be written: {refused}", hint="Remove the `.lock` file and run the command again."
    )


def _refuse_taken(root: Path, known: KnownChain, entry: Entry, tag_object: str) -> None:
    """Refuses a tag name that something else has, or that differs from another only in case."""
    refs = {**read_refs(root, "refs/tags", "refs/heads"), **known.refs}
    tag, branch = f"refs/tags/{entry.tag}", f"refs/heads/{entry.tag}"
    if branch in refs:
        raise PromotionError(
            f"A branch has the name of the tag {entry.tag}.", hint="Rename the branch; the name would be ambiguous."
        )
    if refs.get(tag, tag_object) != tag_object:
        raise PromotionError(
            f"The tag {entry.tag} exists but is not in the ledger, so somebody made it by hand.",
            hint=f"Find out who made it, and delete it here (`git tag -d {entry.tag}`) and on the remote.",
        )
    folded = tag.lower()
    for name in refs:
        if name.lower() == folded and name != tag:
            raise PromotionError(f"{name} differs from {tag} only in upper and lower case.")
