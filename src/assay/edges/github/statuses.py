"""A commit status: the verdict, for branch protection."""

from __future__ import annotations

import re
from typing import Literal

from assay.edges.github.client import PAGE, Client, GitHubError

PERMISSION = "statuses: write"
MAX_DESCRIPTION, TRIES = 140, 3
_RUN = re.compile(r"(.+/actions/runs/)([1-9][0-9]{0,18})(?:/attempts/([1-9][0-9]{0,8}))?")


def set_status(
    client: Client,
    head: str,
    *,
    state: Literal["success", "failure", "error"],
    context: str,
    description: str,
    page: str,
) -> bool:
    """Sets a status on a head commit (a pull request's `github.sha` is the merge commit, which branch rules ignore).

    `page` is the run's URL. Returns False if a newer run has set a status, which stays unchanged. Raises
    GitHubError. If the answer was lost, the status is set again, because the last one of a context counts.
    """
    if _is_superseded(client, head, context, page):
        return False
    shown = description if len(description) <= MAX_DESCRIPTION else f"{description[: MAX_DESCRIPTION - 1]}…"
    body = {"state": state, "context": context, "description": shown, "target_url": page}
    for left in reversed(range(TRIES)):
        try:
            client.call("POST", client.path("statuses", head), permission=PERMISSION, body=body)
            break
        except GitHubError as error:
            if error.kind != "unsure" or not left:
                raise
    return True


def _is_superseded(client: Client, head: str, context: str, page: str) -> bool:
    """Whether a run that began after this one set the last status of this context on the head."""
    mine = _RUN.fullmatch(page)
    if mine is None:
        return False
    path, parameters = client.path("commits", head, "statuses"), {"per_page": PAGE}
    try:
        _, listed = client.call("GET", path, permission=PERMISSION, parameters=parameters)
    except GitHubError as error:
        if error.kind not in ("refused", "absent"):
            raise
        return False  # where it may not be read, it may not be put either, and that says more
    pages = [str(each.get("target_url") or "") for each in listed if each.get("context") == context]
    theirs = _RUN.fullmatch(pages[0]) if pages else None
    return theirs is not None and theirs[1] == mine[1] and _order(theirs) > _order(mine)


def _order(run: re.Match[str]) -> tuple[int, int]:
    return int(run[2]), int(run[3] or 1)
