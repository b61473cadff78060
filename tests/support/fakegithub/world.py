"""What the fake GitHub holds: users, teams, tokens, and repositories with what lies in them."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any

ACTIONS_BOT = "github-actions[bot]"
Body = dict[str, Any]


@dataclass
class Token:
    """A token: whose it is, and what it may do; `permissions` maps `issues` … to `read` or `write`.

    `installation` tokens are those of apps and of jobs, which are no user and cannot ask who they are.
    """

    login: str = ACTIONS_BOT
    permissions: dict[str, str] = field(default_factory=dict)
    installation: bool = True


@dataclass
class Settings:
    """The settings of a repository: nothing is protected, and Actions may do what GitHub's oldest defaults let them."""

    private: bool = False
    branch_rules: list[Body] = field(default_factory=list)
    protection: Body | None = None
    rulesets: list[Body] = field(default_factory=list)
    environments: list[Body] = field(default_factory=list)
    environment_secrets: dict[str, list[str]] = field(default_factory=dict)
    secrets: list[str] = field(default_factory=list)
    organization_secrets: list[str] = field(default_factory=list)
    variables: list[str] = field(default_factory=list)
    token_default: str = "write"  # noqa: S105  # a level
    may_approve: bool = True
    approval_policy: str = "first_time_contributors"
    sends_to_forks: bool = True
    runners: int = 0


@dataclass
class Repository:
    """A repository; pull requests, reviews, comments and the rest are bodies as the API shows them, in part."""

    id: int
    name: str
    default_branch: str = "main"
    clone_url: str = "https://github.com/octocat/elsewhere.git"
    pulls: dict[int, Body] = field(default_factory=dict)
    commits: dict[int, list[Body]] = field(default_factory=dict)
    reviews: dict[int, list[Body]] = field(default_factory=dict)
    events: dict[int, list[Body]] = field(default_factory=dict)
    permissions: dict[str, str] = field(default_factory=dict)
    comments: dict[int, Body] = field(default_factory=dict)
    statuses: dict[str, list[Body]] = field(default_factory=dict)
    releases: dict[int, Body] = field(default_factory=dict)
    assets: dict[int, Body] = field(default_factory=dict)
    contents: dict[int, bytes] = field(default_factory=dict)
    refs: dict[str, Body] = field(default_factory=dict)
    tags: dict[str, Body] = field(default_factory=dict)
    branches: dict[str, str] = field(default_factory=dict)
    settings: Settings = field(default_factory=Settings)


@dataclass
class World:
    """Everything there is."""

    users: dict[str, Body] = field(default_factory=dict)
    teams: dict[str, dict[str, str]] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    repositories: dict[str, Repository] = field(default_factory=dict)
    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1000))

    def user(self, login: str, kind: str = "") -> Body:
        """A user by login, made on first mention; one whose login ends in `[bot]` is a bot."""
        kind = kind or ("Bot" if login.endswith("[bot]") else "User")
        return self.users.setdefault(login, {"login": login, "id": next(self.numbers), "type": kind})

    def repository(self, name: str, **given: Any) -> Repository:
        """A repository by `owner/name`, made on first mention."""
        if name not in self.repositories:
            self.repositories[name] = Repository(id=next(self.numbers), name=name, **given)
        return self.repositories[name]

    def token(self, text: str, *, login: str = ACTIONS_BOT, installation: bool = True, **permissions: str) -> str:
        """Makes a token known, with its permissions (`pull_requests="write"`, …); returns its text."""
        self.tokens[text] = Token(login=login, permissions=permissions, installation=installation)
        return text

    def pull(self, name: str, number: int, *, author: str, head: str, base: str = "b" * 40, **given: Any) -> Body:
        """A pull request into the default branch; `given` overlays the API's body (`draft=True`, …)."""
        repository = self.repository(name)
        side = {"repo": {"id": repository.id, "full_name": name}, "user": self.user(author)}
        body: Body = {
            "id": next(self.numbers),
            "node_id": f"PR_{repository.id}_{number}",
            "number": number,
            "state": "open",
            "draft": False,
            "merged": False,
            "user": self.user(author),
            "head": {**side, "sha": head, "ref": "change", "label": f"{author}:change"},
            "base": {**side, "sha": base, "ref": repository.default_branch, "label": f"{name.partition('/')[0]}:main"},
            **given,
        }
        repository.pulls[number] = body
        return body

    def review(self, name: str, number: int, login: str, state: str, commit: str, **given: Any) -> Body:
        """A review of a pull request, after those there are."""
        body: Body = {
            "id": next(self.numbers),
            "user": self.user(login),
            "state": state,
            "commit_id": commit,
            "body": "",
            "submitted_at": f"2026-01-01T00:{len(self.repository(name).reviews.get(number, [])) % 60:02}:00Z",
            "pull_request_url": f"https://api.github.com/repos/{name}/pulls/{number}",
            **given,
        }
        self.repository(name).reviews.setdefault(number, []).append(body)
        return body

    def commit(self, name: str, number: int, sha: str, *, author: str | None, **given: Any) -> Body:
        """A commit of a pull request; `author=None` is one whose address belongs to no account."""
        user = None if author is None else self.user(author)
        person = {
            "name": author or "nobody",
            "email": f"{author or 'nobody'}@example.com",
            "date": "2026-01-01T00:00:00Z",
        }
        body: Body = {
            "sha": sha,
            "author": user,
            "committer": user,
            "commit": {"message": "A change", "author": person, "committer": person},
            "parents": [],
            **given,
        }
        self.repository(name).commits.setdefault(number, []).append(body)
        return body

    def event(self, name: str, number: int, event: str, login: str, **given: Any) -> Body:
        """An event of a pull request's timeline (`review_dismissed`, `head_ref_force_pushed`, …)."""
        body: Body = {"id": next(self.numbers), "event": event, "actor": self.user(login), **given}
        self.repository(name).events.setdefault(number, []).append(body)
        return body

    def team(self, slug: str, *logins: str, state: str = "active") -> None:
        """Makes users members of a team (`acme/credit-experts`)."""
        for login in logins:
            self.user(login)
            self.teams.setdefault(slug, {})[login] = state
