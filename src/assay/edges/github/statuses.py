"""A commit status: the verdict, for branch protection."""

from __future__ import annotations

import re
from typing import Any, Literal

from assay.edges.github.client import PAGE, Client, GitHubError

PERMISSION = "statuses: write"
MAX_DESCRIPTION, TRIES = 140, 3
State = Literal["success", "failure", "error"]
_RUN = re.compile(r"(.+/actions/runs/)([1-9][0-9]{0,18})(?:/attempts/([1-9][0-9]{0,8}))?")


def set_status(
    client: Client, head: str, *, state: State, context: str, description: str, page: str
) -> Literal["set", "unchanged", "superseded"]:
    """Sets a status on a head commit (a pull request's `github.sha` is the merge commit, which branch rules ignore).

    `page` is the run's URL. A status that an earlier run set in the same words stays, because GitHub takes 1,000
    for a commit and a context; so does that of a newer run, which supersedes this one. Raises GitHubError. If the
    answer was lost, the status is set again, because the last one of a context counts.
    """
    shown = description if len(description) <= MAX_DESCRIPTION else f"{description[: MAX_DESCRIPTION - 1]}…"
    last, mine = _last(client, head, context, page), _RUN.fullmatch(page)
    theirs = _RUN.fullmatch(str(last.get("target_url") or "")) if last is not None else None
    if last is not None and theirs is not None and mine is not None and theirs[1] == mine[1]:
        if _order(theirs) > _order(mine):
            return "superseded"
        if (last.get("state"), last.get("description")) == (state, shown):
            return "unchanged"
    body = {"state": state, "context": context, "description": shown, "target_url": page}
    for left in reversed(range(TRIES)):
        try:
            client.call("POST", client.path("statuses", head), permission=PERMISSION, body=body)
            break
        except GitHubError as error:
            if error.kind != "unsure" or not left:
                raise
    return "set"


def _last(client: Client, head: str, context: str, page: str) -> dict[str, Any] | None:
    """The last status of a context, which GitHub lists first; None if there is none, or if `page` is no run's."""
    if _RUN.fullmatch(page) is None:
        return None
    path, parameters = client.path("commits", head, "statuses"), {"per_page": PAGE}
    try:
        _, listed = client.call("GET", path, permission=PERMISSION, parameters=parameters)
    except GitHubError as error:
        if error.kind not in ("refused", "absent"):
            raise
        return None  # where it may not be read, it may not be put either, and that says more
    return next((each for each in listed if each.get("context") == context), None)


def _order(run: re.Match[str]) -> tuple[int, int]:
    return int(run[2]), int(run[3] or 1)
