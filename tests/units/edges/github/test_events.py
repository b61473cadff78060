"""Which pull request and which commit a run is about: the event says it, nobody else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.support.fakegithub.server import FakeGitHub

from assay.edges.github.client import Client, GitHubError
from assay.edges.github.events import find_pull_request, need_pull_request, read_event

HEAD, MERGE, NAME = "a" * 40, "d" * 40, "acme/loans"
PULL = {"repository": {"id": 1}, "pull_request": {"number": 7, "head": {"sha": HEAD}}}


def environment(folder: Path, name: str, document: Any, **given: str) -> dict[str, str]:
    path = folder / "event.json"
    path.write_text(document if isinstance(document, str) else json.dumps(document))
    return {
        "GITHUB_EVENT_NAME": name,
        "GITHUB_EVENT_PATH": str(path),
        "GITHUB_REPOSITORY": NAME,
        "GITHUB_SHA": MERGE,
        "GITHUB_RUN_ID": "4711",
        "GITHUB_RUN_ATTEMPT": "2",
        **given,
    }


def test_a_pull_request(tmp_path: Path) -> None:
    event = read_event(environment(tmp_path, "pull_request", PULL))
    assert (event.number, event.head, event.run) == (7, HEAD, (4711, 2))
    assert event.page == "https://github.com/acme/loans/actions/runs/4711/attempts/2"
    assert need_pull_request(event) == 7


def test_a_push_is_of_its_commit_and_no_pull_request(tmp_path: Path) -> None:
    event = read_event(environment(tmp_path, "push", {"repository": {"id": 1}, "pull_request": {"number": 9}}))
    assert (event.number, event.head) == (None, MERGE)
    with pytest.raises(GitHubError, match="has no pull request") as stopped:
        need_pull_request(event)
    assert "pull_request_review" in stopped.value.hint


@pytest.mark.parametrize(
    ("name", "document", "sentence"),
    [
        ("pull_request", "{", "not JSON"),
        ("pull_request", [], "does not contain an event"),
        ("pull_request", {}, "names no pull request"),
        ("pull_request", {"pull_request": {"number": "7", "head": {"sha": HEAD}}}, "names no pull request"),
        ("pull_request", {"pull_request": {"number": True, "head": {"sha": HEAD}}}, "names no pull request"),
        ("pull_request", {"pull_request": {"number": 7, "head": {"sha": "main"}}}, "names no head commit"),
        ("pull_request", {"pull_request": {"number": 7, "head": None}}, "names no head commit"),
        ("workflow_run", {}, "names no head commit"),
    ],
)
def test_a_wrong_event_is_said(tmp_path: Path, name: str, document: Any, sentence: str) -> None:
    with pytest.raises(GitHubError, match=sentence) as stopped:
        read_event(environment(tmp_path, name, document))
    assert stopped.value.exit_code == 3


def test_outside_of_github(tmp_path: Path) -> None:
    with pytest.raises(GitHubError, match="not a run of GitHub Actions"):
        read_event({})
    with pytest.raises(GitHubError, match="could not be read"):
        read_event(environment(tmp_path, "push", {}, GITHUB_EVENT_PATH=str(tmp_path / "none")))


def test_a_workflow_run_finds_its_pull_request_by_the_head(tmp_path: Path, fake: FakeGitHub, client: Client) -> None:
    """G12: a file that the pull request's own job wrote is never asked."""
    fake.world.pull(NAME, 8, author="bob", head="e" * 40)
    fake.world.pull(NAME, 9, author="bob", head="f" * 40, state="closed")
    repository = fake.world.repository(NAME).id
    for head, number in ((HEAD, 7), ("e" * 40, 8), ("f" * 40, None), ("9" * 40, None)):
        document = {"repository": {"id": repository}, "workflow_run": {"head_sha": head, "pull_requests": []}}
        event = read_event(environment(tmp_path, "workflow_run", document))
        assert find_pull_request(client, event).number == number


def test_a_pull_request_into_another_repository_is_not_meant(tmp_path: Path, fake: FakeGitHub, client: Client) -> None:
    """B14."""
    document = {"repository": {"id": 5}, "workflow_run": {"head_sha": HEAD}}
    assert find_pull_request(client, read_event(environment(tmp_path, "workflow_run", document))).number is None
