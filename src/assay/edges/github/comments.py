"""One comment per model on a pull request, edited in place: never two, and no older run replaces a newer one."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from assay.edges.github.client import Client, GitHubError
from assay.edges.github.outputs import cut
from assay.edges.github.posted_text import MOST_IN_COMMENT, WITHHELD, HarmfulTextError, require_harmless

PERMISSION = "pull-requests: write"
MAX_BYTES, TRIES = 64_000, 3
STAMPED = 2
"""How many hidden lines a comment starts with."""
JOBS_OWN = "github-actions[bot]"
_RUN = re.compile(r"<!-- assay-run:(\d{1,19})\.(\d{1,9}) -->")
Run = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class WrittenComment:
    """What happened to the comment, and its URL."""

    done: Literal["created", "updated", "unchanged", "superseded"]
    page: str


@dataclass(frozen=True, kw_only=True)
class _Comment:
    id: int
    body: str
    run: Run
    page: str
    author: Any
    made: str


def write_comment(
    client: Client,
    number: int,
    body: str,
    *,
    marker: str,
    run: Run,
    author: str | None = None,
    links: Collection[str] = (),
) -> WrittenComment:
    """Creates or edits the comment that starts with `marker`, a hidden line; raises GitHubError.

    If the body contains markup that no renderer writes, it posts a fixed text instead and raises HarmfulTextError;
    `links` are the URLs that it may link to.

    A comment is ours if it starts with the marker and its author is the token's (`author`, if the token cannot ask);
    comments of others stay unchanged, whatever they claim (G2). Of several of ours the oldest stays.
    """
    text, fixed = _stamped(body, marker, run), _stamped(WITHHELD, marker, run)
    try:
        _require_harmless(text, links)
    except HarmfulTextError:
        _require_harmless(fixed, ())
        _write_once(client, number, fixed, marker, run, author)
        raise
    return _write_once(client, number, text, marker, run, author)


def _require_harmless(text: str, links: Collection[str]) -> None:
    hidden = text.splitlines()[:STAMPED]
    require_harmless(text, what="comment", most=MOST_IN_COMMENT, hidden=hidden, links=links)


def _write_once(client: Client, number: int, text: str, marker: str, run: Run, author: str | None) -> WrittenComment:
    try:
        return _write(client, number, text, marker, run, author)
    except GitHubError as error:
        if error.kind != "absent":
            raise
        return _write(client, number, text, marker, run, author)  # it was deleted since the list was read


def _write(client: Client, number: int, text: str, marker: str, run: Run, author: str | None) -> WrittenComment:
    found = _marked(client, number, marker)
    ours = _own(found, _identity(client, author)) if found else []
    if ours:
        return _converge(client, ours, text, run)
    created = _create(client, number, text, marker, author)
    # Another run may have created one after the list was read, so new comments are read again.
    recent = _marked(client, number, marker, since=_before(created.made))
    every = {each.id: each for each in (*found, *recent, created)}
    ours = _own([every[key] for key in sorted(every)], created.author)
    settled = _converge(client, ours, text, run) if len(ours) > 1 else None
    if settled is not None and settled.done == "superseded":
        return settled
    return WrittenComment(done="created", page=settled.page if settled else created.page)


def _converge(client: Client, ours: list[_Comment], text: str, run: Run) -> WrittenComment:
    """Keeps one comment, the oldest of ours, with the text of the newest run."""
    kept, newest = ours[0], max(ours, key=lambda each: (each.run, each.id))
    superseded = newest.run > run
    wanted = newest.body if superseded else text
    changed = _plain(kept.body) != _plain(wanted)
    if changed:
        path = client.path("issues", "comments", kept.id)
        client.call("PATCH", path, permission=PERMISSION, body={"body": wanted})
    for each in ours[1:]:
        try:
            client.call("DELETE", client.path("issues", "comments", each.id), permission=PERMISSION)
        except GitHubError as error:
            if error.kind != "absent":  # another run removed it first
                raise
    return WrittenComment(done="superseded" if superseded else "updated" if changed else "unchanged", page=kept.page)


def _create(client: Client, number: int, text: str, marker: str, author: str | None) -> _Comment:
    """Creates the comment; if the answer was lost, checks whether it exists before trying again."""
    for left in reversed(range(TRIES)):
        try:
            path = client.path("issues", number, "comments")
            _, made = client.call("POST", path, permission=PERMISSION, body={"body": text})
            return _comment(made)
        except GitHubError as error:
            if error.kind != "unsure":
                raise
            found = _own(_marked(client, number, marker), _identity(client, author))
            there = [each for each in found if _plain(each.body) == _plain(text)]
            if there:
                return there[-1]
            if not left:
                raise
    raise GitHubError("The comment could not be created.", kind="unsure")


def _marked(client: Client, number: int, marker: str, since: str = "") -> list[_Comment]:
    """The comments that start with the marker, of all authors, oldest first; `since`: only those changed later."""
    path, parameters = client.path("issues", number, "comments"), {"since": since} if since else {}
    listed = client.get(path, permission="pull-requests: read", parameters=parameters)
    found = [_comment(each) for each in listed if str(each.get("body") or "").startswith(marker)]
    return sorted(found, key=lambda each: each.id)


def _comment(raw: Any) -> _Comment:
    body, user = str(raw.get("body") or ""), raw.get("user") or {}
    told = _RUN.search(body.partition("\n")[2].partition("\n")[0])
    run = (int(told[1]), int(told[2])) if told else (0, 0)
    page, made = " ".join(str(raw.get("html_url", "")).split()), str(raw.get("created_at", ""))
    return _Comment(id=int(raw["id"]), body=body, run=run, page=page, author=user.get("login"), made=made)


def _before(moment: str) -> str:
    """An hour before a time of GitHub's clock; empty if the text is not a time."""
    try:
        return (datetime.fromisoformat(moment) - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    except ValueError:
        return ""


def _own(found: list[_Comment], login: str) -> list[_Comment]:
    return [each for each in found if each.author == login]


def _identity(client: Client, author: str | None) -> str:
    """The login of the token's comments; a job's own token is not a user, and may not ask."""
    if author:
        return author
    try:
        _, user = client.call("GET", "/user", permission="metadata: read")
    except GitHubError as error:
        if error.kind != "refused" or error.status == 401:  # noqa: PLR2004  # an unknown token
            raise
        return JOBS_OWN
    return str(user["login"])


def _stamped(body: str, marker: str, run: Run) -> str:
    """The body with the marker and the run on its first two lines, shortened for GitHub."""
    rest = body.removeprefix(marker).removeprefix("\n")
    return cut(f"{marker}\n<!-- assay-run:{run[0]}.{run[1]} -->\n{rest}", MAX_BYTES)


def _plain(body: str) -> str:
    """A body for comparison, without the carriage returns of GitHub's editor."""
    return body.replace("\r\n", "\n").strip()
