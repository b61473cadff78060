"""A snapshot of reviews is taken whole from GitHub, or not at all (B9, B12, B17)."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.support import review_snapshots as made

from assay.edges.github.client import Client, GitHubError, connect
from assay.edges.github.clock import Clock
from assay.edges.github.review_reading import take_snapshot
from assay.reviews.snapshot import ReviewSnapshot, read_snapshot

ROLES: dict[str, Any] = {
    "domain_expert": {"users": ["Ada", "аda", "nobody"], "teams": []},
    "ml_engineer": {"users": [], "teams": ["lab/engineers"]},
}
HOME, PULL, TEAM = "/repos/lab/credit", "/repos/lab/credit/pulls/7", "/orgs/lab/teams/engineers/members"


def user(login: str, kind: str = "User") -> dict[str, Any]:
    return {"id": made.IDS.get(login, 90), "login": login, "type": kind, "avatar_url": "x"}


def raw_review(number: int, login: str, state: str = "APPROVED") -> dict[str, Any]:
    found = {
        "id": 100 + number,
        "node_id": "R",
        "user": user(login),
        "state": state,
        "body": "@all",
        "commit_id": made.HEAD,
    }
    return {**found, "submitted_at": made.at(number), "pull_request_url": made.HOME, "author_association": "MEMBER"}


def raw_commit(message: str = "Train it again") -> dict[str, Any]:
    who = {"name": "M", "email": "mallory@example.org", "date": made.at(0)}
    inner = {"author": who, "committer": who, "message": message, "verification": {"verified": False}}
    return {"sha": made.HEAD, "commit": inner, "author": user("mallory"), "committer": user("mallory")}


@dataclass
class Lab:
    """What the loopback server answers by path, and what it was asked."""

    answers: dict[str, Any] = field(default_factory=dict)
    failing: dict[str, int] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    on_asked: dict[tuple[str, int], Any] = field(default_factory=dict)
    page: int = 100

    def permit(self, login: str, permission: str = "write", number: int | None = None) -> None:
        found = {
            "permission": permission,
            "role_name": permission,
            "user": {**user(login), "id": number or made.IDS[login]},
        }
        self.answers[f"{HOME}/collaborators/{login.lower()}/permission"] = found

    def answer(self, path: str, page: int) -> tuple[int, Any, bool]:
        self.asked.append(path)
        again = self.on_asked.pop((path, self.asked.count(path)), None)
        if again is not None:
            self.answers[path] = again
        if f"{path}?{page}" in self.failing or path in self.failing:
            return self.failing.get(f"{path}?{page}") or self.failing[path], {"message": "Not now"}, False
        found = self.answers.get(path)
        if isinstance(found, list):
            part = found[(page - 1) * self.page : page * self.page]
            return 200, part, page * self.page < len(found)
        return (404, {"message": "Not Found"}, False) if found is None else (200, found, False)


@pytest.fixture
def lab() -> Lab:
    pull = {
        "id": 70,
        "node_id": "PR_70",
        "number": 7,
        "state": "open",
        "merged": False,
        "draft": False,
        "commits": 1,
        "user": user("mallory"),
        "merge_commit_sha": made.BASE,
        "head": {"sha": made.HEAD, "ref": "feature", "repo": {"id": 11}},
        "base": {"sha": made.BASE, "ref": "main", "repo": {"id": 11}},
    }
    made_lab = Lab(
        {
            HOME: {"id": 11, "full_name": "lab/credit", "default_branch": "main"},
            PULL: pull,
            f"{PULL}/reviews": [raw_review(1, "ada"), raw_review(2, "joan"), raw_review(3, "kay", "COMMENTED")],
            f"{PULL}/commits": [raw_commit()],
            f"{HOME}/issues/7/timeline": [
                {"event": "commented", "user": user("kay")},
                {"event": "committed", "sha": made.HEAD},
            ],
            TEAM: [user("joan")],
        }
    )
    made_lab.permit("ada")
    made_lab.permit("joan", "admin")
    return made_lab


@pytest.fixture
def client(lab: Lab) -> Iterator[Client]:
    class Handler(BaseHTTPRequestHandler):
        disable_nagle_algorithm = True
        wbufsize = -1

        def do_GET(self) -> None:
            address = urlsplit(self.path)
            page = int(parse_qs(address.query).get("page", ["1"])[0])
            status, body, more = lab.answer(address.path, page)
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            if more:
                self.send_header("Link", f'<http://{self.headers["Host"]}{address.path}?page={page + 1}>; rel="next"')
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}"
    yield connect(url=url, token=made.HEAD, repository="lab/credit", clock=Clock(sleep=lambda _: None), patience=5.0)
    server.shutdown()
    thread.join()
    server.server_close()


def opens(snapshot: ReviewSnapshot) -> bool:
    return made.opens(made.judged(json.loads(snapshot.content()), ROLES))


def test_the_snapshot_of_an_approved_pull_request(client: Client, lab: Lab) -> None:
    snapshot = take_snapshot(client, 7, ROLES)
    assert opens(snapshot)
    assert read_snapshot(json.loads(snapshot.content())) == snapshot
    assert snapshot.pull_request.merge_commit is None
    assert snapshot.events == ()
    assert [(each.user, each.state) for each in snapshot.memberships] == [(2, "none"), (5, "active")]
    assert len(lab.asked) <= 12


def test_logins_are_resolved_once_and_homoglyphs_are_never_asked_for_b17(client: Client, lab: Lab) -> None:
    found = {each.login: (each.id, each.permission) for each in take_snapshot(client, 7, ROLES).permissions}
    assert found == {"ada": (2, "write"), "joan": (5, "admin"), "nobody": (None, "none")}
    assert all(path.isascii() and "%" not in path for path in lab.asked)


def test_who_comments_only_costs_no_request(client: Client, lab: Lab) -> None:
    lab.answers[f"{PULL}/reviews"] += [raw_review(number, "kay", "COMMENTED") for number in range(4, 60)]
    take_snapshot(client, 7, ROLES)
    assert not any("kay" in path for path in lab.asked)


def test_an_objection_on_the_second_page_is_seen_b12(client: Client, lab: Lab) -> None:
    reviews = [raw_review(1, "ada"), raw_review(2, "joan")]
    reviews += [raw_review(3, "kay", "COMMENTED") | {"id": 200 + number} for number in range(98)]
    lab.answers[f"{PULL}/reviews"] = reviews
    assert opens(take_snapshot(client, 7, ROLES))
    lab.answers[f"{PULL}/reviews"] = [*reviews, raw_review(50, "joan", "CHANGES_REQUESTED") | {"id": 999}]
    assert not opens(take_snapshot(client, 7, ROLES))


@pytest.mark.parametrize("status", [500, 502])
def test_a_page_that_cannot_be_read_leaves_no_snapshot_b12(client: Client, lab: Lab, status: int) -> None:
    lab.answers[f"{PULL}/reviews"] = [raw_review(1, "ada") | {"id": number} for number in range(1, 102)]
    lab.failing[f"{PULL}/reviews?2"] = status
    with pytest.raises(GitHubError):
        take_snapshot(client, 7, ROLES)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        *((PULL, 404), (f"{PULL}/commits", 403), (f"{HOME}/issues/7/timeline", 404), (TEAM, 404), (TEAM, 403)),
        (f"{HOME}/collaborators/ada/permission", 403),
    ],
)
def test_what_the_token_may_not_see_is_not_taken_for_nothing(client: Client, lab: Lab, path: str, status: int) -> None:
    lab.failing[path] = status
    with pytest.raises(GitHubError) as stopped:
        take_snapshot(client, 7, ROLES)
    assert stopped.value.status == status
    assert "Add `" in stopped.value.hint


@pytest.mark.parametrize(
    ("path", "change"),
    [
        (f"{PULL}/reviews", [raw_review(1, "ada"), raw_review(2, "joan", "DISMISSED")]),
        (f"{PULL}/reviews", []),
    ],
)
def test_reviews_that_change_meanwhile_leave_no_snapshot(client: Client, lab: Lab, path: str, change: Any) -> None:
    lab.on_asked[(path, 2)] = change
    with pytest.raises(GitHubError, match="changed while it was read"):
        take_snapshot(client, 7, ROLES)


def test_a_push_meanwhile_leaves_no_snapshot_b3(client: Client, lab: Lab) -> None:
    lab.on_asked[(PULL, 2)] = {**lab.answers[PULL], "head": {"sha": made.OLD, "repo": {"id": 11}}}
    with pytest.raises(GitHubError, match="changed while it was read"):
        take_snapshot(client, 7, ROLES)


@pytest.mark.parametrize(
    ("message", "emails"),
    [
        ("Train", []),
        ("Train\n\nCo-authored-by: Ada <2+ada@users.noreply.github.com>", ["2+ada@users.noreply.github.com"]),
        ("Train\r\n\r\nCO-AUTHORED-BY:Ada<a@b.c>\r\nSigned-off-by: M <m@n.o>", ["a@b.c"]),
        ("Co-authored-by: A <a@b.c>\nCo-authored-by: B <b@b.c>\n\nmore text", ["a@b.c", "b@b.c"]),
        ("Train\n\n  co-authored-by : Ada", [""]),
        ("Train\n\nCo-authored-by: Ada <a@b.c> <d@e.f>", ["d@e.f"]),
        ("We mention Co-authored-by: Ada <a@b.c> inside a line", []),
    ],
)
def test_trailers_are_read_from_the_message_b2(client: Client, lab: Lab, message: str, emails: list[str]) -> None:
    lab.answers[f"{PULL}/commits"] = [raw_commit(message)]
    (commit,) = take_snapshot(client, 7, ROLES).commits
    assert [each.email for each in commit.co_authors] == emails


@pytest.mark.parametrize("nobody", [None, {}])
def test_a_commit_of_an_unknown_address_has_no_author_b13(client: Client, lab: Lab, nobody: Any) -> None:
    lab.answers[f"{PULL}/commits"] = [{**raw_commit(), "author": nobody}]
    snapshot = take_snapshot(client, 7, ROLES)
    assert snapshot.commits[0].author is None
    assert not opens(snapshot)


def test_events_are_kept_where_they_matter_to_approvals_b2_b19(client: Client, lab: Lab) -> None:
    names = ("labeled", "head_ref_force_pushed", "ready_for_review", "base_ref_changed", "mentioned")
    events = [{"event": name, "actor": user("ada"), "created_at": "2026-11-20T12:30:00+02:00"} for name in names]
    lab.answers[f"{HOME}/issues/7/timeline"] = events
    snapshot = take_snapshot(client, 7, ROLES)
    assert [each.event for each in snapshot.events] == ["head_ref_force_pushed", "ready_for_review", "base_ref_changed"]
    assert {each.created_at for each in snapshot.events} == {"2026-11-20T10:30:00Z"}
    assert not opens(snapshot)


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        (PULL, {"id": 70}),
        (PULL, []),
        (HOME, {"id": "11", "full_name": "lab/credit", "default_branch": "main"}),
        (f"{PULL}/reviews", [{"id": 1}]),
        (f"{PULL}/reviews", ["review"]),
        (f"{PULL}/commits", {"message": "unexpected"}),
        (f"{PULL}/commits", [raw_commit() | {"sha": "HEAD"}]),
        (f"{HOME}/issues/7/timeline", [{"event": "ready_for_review", "created_at": "soon"}]),
        (TEAM, [{"login": "joan"}]),
    ],
)
def test_an_answer_of_another_shape_leaves_no_snapshot(client: Client, lab: Lab, path: str, answer: Any) -> None:
    lab.answers[path] = answer
    with pytest.raises(GitHubError, match="is not valid"):
        take_snapshot(client, 7, ROLES)


def test_a_team_that_is_no_team_is_said(client: Client) -> None:
    with pytest.raises(GitHubError, match=re.escape("`../repos` is not `organisation/team`")):
        take_snapshot(client, 7, {"ml_engineer": {"users": [], "teams": ["../repos"]}})
