"""Snapshots of reviews that tests change one thing of: an approved pull request to begin with."""

from __future__ import annotations

from typing import Any

from assay.manifest.document import Role
from assay.reviews.approval import Approvals, judge_approvals
from assay.reviews.people import People
from assay.reviews.snapshot import Account, ReviewSnapshot, read_snapshot

HEAD, OLD, BASE = "a" * 40, "b" * 40, "c" * 40
REQUIRED = ("domain_expert", "ml_engineer")
ROLES: dict[str, Any] = {
    "domain_expert": {"users": ["ada", "eve"], "teams": []},
    "ml_engineer": {"users": ["grace", "Eve"], "teams": ["lab/engineers"]},
}
HOME = "https://api.github.com/repos/lab/credit/pulls/7"
IDS = {"mallory": 1, "ada": 2, "grace": 3, "eve": 4, "joan": 5, "kay": 6}


def account(login: str, number: int | None = None, kind: str = "User") -> dict[str, Any]:
    return {"id": number or IDS[login], "login": login, "kind": kind}


def at(minute: int) -> str:
    return f"2026-11-20T{10 + minute // 60:02}:{minute % 60:02}:00Z"


def review(number: int, login: str, state: str = "APPROVED", minute: int | None = None, **more: Any) -> dict[str, Any]:
    moment = at(number if minute is None else minute)
    found = {"id": 100 + number, "author": account(login) if login in IDS else None, "state": state, "commit": HEAD}
    return {**found, "submitted_at": moment, "pull_request": HOME, **more}


def commit(sha: str = HEAD, by: str = "mallory", **more: Any) -> dict[str, Any]:
    email = f"{by}@example.org"
    who = {"author": account(by), "committer": account(by), "author_email": email, "committer_email": email}
    return {"sha": sha, **who, "co_authors": [], "verified": True, **more}


def event(name: str, actor: str | None, minute: int) -> dict[str, Any]:
    return {"event": name, "actor": account(actor) if actor else None, "created_at": at(minute)}


def approved() -> dict[str, Any]:
    """Ada and Grace approve Mallory's pull request: nothing is wrong with it."""
    return {
        "snapshot": "reviews",
        "taken_at": at(90),
        "repository": {"id": 11, "name": "lab/credit", "default_branch": "main"},
        "pull_request": {
            "id": 70,
            "node_id": "PR_70",
            "number": 7,
            "author": account("mallory"),
            "state": "open",
            "merged": False,
            "draft": False,
            "head": HEAD,
            "head_repository": 11,
            "base": "main",
            "base_sha": BASE,
            "base_repository": 11,
            "commits": 1,
        },
        "reviews": [review(1, "ada"), review(2, "grace")],
        "commits": [commit()],
        "events": [],
        "permissions": [{"login": name, "id": number, "permission": "write"} for name, number in IDS.items()],
        "memberships": [
            {"team": "lab/engineers", "user": number, "state": "active" if number == IDS["joan"] else "none"}
            for number in IDS.values()
        ],
    }


def changed(**parts: Any) -> dict[str, Any]:
    """The approved snapshot with parts replaced; those of the pull request are merged into it."""
    found = approved()
    for name, part in parts.items():
        found[name] = {**found[name], **part} if isinstance(part, dict) else part
    return found


def typed(roles: dict[str, Any]) -> dict[str, Role]:
    return {name: Role.model_validate(role) for name, role in roles.items()}


def snapshot_of(document: dict[str, Any]) -> ReviewSnapshot:
    return read_snapshot(document)


def judged(
    document: dict[str, Any],
    roles: dict[str, Any] | None = None,
    *,
    persons: dict[str, tuple[str, ...]] | None = None,
    bots: tuple[str, ...] = (),
    signed: bool = False,
) -> Approvals:
    snapshot = snapshot_of(document)
    people = People(snapshot, typed(ROLES if roles is None else roles), persons, bots)
    return judge_approvals(snapshot, people, REQUIRED, signed=signed)


def opens(found: Approvals) -> bool:
    """What the policy needs to be proven."""
    return found.satisfied and not found.blocked_by and not found.doubts


def why_not(found: Approvals, login: str) -> set[str]:
    return next(set(each.why_not) for each in found.reviewers if each.login == login)


def account_of(login: str) -> Account:
    return Account(**account(login))
