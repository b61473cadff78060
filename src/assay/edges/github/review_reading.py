"""A pull request's reviews, commits and reviewers, read from GitHub as one snapshot."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from pydantic import ValidationError

from assay.edges.github.client import Client, GitHubError
from assay.reviews.doubts import QUIET
from assay.reviews.snapshot import ReviewSnapshot

READ = "pull-requests: read"
EVENTS = (
    *("head_ref_force_pushed", "base_ref_changed", "automatic_base_change_succeeded"),
    *("convert_to_draft", "converted_to_draft", "ready_for_review", "review_dismissed"),
)
_LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}(\[bot\])?")
_TEAM = re.compile(r"([A-Za-z0-9][A-Za-z0-9_-]*)/([A-Za-z0-9][A-Za-z0-9_.-]*)")
_TRAILER = re.compile(r"^[ \t]*co-authored-by[ \t]*:(.*)$", re.IGNORECASE | re.MULTILINE)
_ADDRESS = re.compile(r"(.*?)<([^<>]*)>\s*")


def take_snapshot(client: Client, number: int, roles: Mapping[str, Mapping[str, Any]]) -> ReviewSnapshot:
    """The snapshot that a pull request's approvals are judged by; `roles` are the manifest's.

    Head, base and reviews are read before and after everything else; raises GitHubError if they differ, if a page
    cannot be read, or if a team is hidden from the token, because a snapshot must be complete.
    """
    pulls = client.path("pulls", number)
    repository, pull = client.get(client.path(), permission="metadata: read"), client.get(pulls, permission=READ)
    reviews = client.get(f"{pulls}/reviews", permission=READ)
    commits = client.get(f"{pulls}/commits", permission=READ)
    timeline = client.get(client.path("issues", number, "timeline"), permission=READ)
    try:
        decisive = [review for review in reviews if review["state"] not in QUIET]
        reviewers = {user["id"]: user["login"] for review in decisive if (user := review["user"])}
        document = {
            "taken_at": _moment(datetime.datetime.now(datetime.UTC).isoformat()),
            "repository": {key: repository[from_] for key, from_ in _REPOSITORY},
            "pull_request": _pull_request(pull),
            "reviews": [_review(each) for each in reviews],
            "commits": [_commit(each) for each in commits],
            "events": [_event(each) for each in timeline if each.get("event") in EVENTS],
            "permissions": list(_permissions(client, reviewers, roles)),
            "memberships": list(_memberships(client, reviewers, roles)),
        }
        again = client.get(pulls, permission=READ), client.get(f"{pulls}/reviews", permission=READ)
        same = _pull_request(again[0]) == document["pull_request"]
        same = same and [_review(each) for each in again[1]] == document["reviews"]
        snapshot = ReviewSnapshot.model_validate_json(json.dumps(document))
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        problem = error.errors(include_url=False)[0]["loc"] if isinstance(error, ValidationError) else error
        raise GitHubError(f"GitHub's answer about #{number} is not valid: {problem}.", kind="invalid") from error
    if not same:
        hint = "Take the snapshot again."
        raise GitHubError(f"Pull request #{number} changed while it was read.", kind="unsure", hint=hint)
    return snapshot


_REPOSITORY = (("id", "id"), ("name", "full_name"), ("default_branch", "default_branch"))


def _pull_request(raw: Any) -> dict[str, Any]:
    head, base = raw["head"], raw["base"]
    return {
        **{key: raw[key] for key in ("id", "node_id", "number", "state", "commits")},
        "author": _account(raw["user"]),
        "merged": bool(raw["merged"]),
        "draft": bool(raw["draft"]),
        "head": head["sha"],
        "head_repository": head["repo"]["id"] if head["repo"] else None,
        "base": base["ref"],
        "base_sha": base["sha"],
        "base_repository": base["repo"]["id"],
        "merge_commit": raw["merge_commit_sha"] if raw["merged"] else None,
    }


def _review(raw: Any) -> dict[str, Any]:
    submitted = raw.get("submitted_at")
    return {
        "id": raw["id"],
        "author": _account(raw["user"]),
        "state": raw["state"],
        "commit": raw.get("commit_id") or None,
        "submitted_at": _moment(submitted) if submitted else None,
        "pull_request": raw["pull_request_url"],
    }


def _commit(raw: Any) -> dict[str, Any]:
    inner = raw["commit"]
    return {
        "sha": raw["sha"],
        "author": _account(raw["author"]),
        "committer": _account(raw["committer"]),
        "author_email": (inner["author"] or {}).get("email") or "",
        "committer_email": (inner["committer"] or {}).get("email") or "",
        "co_authors": [_co_author(line) for line in _TRAILER.findall(inner["message"].replace("\r", "\n"))],
        "verified": (inner.get("verification") or {}).get("verified") is True,
    }


def _co_author(line: str) -> dict[str, str]:
    found = _ADDRESS.fullmatch(line.strip())
    # A trailer without an address still says that somebody contributed.
    return {"name": found[1].strip(), "email": found[2].strip()} if found else {"name": line.strip(), "email": ""}


def _event(raw: Any) -> dict[str, Any]:
    return {"event": raw["event"], "actor": _account(raw.get("actor")), "created_at": _moment(raw["created_at"])}


def _account(raw: Any) -> dict[str, Any] | None:
    return {"id": raw["id"], "login": raw["login"], "kind": raw["type"]} if raw else None


def _permissions(
    client: Client, reviewers: Mapping[int, str], roles: Mapping[str, Mapping[str, Any]]
) -> Iterable[dict[str, Any]]:
    """The permissions of each reviewer and each user of a role; they also give the id of a role's login."""
    named = sorted({name for role in roles.values() for name in role.get("users") or () if name.isascii()})
    known = {login.lower(): user for user, login in reviewers.items()}
    spelled = {login.lower(): login for login in (*named, *reviewers.values())}
    for key, login in sorted(spelled.items()):
        raw = _permission(client, login) if _LOGIN.fullmatch(login) else None
        user = (raw.get("user") or {}).get("id") if raw else None
        yield {
            "login": login,
            "id": user if user is not None else known.get(key),
            "permission": raw["permission"] if raw else "none",
        }


def _permission(client: Client, login: str) -> Any:
    try:
        return client.get(client.path("collaborators", login, "permission"), permission="metadata: read")
    except GitHubError as error:
        if error.status == HTTPStatus.NOT_FOUND:
            return None
        raise


def _memberships(
    client: Client, reviewers: Mapping[int, str], roles: Mapping[str, Mapping[str, Any]]
) -> Iterable[dict[str, Any]]:
    """The reviewers' memberships in the teams of roles; only active members count."""
    for team in sorted({team for role in roles.values() for team in role.get("teams") or ()}) if reviewers else ():
        parts = _TEAM.fullmatch(team)
        if parts is None:
            raise GitHubError(f"`{team}` is not `organisation/team`.", kind="invalid", hint="Fix the manifest's roles.")
        path = f"/orgs/{parts[1]}/teams/{parts[2]}/members"
        # GitHub hides a team that the token may not see, so a missing team proves nothing about its members.
        members = {member["id"] for member in client.get(path, permission="members: read (of a GitHub App)")}
        for user in sorted(reviewers):
            yield {"team": team, "user": user, "state": "active" if user in members else "none"}


def _moment(text: str) -> str:
    """A time as UTC to the second."""
    return datetime.datetime.fromisoformat(text).astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
