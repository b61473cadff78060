"""The chain read from clone and remote, and its next entry written to both: created, never moved."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from assay.edges.git_push import Update, fetch_refs, is_ancestor, list_remote, push_refs, update_refs
from assay.edges.git_tags import make_line, make_tag, read_chain, read_refs, refuse_shallow
from assay.entries import Entry
from assay.errors import EvaluationError
from assay.promotion import Promotion, PromotionError, promotion_page
from assay.promotion_chain import Chain
from assay.tag_names import ledger_ref


@dataclass(frozen=True, kw_only=True)
class Known:
    """A model's chain, and the remote's refs as they were listed; `remote` is None where only this clone counts."""

    chain: Chain
    remote: str | None
    refs: dict[str, str]

    def head(self) -> str | None:
        """What the remote's ledger names."""
        return self.refs.get(ledger_ref(self.chain.model))


def read_known(root: Path, model: str, remote: str | None) -> Known:
    """The chain, after fetching what the remote has more; raises EvaluationError where the two do not fit."""
    refuse_shallow(root)
    if remote is None:
        return Known(chain=read_chain(root, model), remote=None, refs={})
    refs, ledger = list_remote(root, remote), ledger_ref(model)
    mine = read_refs(root, ledger, f"refs/tags/{model}@*", f"refs/tags/{model}#*")
    tags = [name for name in refs if name.startswith((f"refs/tags/{model}@", f"refs/tags/{model}#"))]
    lacking = [name for name in tags if name not in mine]
    head, here = refs.get(ledger), mine.get(ledger)
    if head is not None and head != here and not (here and is_ancestor(root, head, here)):
        lacking.append(ledger)
    if lacking:
        every = (f"refs/tags/{model}@*", f"refs/tags/{model}#*")
        fetch_refs(root, remote, [*every, ledger] if ledger in lacking else every)
    known = Known(chain=read_chain(root, model), remote=remote, refs=refs)
    _refuse_moved(known)
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
        refused = push_refs(root, known.remote, updates)
        if refused is not None and not _is_there(root, known.remote, {tag: page.tag_object, ledger: line}):
            _refuse_unless_lost(root, known, refused)
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
    refused = push_refs(root, known.remote, [*lacking, ledger])
    if refused is not None and list_remote(root, known.remote).get(ledger.ref) != ledger.new:
        raise EvaluationError(
            f"The remote `{known.remote}` refused the promotion: {refused}", hint="It is written in this clone only."
        )


def _is_there(root: Path, remote: str, wanted: dict[str, str]) -> bool:
    """Whether the remote has the refs after all: a push may be done although its answer was lost."""
    refs = list_remote(root, remote)
    return all(refs.get(name) == found for name, found in wanted.items())


def _refuse_unless_lost(root: Path, known: Known, refused: str) -> None:
    """Raises EvaluationError unless another entry came first: then the remote refused for a reason of its own."""
    refs = list_remote(root, known.remote or "")
    if refs.get(ledger_ref(known.chain.model)) == known.head():
        raise EvaluationError(
            f"The remote `{known.remote}` refused the promotion: {refused}",
            hint="Nothing was written. Its hooks, rules or your rights say no, or a `.lock` file was left in it.",
        )


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
    links = known.chain.links
    commits = [link.commit for link in links]
    pushed = links[: commits.index(head) + 1] if (head := known.head()) in commits else ()
    for link in pushed:
        found = known.refs.get(f"refs/tags/{link.tag}")
        if found != link.tag_object:
            what = "is gone from" if found is None else "was moved on"
            raise PromotionError(
                f"The tag {link.tag} {what} the remote `{known.remote}`: the ledger lists {link.tag_object[:12]}.",
                hint=f"Restore it there: `git push {known.remote} {link.tag_object[:12]}:refs/tags/{link.tag}`.",
            )
