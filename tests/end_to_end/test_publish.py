"""A decision reaches its readers: comment, status, annotations, summary, outputs; on a GitHub over loopback."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from assay.pages import Decision
from tests.end_to_end.conftest import Assay
from tests.end_to_end.repositories import Repository
from tests.fakegithub.faults import Fault, secondary_limit
from tests.fakegithub.loopback import only_loopback
from tests.fakegithub.server import FakeGitHub
from tests.fakegithub.world import World

HEAD, MERGE, NAME = "a" * 40, "d" * 40, "acme/loans"
MARKER = "<!-- assay:small:validation -->"
JOB = {"pull_requests": "write", "statuses": "write", "contents": "read"}


@dataclass
class Run:
    """A run of GitHub Actions on pull request 7: its environment, and what its runner would read."""

    fake: FakeGitHub
    folder: Path
    monkeypatch: pytest.MonkeyPatch

    def set(self, **given: str) -> None:
        for name, value in given.items():
            self.monkeypatch.setenv(name, value)

    def event(self, name: str, document: Any) -> None:
        (self.folder / "event.json").write_text(json.dumps(document))
        self.set(GITHUB_EVENT_NAME=name, GITHUB_EVENT_PATH=str(self.folder / "event.json"))

    def read(self, name: str) -> str:
        path = self.folder / name
        return path.read_text() if path.exists() else ""

    @property
    def comments(self) -> list[str]:
        return [each["body"] for each in self.fake.world.repositories[NAME].comments.values()]

    @property
    def statuses(self) -> dict[str, list[Any]]:
        return self.fake.world.repositories[NAME].statuses


@pytest.fixture
def actions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    only_loopback(monkeypatch)
    world = World()
    world.pull(NAME, 7, author="alice", head=HEAD)
    world.token("job", **JOB)
    with FakeGitHub(world) as fake:
        run = Run(fake, tmp_path, monkeypatch)
        run.event("pull_request", {"repository": {"id": 1}, "pull_request": {"number": 7, "head": {"sha": HEAD}}})
        run.set(
            GITHUB_ACTIONS="true",
            GITHUB_API_URL=fake.url,
            GITHUB_REPOSITORY=NAME,
            GITHUB_SHA=MERGE,
            GITHUB_RUN_ID="11",
            GITHUB_TOKEN="job",  # noqa: S106  # of the fake
            GITHUB_OUTPUT=str(tmp_path / "output"),
            GITHUB_STEP_SUMMARY=str(tmp_path / "summary"),
        )
        yield run
    assert fake.violations == []


@pytest.fixture
def closed(repository: Repository, assay: Assay) -> Repository:
    repository.replace('roc_auc: ">= 0.70"', 'roc_auc: ">= 0.99"')
    assert assay("check", "--engine", "regorus").code == 1
    return repository


def test_a_closed_gate_is_published(actions: Run, closed: Repository, assay: Assay) -> None:
    ended = assay("publish")
    assert (ended.code, ended.err) == (0, "")
    decision = Decision.model_validate_json((closed.dossier / "decision.json").read_bytes())
    (body,) = actions.comments
    first, stamp, *rest = body.splitlines()
    assert (first, stamp) == (MARKER, "<!-- assay-run:11.1 -->")
    assert "Gate closed" in rest[0]
    assert decision.digest() in body
    assert f"Head `{HEAD[:12]}`" in body
    assert set(actions.statuses) == {HEAD}
    (status,) = actions.statuses[HEAD]
    assert (status["state"], status["context"]) == ("failure", "assay/small/validation")
    assert status["description"].startswith("Gate closed. 1 of ")
    assert "::error file=assay.yaml,line=" in ended.out
    assert "Gate closed" in actions.read("summary")
    assert decision.digest() in actions.read("output")
    assert "card.html" in actions.read("output")


def test_few_calls_and_none_elsewhere(actions: Run, closed: Repository, assay: Assay) -> None:
    assay("publish")
    first = len(actions.fake.journal)
    assay("publish")
    assert first <= 5
    assert len(actions.fake.journal) - first <= 5


def test_few_calls_among_two_thousand_comments(actions: Run, closed: Repository, assay: Assay) -> None:
    held = actions.fake.world.repository(NAME).comments
    user = actions.fake.world.user("talkative")
    for identity in range(2_000):
        held[identity] = {
            "id": identity,
            "issue": 7,
            "user": user,
            "body": "words",
            "updated_at": "2025-01-01T00:00:00Z",
        }
    for _ in range(2):
        before = len(actions.fake.journal)
        assert assay("publish").code == 0
        assert len(actions.fake.journal) - before <= 30


def test_from_closed_to_open_in_the_same_comment(actions: Run, closed: Repository, assay: Assay) -> None:
    assay("publish")
    closed.replace('roc_auc: ">= 0.99"', 'roc_auc: ">= 0.70"')
    assert assay("check", "--engine", "regorus").code == 0
    actions.set(GITHUB_RUN_ID="12")
    assert assay("publish").code == 0
    (body,) = actions.comments
    assert "Gate open" in body
    assert actions.statuses[HEAD][0]["state"] == "success"


def test_an_older_run_does_not_overwrite(actions: Run, closed: Repository, assay: Assay) -> None:
    actions.set(GITHUB_RUN_ID="20")
    assay("publish")
    actions.set(GITHUB_RUN_ID="19")
    ended = assay("publish")
    assert ended.code == 0
    assert "superseded" in ended.out
    assert "assay-run:20.1" in actions.comments[0]


def test_the_comment_of_an_answer_that_was_lost(actions: Run, closed: Repository, assay: Assay) -> None:
    actions.fake.fault(Fault("POST", "/comments", effect="apply_then_answer"))
    assert assay("publish").code == 0
    assert len(actions.comments) == 1


def test_a_fork_falls_back_to_the_summary(actions: Run, closed: Repository, assay: Assay) -> None:
    actions.fake.world.token("job", contents="read", pull_requests="read")
    ended = assay("publish")
    assert ended.code == 0
    summary = actions.read("summary")
    assert summary.startswith("> **Not everything could be published.**")
    assert "pull-requests: write" in summary
    assert "statuses: write" in summary
    assert "Gate closed" in summary
    assert "Add `pull-requests: write`" in ended.out
    assert actions.comments == []


def test_refused_and_no_summary_to_fall_back_to(actions: Run, closed: Repository, assay: Assay) -> None:
    actions.fake.world.token("job", contents="read", pull_requests="read")
    actions.set(GITHUB_STEP_SUMMARY="")
    assert assay("publish").code == 3


def test_no_token(actions: Run, closed: Repository, assay: Assay) -> None:
    actions.set(GITHUB_TOKEN="")
    ended = assay("publish")
    assert ended.code == 0
    assert "There is no token" in ended.out
    assert "GITHUB_TOKEN" in actions.read("summary")


def test_another_token_wins(actions: Run, closed: Repository, assay: Assay) -> None:
    actions.fake.world.token("app", login="gate[bot]", **JOB)
    actions.monkeypatch.setenv("ASSAY_GITHUB_TOKEN", "app")
    for _ in range(2):
        assert assay("publish", "--author", "gate[bot]").code == 0
    assert len(actions.comments) == 1
    assert {each.login for each in actions.fake.journal} == {"gate[bot]"}


def test_github_that_fails_for_good(actions: Run, closed: Repository, assay: Assay) -> None:
    actions.fake.fault(Fault("POST", "/statuses", effect="cut", times=9))
    ended = assay("publish")
    assert ended.code == 3
    assert "failed   GitHub could not be reached" in ended.out
    assert len(actions.comments) == 1
    assert "Gate closed" in actions.read("summary")


def test_a_limit_that_is_waited_for(actions: Run, closed: Repository, assay: Assay) -> None:
    actions.fake.fault(secondary_limit("POST", "/statuses", seconds=0))
    assert assay("publish").code == 0
    assert len(actions.fake.calls("repos/create-commit-status")) == 2


def test_a_push_has_a_status_and_a_summary(actions: Run, closed: Repository, assay: Assay) -> None:
    actions.fake.world.repository(NAME).branches["main"] = MERGE
    actions.event("push", {"repository": {"id": 1}})
    assert assay("publish").code == 0
    assert actions.comments == []
    assert set(actions.statuses) == {MERGE}


def test_a_workflow_run_publishes_for_a_fork(actions: Run, closed: Repository, assay: Assay) -> None:
    """G12: the pull request is found by the event's head commit."""
    repository = actions.fake.world.repository(NAME).id
    actions.event("workflow_run", {"repository": {"id": repository}, "workflow_run": {"head_sha": HEAD}})
    assert assay("publish").code == 0
    assert len(actions.comments) == 1
    assert set(actions.statuses) == {HEAD}


def test_changes_against_the_bases_decision(actions: Run, closed: Repository, assay: Assay, tmp_path: Path) -> None:
    base = tmp_path / "base.json"
    base.write_bytes((closed.dossier / "decision.json").read_bytes())
    assert assay("publish", "--base-decision", str(base)).code == 0
    with_base = actions.comments[0]
    assert assay("publish", "--base-decision", str(tmp_path / "none.json")).code == 0
    assert actions.comments[0] != with_base
    base.write_text("{")
    assert assay("publish", "--base-decision", str(base)).code == 3


def test_as_json(actions: Run, closed: Repository, assay: Assay) -> None:
    told = json.loads(assay("publish", "--format", "json").out)
    assert told["not"] == []
    assert told["published"]["comment"].startswith("created https://github.com/acme/loans/pull/7#issuecomment-")


def test_a_gate_that_was_not_decided(actions: Run, repository: Repository, assay: Assay) -> None:
    """No decision is never silence: a status of an earlier commit must not stand for this one."""
    ended = assay("publish")
    assert ended.code == 3
    assert "does not exist" in ended.err
    (status,) = actions.statuses[HEAD]
    assert (status["state"], status["context"]) == ("error", "assay/small/validation")
    assert "no decision" in actions.read("summary")
    assert actions.read("output") == ""


def test_outside_of_github(closed: Repository, assay: Assay) -> None:
    ended = assay("publish")
    assert ended.code == 3
    assert "not a run of GitHub Actions" in ended.err


def test_the_decision_must_be_the_expected_one(actions: Run, closed: Repository, assay: Assay) -> None:
    ended = assay("publish", "--expect", f"sha256:{'0' * 64}")
    assert ended.code == 3
    assert actions.statuses[HEAD][0]["state"] == "error"
    assert actions.comments == []


def test_a_pull_request_that_was_closed_meanwhile(actions: Run, closed: Repository, assay: Assay) -> None:
    actions.fake.world.repository(NAME).pulls[7]["state"] = "closed"
    assert assay("publish").code == 0
    assert len(actions.comments) == 1


def test_a_pull_request_that_is_locked_or_gone(actions: Run, closed: Repository, assay: Assay) -> None:
    pulls = actions.fake.world.repository(NAME).pulls
    pulls[7]["locked"] = True
    assert assay("publish").code == 0
    assert "locked" in actions.read("summary")
    del pulls[7]
    actions.fake.world.repository(NAME).branches["change"] = HEAD
    ended = assay("publish")
    assert ended.code == 0
    assert "shows nothing" in ended.out
    assert actions.statuses[HEAD][0]["state"] == "failure"
