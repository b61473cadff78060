"""A commit status: the verdict where branch protection looks for it."""

from __future__ import annotations

from typing import Literal

from assay.edges.github.client import Client, GitHubError

PERMISSION = "statuses: write"
MAX_DESCRIPTION, TRIES = 140, 3


def set_status(
    client: Client,
    head: str,
    *,
    state: Literal["success", "failure", "error"],
    context: str,
    description: str,
    page: str,
) -> None:
    """Puts a status on a head commit (a pull request's `github.sha` is the merge commit, which nobody looks at).

    Raises GitHubError. A status whose answer was lost is put again: the last of a context counts.
    """
    shown = description if len(description) <= MAX_DESCRIPTION else f"{description[: MAX_DESCRIPTION - 1]}…"
    body = {"state": state, "context": context, "description": shown, "target_url": page}
    for left in reversed(range(TRIES)):
        try:
            client.call("POST", client.path("statuses", head), permission=PERMISSION, body=body)
        except GitHubError as error:
            if error.kind != "unsure" or not left:
                raise
        else:
            return
