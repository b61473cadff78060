"""The chain read from clone and remote, and its next entry written to both: created, never moved."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from assay.edges.git import has_commit
from assay.edges.git_access import rights_hint
from assay.edges.git_push import Update, fetch_refs, is_ancestor, list_remote, push_refs, update_refs
from assay.edges.git_tags import make_line, make_tag, read_chain, read_refs, refuse_shallow
from assay.entries import Entry
from assay.errors import EvaluationError
from assay.promotion import Promotion, PromotionError, promotion_page
from assay.promotion_chain import Chain, Link
from assay.steps.promoting.branching import Branch, branch_of_clone, branch_of_remote, hold_brought_along
from assay.tag_names import ledger_ref


@dataclass(frozen=True, kw_only=True)
class Known:
    """A model's chain, and the remote's refs as they were listed; `remote` is None where only this clone counts.

    `branch` holds what may be promoted.
    """

    chain: Chain
    remote: str | None
    refs: dict[str, str]
    branch: Branch

    def head(self) -> str | None:
        """What the remote's ledger names."""
        return self.refs.get(ledger_ref(self.chain.model))

    def links_there(self) -> tuple[Link, ...]:
        """The ledger's lines that the remote has too."""
        commits = [link.commit for link in self.chain.links]
        return self.chain.links[: commits.index(head) + 1] if (head := self.head()) in commits else ()


def read_known(root: Path, model: str, remote: str | None, branch: str | None = None) -> Known:
    """The chain, after fetching what the remote has more; raises EvaluationError where the two do not fit.

    What only this clone has must lie on the branch too, since it is pushed together with the next entry.
    """
    refuse_shallow(root)
    if remote is None:
        return Known(chain=read_chain(root, model), remote=None, refs={}, branch=branch_of_clone(root, branch))
    listing, ledger = list_remote(root, remote), ledger_ref(model)
    refs, holding = listing.refs, branch_of_remote(remote, listing, branch)
    every = (f"refs/tags/{model}@*", f"refs/tags/{model}#*")
    mine = read_refs(root, ledger, *every)
    lacking = [name for name in refs if name.startswith(tuple(each[:-1] for each in every)) and name not in mine]
    wanted = list(every) if lacking else []
    head, here = refs.get(ledger), mine.get(ledger)
    if head is not None and head != here and not (here and is_ancestor(root, head, here)):
        wanted = [*every, ledger]
    commits = [] if has_commit(root, holding.head) else [holding.head]
    if wanted or commits:
        fetch_refs(root, remote, wanted, commits)
    try:
        chain = read_chain(root, model)
    except EvaluationError as error:
        if head is None and "not its ledger" in str(error):
            error.hint = (
                f"Nor has the remote `{remote}`, so somebody deleted it there. "
                f"Restore it from a clone that has it: `git push {remote} {ledger}`."
            )
        raise
    known = Known(chain=chain, remote=remote, refs=refs, branch=holding)
    _refuse_moved(known)
    hold_brought_along(root, holding, chain.entries[len(known.links_there()) :])
    return known


def write_entry(root: Path, known: Known, entry: Entry) -> Promotion | None:
    """The entry's page once tag and ledger are written; None where another entry came first."""
    page = promotion_page(entry, make_tag(root, entry))
    line = make_line(root, entry, page, known.chain.head)
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
    mine = read_refs(root, tag, ledger)
    if mine.get(ledger) != line or mine.get(tag) != page.tag_object:
        own = [
            Update(ref=tag, new=page.tag_object, old=mine.get(tag)),
            Update(ref=ledger, new=line, old=known.chain.head),
        ]
        refused = update_refs(root, own)
        if refused is not None:
            return _kept(root, known, page, line, refused)
    return page


def push_known(root: Path, known: Known) -> None:
    """Brings a remote up to date with entries that were written to this clone only; another's win leaves it alone."""
    links = known.chain.links
    if known.remote is None or not links or known.head() == links[-1].commit:
        return
    lacking = [
        Update(ref=f"refs/tags/{link.tag}", new=link.tag_object)
        for link in links
        if f"refs/tags/{link.tag}" not in known.refs
    ]
    ledger = Update(ref=ledger_ref(known.chain.model), new=links[-1].commit, old=known.head())
    _pushed(root, known, [*lacking, ledger])


def _pushed(root: Path, known: Known, updates: list[Update]) -> bool:
    """Whether a remote has the updates; not so where another entry came first. Raises EvaluationError otherwise."""
    remote, ledger = known.remote or "", ledger_ref(known.chain.model)
    refused = push_refs(root, remote, updates)
    if refused is None:
        return True
    try:
        now = list_remote(root, remote).refs
    except EvaluationError as error:
        raise EvaluationError(
            f"The push to `{remote}` failed: {refused} Nor could it be asked whether the promotion arrived.",
            hint="Run it again once the remote answers: a promotion that arrived is found, and none is made twice.",
        ) from error
    # A push may be done although its answer was lost.
    if all(now.get(each.ref) == each.new for each in updates):
        return True
    if now.get(ledger) == known.head():
        otherwise = "Its hooks or rules say no, a `.lock` file was left in it, or it was cut off. Run it again then."
        raise EvaluationError(
            f"The remote `{remote}` refused the promotion: {refused}",
            hint=f"Nothing was written to it. {rights_hint(refused, otherwise, 'write')}",
        )
    return False


def _kept(root: Path, known: Known, page: Promotion, line: str, refused: str) -> Promotion | None:
    """What a refused change of this clone means: somebody was faster here, or a lock was left behind."""
    now = read_refs(root, ledger_ref(page.model)).get(ledger_ref(page.model))
    if known.remote is not None and (now == line or (now is not None and is_ancestor(root, line, now))):
        return page
    if now != known.chain.head:
        return None
    written = "The promotion is on the remote, but this clone" if known.remote else "This clone"
    raise EvaluationError(
        f"{written} could not be written: {refused}", hint="Remove the `.lock` file, and run it again."
    )


def _refuse_taken(root: Path, known: Known, entry: Entry, tag_object: str) -> None:
    """Refuses a tag's name that something else has, or that differs from another only in upper and lower case."""
    refs = {**read_refs(root, "refs/tags", "refs/heads"), **known.refs}
    tag, branch = f"refs/tags/{entry.tag}", f"refs/heads/{entry.tag}"
    if branch in refs:
        raise PromotionError(
            f"There is a branch named like the tag {entry.tag}.", hint="Rename the branch: its name would be ambiguous."
        )
    if refs.get(tag, tag_object) != tag_object:
        raise PromotionError(
            f"There is a tag {entry.tag} that is not in the ledger, so it was made by hand.",
            hint=f"Find out who made it, and remove it: `git tag -d {entry.tag}`, and on the remote.",
        )
    folded = tag.lower()
    for name in refs:
        if name.lower() == folded and name != tag:
            raise PromotionError(f"{name} differs from {tag} only in upper and lower case.")


def _refuse_moved(known: Known) -> None:
    """Refuses a remote whose tags are not those that its own ledger lists."""
    for link in known.links_there():
        found = known.refs.get(f"refs/tags/{link.tag}")
        if found != link.tag_object:
            what = "is gone from" if found is None else "was moved on"
            raise PromotionError(
                f"The tag {link.tag} {what} the remote `{known.remote}`: the ledger lists {link.tag_object[:12]}.",
                hint=f"Restore it there: `git push {known.remote} {link.tag_object[:12]}:refs/tags/{link.tag}`.",
            )
