"""The fake itself: strict about what it is asked and answers, and usable as a process."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.fakegithub.contract import DESCRIPTION, Answered, Asked, description, find_operation, violations
from tests.support.fakegithub.server import FakeGitHub
from tests.support.fakegithub.world import World

from assay.edges.github.client import Client, GitHubError, connect

NAME = "acme/loans"


def test_a_request_that_github_would_refuse_is_a_violation(client: Client, fake: FakeGitHub) -> None:
    with pytest.raises(GitHubError):
        client.call("POST", client.path("issues", 7, "comments"), permission="x", body={"text": "no body"})
    with pytest.raises(GitHubError):
        client.get("/repos/acme/loans/no/such/thing")
    assert len(fake.violations) == 2
    fake.violations.clear()


def test_an_answer_that_github_would_not_give_is_a_violation() -> None:
    operation = find_operation("GET", "/repos/acme/loans/pulls/7")
    assert operation is not None
    asked = Asked("http://127.0.0.1", "/repos/acme/loans/pulls/7", "GET", "", None, {}, {})
    assert violations(operation, asked, Answered(200, "application/json", b'{"number": "seven"}'))


def test_every_operation_of_the_description_is_answered() -> None:
    from tests.support.fakegithub.calling import HANDLERS

    described = {each["operationId"] for path in description()["paths"].values() for each in path.values()}
    assert described == set(HANDLERS)


def test_the_description_is_small_and_says_where_it_is_from() -> None:
    assert DESCRIPTION.stat().st_size < 600_000
    assert "@octokit/openapi" in description()["info"]["x-source"]
    assert "MIT License" in (DESCRIPTION.parent / "LICENSE-octokit-openapi").read_text()


def test_as_a_process(project: Path, tmp_path: Path) -> None:
    seed = {
        "tokens": {"job": {"pull_requests": "write"}},
        "repositories": {NAME: {"default_branch": "main"}},
        "pulls": [{"name": NAME, "number": 7, "author": "alice", "head": "a" * 40}],
        "reviews": [{"name": NAME, "number": 7, "login": "bob", "state": "APPROVED", "commit": "a" * 40}],
    }
    (tmp_path / "seed.json").write_text(json.dumps(seed))
    command = [sys.executable, "-m", "tests.support.fakegithub.server", str(tmp_path / "seed.json")]
    with subprocess.Popen(command, cwd=project, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        assert server.stdin is not None
        url = server.stdout.readline().strip()
        given = {"url": url, "token": "job", "repository": NAME}
        client = connect(**given)
        assert client.get(client.path("pulls", 7, "reviews"))[0]["user"]["login"] == "bob"
        server.stdin.close()
    assert server.returncode == 0


def test_worlds_do_not_share() -> None:
    one, other = World(), World()
    one.repository(NAME)
    assert other.repositories == {}
