"""The branch whose commits can be promoted: the remote's, or this clone's if nothing is pushed."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from assay.edges.git import checked_out, find_commit
from assay.edges.git_push import Listing, is_ancestor
from assay.errors import EvaluationError, UsageError
from assay.ledger.chain import Unverified
from assay.ledger.entry import Entry
from assay.ledger.promotion_page import PromotionError


@dataclass(frozen=True, kw_only=True)
class Branch:
    """A branch: its name, its name in messages, and its commit.

    `base` is the commit whose manifest sets the terms of promotions: that of the remote's default branch, or of this
    clone's branch if nothing is pushed. None if the remote has no default branch.
    """

    name: str
    shown: str
    head: str
    base: str | None
    default: str | None = None


def branch_of_remote(remote: str, listing: Listing, name: str | None) -> Branch:
    """A branch of a remote, by default its default branch; raises UsageError or EvaluationError if there is none."""
    wanted = name or listing.default
    if wanted is None:
        raise EvaluationError(
            f"The remote `{remote}` has no default branch, so it is unknown which commits can be promoted.",
            hint="Give the branch with --branch.",
        )
    head = listing.refs.get(f"refs/heads/{wanted}")
    if head is None:
        error = UsageError if name else EvaluationError
        raise error(f"The remote `{remote}` has no branch `{wanted}`.", hint="Give its protected branch with --branch.")
    base = listing.refs.get(f"refs/heads/{listing.default}")
    shown = f"the branch {wanted} of `{remote}`"
    return Branch(name=wanted, shown=shown, head=head, base=base, default=listing.default)


def branch_of_clone(root: Path, name: str | None) -> Branch:
    """A branch of this clone, by default the checkout; a later push verifies its entries again."""
    if not name:
        head = find_commit(root, "HEAD")
        return Branch(name=checked_out(root), shown="the branch that is checked out", head=head, base=head)
    head = find_commit(root, f"refs/heads/{name}")
    return Branch(name=name, shown=f"the branch {name} of this clone", head=head, base=head)


def require_on_branch(root: Path, branch: Branch, commit: str) -> None:
    """Raises PromotionError for a commit that is not on the branch: nobody merged it."""
    if not is_ancestor(root, commit, branch.head):
        raise PromotionError(
            f"The commit {commit[:12]} is not on {branch.shown}, so it cannot be registered or promoted.",
            hint="Merge and push it first, or give its branch with --branch.",
        )


def require_branch_of_stage(branch: Branch, remote: str | None, stage: str, named: Collection[str]) -> None:
    """Raises PromotionError for a branch that is not the remote's default branch and that the base does not name.

    Nobody may be asked before a commit is on such a branch. Without a remote the next push verifies the branch.
    """
    if remote is None or branch.name in named:
        return
    if branch.default is None:
        raise PromotionError(
            f"The remote `{remote}` has no default branch, so it is unknown which branch is protected.",
            hint="Set its default branch.",
        )
    if branch.name != branch.default:
        raise PromotionError(
            f"{stage} takes commits of the default branch {branch.default}, not of {branch.name}.",
            hint=f"Merge the commit into {branch.default}, or have its manifest name the branch: "
            f"`stages: {{{stage}: {{branches: [{branch.name}]}}}}`.",
        )


def require_pushable(root: Path, branch: Branch, entries: Iterable[Entry | Unverified]) -> None:
    """Verifies the entries that only this clone has, because they are pushed with the next one."""
    for entry in entries:
        if isinstance(entry, Unverified):
            raise PromotionError(
                f"The tag {entry.tag} would be pushed too, but it is unverified: {entry.reason}.",
                hint="Restore the tag in this clone; see `assay status`.",
            )
        require_on_branch(root, branch, entry.commit)
        if entry.event != "register" and (branch.base is None or not is_ancestor(root, entry.commit, branch.base)):
            raise PromotionError(
                f"The promotion {entry.tag} would be pushed too, but its commit is not on the default branch.",
                hint="Merge the commit first, or promote again from a clone without that tag.",
            )
