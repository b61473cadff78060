"""Reads a model's chain from the clone and the remote, which must agree."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from assay.edges.git import has_commit
from assay.edges.git_push import fetch_refs, is_ancestor, list_remote
from assay.edges.git_tags import MissingLedgerError, read_chain, read_refs, refuse_shallow
from assay.errors import EvaluationError
from assay.ledger.chain import Chain, Link
from assay.ledger.chain_building import UNLISTED
from assay.ledger.promotion_page import PromotionError
from assay.ledger.tag_names import ledger_ref
from assay.steps.promoting.protected_branch import Branch, branch_of_clone, branch_of_remote, require_pushable
from assay.steps.promoting.seen_ledgers import note_seen, require_seen

SETTLING = (0.2, 0.8)
"""Seconds between readings of a remote whose tags and ledger do not agree yet."""


@dataclass(frozen=True, kw_only=True)
class KnownChain:
    """A model's chain, and the remote's refs as it listed them; `remote` is None if only this clone is used.

    Only commits of `branch` can be promoted.
    """

    chain: Chain
    remote: str | None
    refs: dict[str, str]
    branch: Branch

    def head(self) -> str | None:
        """The commit of the remote's ledger."""
        return self.refs.get(ledger_ref(self.chain.model))

    def links_there(self) -> tuple[Link, ...]:
        """The ledger entries that the remote has too."""
        commits = [link.commit for link in self.chain.links]
        return self.chain.links[: commits.index(head) + 1] if (head := self.head()) in commits else ()

    def is_between_refs(self) -> bool:
        """Whether the remote lists a tag without its entry or an entry without its tag, as during a push."""
        unlisted = (stray.tag for stray in self.chain.strays if stray.reason == UNLISTED)
        return any(f"refs/tags/{tag}" in self.refs for tag in unlisted) or any(
            f"refs/tags/{link.tag}" not in self.refs for link in self.links_there()
        )


def read_known(root: Path, model: str, remote: str | None, branch: str | None = None) -> KnownChain:
    """The chain, after fetching what only the remote has; raises EvaluationError if clone and remote do not agree.

    Entries that only this clone has must be on the branch too, because they are pushed with the next entry.
    """
    refuse_shallow(root)
    if remote is None:
        return KnownChain(chain=read_chain(root, model), remote=None, refs={}, branch=branch_of_clone(root, branch))
    known = _read_settled(root, model, remote, branch)
    require_seen(root, remote, known.refs, model)
    _refuse_moved(known)
    if known.chain.broken is None:
        note_seen(root, remote, known.refs, [model])
    require_pushable(root, known.branch, known.chain.entries[len(known.links_there()) :])
    return known


def _read_settled(root: Path, model: str, remote: str, branch: str | None) -> KnownChain:
    """The chain and the listing once they agree: even an atomic push shows its refs one after another."""
    for pause in SETTLING:
        try:
            known = _read(root, model, remote, branch)
        except MissingLedgerError:
            known = None
        if known is not None and not known.is_between_refs():
            return known
        time.sleep(pause)
    try:
        return _read(root, model, remote, branch)
    except MissingLedgerError as error:
        error.hint = (
            f"The remote `{remote}` does not show it either: somebody deleted it, or the remote hides `refs/assay/*` "
            f"(`transfer.hideRefs`). Restore it from a clone that has it: `git push {remote} {ledger_ref(model)}`."
        )
        raise


def _read(root: Path, model: str, remote: str, branch: str | None) -> KnownChain:
    listing, ledger = list_remote(root, remote), ledger_ref(model)
    refs, holding = listing.refs, branch_of_remote(remote, listing, branch)
    every = (f"refs/tags/{model}@*", f"refs/tags/{model}#*")
    mine = read_refs(root, ledger, *every)
    lacking = [name for name in refs if name.startswith(tuple(each[:-1] for each in every)) and name not in mine]
    wanted = list(every) if lacking else []
    head, here = refs.get(ledger), mine.get(ledger)
    if head is not None and head != here and not (here and is_ancestor(root, head, here)):
        wanted = [*every, ledger]
    needed = dict.fromkeys(each for each in (holding.head, holding.base) if each is not None)
    commits = [each for each in needed if not has_commit(root, each)]
    if wanted or commits:
        try:
            fetch_refs(root, remote, wanted, commits)
        except EvaluationError:
            # Lines that were cut off and written again refuse to be fetched; say that, rather than Git's words.
            require_seen(root, remote, refs, model)
            raise
    return KnownChain(chain=read_chain(root, model), remote=remote, refs=refs, branch=holding)


def _refuse_moved(known: KnownChain) -> None:
    """Refuses a remote whose tags differ from those in its ledger."""
    for link in known.links_there():
        found = known.refs.get(f"refs/tags/{link.tag}")
        if found != link.tag_object:
            what = "is missing on" if found is None else "was moved on"
            raise PromotionError(
                f"The tag {link.tag} {what} the remote `{known.remote}`: the ledger lists {link.tag_object[:12]}.",
                hint=f"Restore it: `git push {known.remote} {link.tag_object[:12]}:refs/tags/{link.tag}`.",
            )
