"""The branch that holds what may be promoted: the remote's own, or the one of this clone where nothing is pushed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from assay.edges.git import find_commit
from assay.edges.git_push import Listing, is_ancestor
from assay.errors import EvaluationError, UsageError
from assay.ledger.chain import Unverified
from assay.ledger.entry import Entry
from assay.ledger.promotion_page import PromotionError


@dataclass(frozen=True, kw_only=True)
class Branch:
    """A branch as a person calls it, and the commit that it names."""

    shown: str
    head: str


def branch_of_remote(remote: str, listing: Listing, name: str | None) -> Branch:
    """The branch of a remote, by default the one it names itself; raises UsageError or EvaluationError for none."""
    wanted = name or listing.default
    if wanted is None:
        raise EvaluationError(
            f"The remote `{remote}` names no default branch, so nothing says what may be promoted.",
            hint="Name the branch with --branch.",
        )
    head = listing.refs.get(f"refs/heads/{wanted}")
    if head is None:
        error = UsageError if name else EvaluationError
        raise error(f"The remote `{remote}` has no branch `{wanted}`.", hint="Name its protected branch with --branch.")
    return Branch(shown=f"the branch {wanted} of `{remote}`", head=head)


def branch_of_clone(root: Path, name: str | None) -> Branch:
    """A branch of this clone, by default what is checked out: what is written here is held again when it is pushed."""
    if not name:
        return Branch(shown="what is checked out", head=find_commit(root, "HEAD"))
    return Branch(shown=f"the branch {name} of this clone", head=find_commit(root, f"refs/heads/{name}"))


def require_on_branch(root: Path, branch: Branch, commit: str) -> None:
    """Raises PromotionError for a commit that the branch does not hold: nobody merged it."""
    if not is_ancestor(root, commit, branch.head):
        raise PromotionError(
            f"The commit {commit[:12]} is not on {branch.shown}, so it may be neither registered nor promoted.",
            hint="Merge and push it first, or name the branch that holds what may be promoted with --branch.",
        )


def require_brought_along(root: Path, branch: Branch, entries: Iterable[Entry | Unverified]) -> None:
    """Holds the entries that only this clone has, because they are pushed together with the next one."""
    for entry in entries:
        if isinstance(entry, Unverified):
            raise PromotionError(
                f"The tag {entry.tag} would be pushed along, but it is unverified: {entry.reason}.",
                hint="Restore the tag in this clone; see `assay status`.",
            )
        require_on_branch(root, branch, entry.commit)
