"""The base of a run on GitHub: the first parent of a merge, or where the commit left its branch; never a snapshot."""

from __future__ import annotations

import os
from pathlib import Path

from assay.edges.git_ancestry import find_branch, find_fork
from assay.edges.git_checkout import Checkout, read_checkout
from assay.edges.github.client import GitHubError
from assay.edges.github.events import MERGING, PULL_EVENTS, RunEvent, read_event
from assay.errors import UsageError

AUTO = "auto"


def find_event_base(root: Path, remote: str) -> str | None:
    """The commit whose manifest judges what is checked out; None if it is on the default branch and replaces nothing.

    For GitHub's merge of a pull request it is the merge's first parent. Else it is the last commit that the checkout
    has in common with the branch that it is to be merged into, and for a push to the default branch the commit before.
    GitHub's `pull_request.base.sha` is neither: it is where the branch was when the pull request was opened.
    """
    event, checkout = _read_event(), read_checkout(root)
    if checkout is None:
        raise UsageError(f"`{root}` has no commit checked out, so nothing can be compared.", hint="Check it out first.")
    if (event.name in PULL_EVENTS or event.name == "workflow_run") and checkout.merges(event.head):
        return checkout.parents[0]
    if event.name in PULL_EVENTS and checkout.commit != event.head:
        raise _unrelated(event, checkout)
    if event.name == "push" and event.into is not None and event.into == event.default_branch:
        return _before(event, checkout)
    merging = event.name in MERGING
    branch = event.into if merging else event.target or event.default_branch
    if branch is None:
        raise UsageError(
            f"The event `{event.name}` names no branch to compare with.", hint="Name a commit with --base."
        )
    fork = find_fork(root, remote, find_branch(root, remote, branch), checkout.commit)
    # A commit of the branch itself is no change to it, unless the event says that it is to be merged.
    return fork if merging or fork != checkout.commit else None


def _read_event() -> RunEvent:
    try:
        return read_event(os.environ)
    except GitHubError as error:
        error.hint = f"{error.hint} Or name the commit that judges with --base."
        raise


def _before(event: RunEvent, checkout: Checkout) -> str:
    """The commit that a push to the default branch replaced, by zeros none; raises UsageError for another checkout."""
    if checkout.commit != event.head or event.before is None:
        raise _unrelated(event, checkout)
    return event.before


def _unrelated(event: RunEvent, checkout: Checkout) -> UsageError:
    named = f"`refs/pull/{event.number}/merge`" if event.number is not None else "the commit of the event"
    return UsageError(
        f"The commit {checkout.commit[:12]} is checked out, but the event `{event.name}` is about {event.head[:12]}.",
        hint=f"Check out {named}, or name the commit that judges with --base.",
    )
