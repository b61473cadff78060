"""A decision reaches its readers: comment, status, annotations, summary, outputs; on a GitHub over loopback."""

from __future__ import annotations

import json
import os
import signal
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

from assay.canonical import canonical
from assay.dossier.pages import Decision
from assay.edges.github import client
from assay.edges.github.clock import Clock
from assay.render import comment, summary
from tests.support.command_line import Assay
from tests.support.fakegithub.calling import Answer
from tests.support.fakegithub.contract import Asked
from tests.support.fakegithub.faults import Fault, primary_limit, secondary_limit
from tests.support.git import commit, git
from tests.support.publishing import CONTEXT, ENGINE, JOB, MARKER, NAME, NUMBER, Run, judge
from tests.support.ready_commands import ReadyCommands
from tests.support.repositories import Repository


def test_a_closed_gate_is_published(actions: Run, closed: Repository, assay: Assay) -> None:
    ended = assay("publish")
    assert (ended.code, ended.err) == (0, "")
    decision = Decision.model_validate_json((closed.dossier / "decision.json").read_bytes())
    (body,) = actions.comments
    first, stamp, *rest = body.splitlines()
    assert (first, stamp) == (MARKER, "<!-- assay-run:11.1 -->")
    assert "Gate closed" in rest[0]
    assert decision.digest() in body
    assert f"Head `{actions.head[:12]}`" in body
    assert set(actions.statuses) == {actions.head}
    (status,) = actions.statuses[actions.head]
    assert (status["state"], status["context"]) == ("failure", "assay/small/validation")
    assert status["description"].startswith("Gate closed. 1 of ")
    assert "::error file=assay.yaml,line=" in ended.out
    assert "Gate closed" in actions.read("summary")
    assert decision.digest() in actions.read("output")
    assert "card.html" in actions.read("output")


@pytest.mark.parametrize("face", ["comment", "summary"])
def test_a_text_that_holds_what_must_not_come_from_data_is_published_nowhere(
    face: str, actions: Run, closed: Repository, assay: Assay, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G1: were a renderer broken, its text is refused before anything is posted, and a reader learns why."""
    renderer = {"comment": comment, "summary": summary}[face]
    render = renderer.render
    monkeypatch.setattr(renderer, "render", lambda *pages, **facts: render(*pages, **facts) + "\nAsk @octocat.\n")
    ended = assay("publish")
    assert ended.code == 3
    assert (
        f"The {face} was not posted, because it contains markup that Assay never writes: a mention in line "
        in ended.err
    )
    (body,), (status,) = actions.comments, actions.statuses[actions.head]
    assert body.startswith(f"{MARKER}\n<!-- assay-run:11.1 -->\n### 🔴 Gate closed")
    assert f"The {face} was not posted, because it contains markup that Assay never writes" in body
    assert status["state"] == "error"
    assert "was not posted" in actions.read("summary")
    assert "octocat" not in f"{body}{actions.read('summary')}{status}{ended.out}{ended.err}"


def test_few_calls_and_none_elsewhere(actions: Run, closed: Repository, assay: Assay) -> None:
    assay("publish")
    first = len(actions.fake.journal)
    assay("publish")
    assert first <= 6
    assert len(actions.fake.journal) - first <= 6


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
    actions.commit()
    judge(assay, code=0)
    actions.set(GITHUB_RUN_ID="12")
    assert assay("publish").code == 0
    (body,) = actions.comments
    assert "Gate open" in body
    assert actions.statuses[actions.head][0]["state"] == "success"


@pytest.mark.parametrize("event", ["pull_request", "merge_group"])
def test_a_change_that_no_base_judged_is_not_published(event: str, actions: Run, assay: Assay) -> None:
    """T-no-base: the change's own manifest opened the gate; with `base: ""` nothing else was asked."""
    assert assay("check", *ENGINE).code == 0
    if event == "merge_group":
        actions.event(event, {"merge_group": {"base_ref": "refs/heads/main"}}, GITHUB_SHA=actions.head)
    ended = assay("publish")
    assert ended.code == 3
    about = "a merge of the queue" if event == "merge_group" else f"pull request {NUMBER}"
    assert f"The run judged {about} without a base, so the change was its own judge." in ended.err
    assert "--base auto" in ended.err
    assert [each["state"] for each in actions.statuses[actions.head]] == ["error"]
    assert not any("Gate open" in each for each in actions.comments)


def test_a_push_that_replaces_nothing_is_published(actions: Run, assay: Assay) -> None:
    """T-no-base, a twin: a branch that a push creates has nothing to be compared with."""
    assert assay("check", *ENGINE).code == 0
    made = {"ref": "refs/heads/main", "before": "0" * 40}
    actions.event("push", made, GITHUB_SHA=actions.head, GITHUB_REF="refs/heads/main")
    ended = assay("publish")
    assert ended.code == 0, ended.err
    assert [each["state"] for each in actions.statuses[actions.head]] == ["success"]


def test_an_older_run_does_not_overwrite(actions: Run, repository: Repository, assay: Assay) -> None:
    strict = strict_base(repository)
    judge(assay, "--base", strict, code=1)
    actions.set(GITHUB_RUN_ID="20")
    assay("publish")
    actions.set(GITHUB_RUN_ID="19")
    judge(assay, code=0)
    ended = assay("publish")
    assert ended.code == 0
    assert "superseded" in ended.out
    assert "kept from a newer run on" in ended.out
    assert "assay-run:20.1" in actions.comments[0]
    assert [each["state"] for each in actions.statuses[actions.head]] == ["failure"]
    actions.set(GITHUB_RUN_ATTEMPT="2", GITHUB_RUN_ID="20")
    assert assay("publish").code == 0
    assert "Gate open" in actions.comments[0]
    assert [each["state"] for each in actions.statuses[actions.head]] == ["success", "failure"]


def strict_base(repository: Repository) -> str:
    """A commit beside the head, whose bars close the head's gate."""
    repository.replace('roc_auc: ">= 0.70"', 'roc_auc: ">= 0.99"')
    strict = commit(repository.root, "A higher bar")
    git(repository.root, "reset", "--quiet", "--hard", "HEAD~1")
    return strict


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
    assert "GitHub needs a token" in ended.out
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
    actions.fake.world.repository(NAME).branches["main"] = actions.head
    actions.event("push", {"ref": "refs/heads/main"}, GITHUB_SHA=actions.head)
    assert assay("publish").code == 0
    assert actions.comments == []
    assert set(actions.statuses) == {actions.head}


def test_a_workflow_run_publishes_for_a_fork(actions: Run, closed: Repository, assay: Assay) -> None:
    """G12: the pull request is found by the event's head commit."""
    repository = actions.fake.world.repository(NAME).id
    actions.event("workflow_run", {"repository": {"id": repository}, "workflow_run": {"head_sha": actions.head}})
    assert assay("publish").code == 0
    assert len(actions.comments) == 1
    assert set(actions.statuses) == {actions.head}


def test_changes_against_the_bases_decision(actions: Run, closed: Repository, assay: Assay, tmp_path: Path) -> None:
    base = tmp_path / "base.json"
    base.write_bytes((closed.dossier / "decision.json").read_bytes())
    assert assay("publish", "--base-decision", str(base)).code == 0
    with_base = actions.comments[0]
    assert assay("publish", "--base-decision", str(tmp_path / "none.json")).code == 0
    assert "Compared with the base" in with_base
    assert "The base has no decision here, so nothing is compared with it." in actions.comments[0]
    assert "`--base-decision`" in actions.comments[0]


@pytest.mark.parametrize("content", ["{", "[]", "{}", ""])
def test_a_base_decision_that_is_none_keeps_nothing_from_being_published(
    actions: Run, closed: Repository, assay: Assay, content: str
) -> None:
    closed.write("base.json", content)
    ended = assay("publish", "--base-decision", "base.json")
    assert ended.code == 3
    assert "failed   base.json" in ended.out
    assert "The base has no decision here" in actions.comments[0]
    assert actions.statuses[actions.head][0]["state"] == "failure"


def test_a_base_decision_on_something_else_is_not_compared(actions: Run, closed: Repository, assay: Assay) -> None:
    document = json.loads((closed.dossier / "decision.json").read_bytes())
    closed.write("base.json", canonical({**document, "stage": "production"}))
    assert assay("publish", "--base-decision", "base.json").code == 0
    assert "the base's decision is about `small` → `production`" in actions.comments[0]


def test_as_json(actions: Run, closed: Repository, assay: Assay) -> None:
    told = json.loads(assay("publish", "--format", "json").out)
    assert told["not"] == []
    assert told["published"]["comment"].startswith("created https://github.com/acme/loans/pull/7#issuecomment-")


def test_a_gate_that_was_not_decided(actions: Run, repository: Repository, assay: Assay) -> None:
    """No decision is never silence: a status of an earlier commit must not stand for this one."""
    ended = assay("publish")
    assert ended.code == 3
    assert "does not exist" in ended.err
    (status,) = actions.statuses[actions.head]
    assert (status["state"], status["context"]) == ("error", "assay/small/validation")
    assert "no decision" in actions.read("summary")
    assert actions.read("output") == ""


def test_outside_of_github(repository: Repository, assay: Assay) -> None:
    assert assay("check", *ENGINE).code == 0
    ended = assay("publish")
    assert ended.code == 3
    assert "not a run of GitHub Actions" in ended.out


def test_the_decision_must_be_the_expected_one(actions: Run, closed: Repository, assay: Assay) -> None:
    ended = assay("publish", "--expect", f"sha256:{'0' * 64}")
    assert ended.code == 3
    assert actions.statuses[actions.head][0]["state"] == "error"
    (body,) = actions.comments
    assert "Gate closed" in body
    assert "ended without a decision; see its log" in body
    assert assay("publish", "--expect", f"sha256:{'1' * 64}").code == 3
    assert "1111 was expected" in actions.comments[0]


@pytest.mark.parametrize(
    "record",
    ['{"decide": [], "plan": 3}', '{"plan": {"base": ["@acme/all"], "judged_by": 5}}', "[", "[" * 100_000, None],
)
def test_what_is_true_of_one_run_only_keeps_nothing_from_being_published(
    record: str | None, actions: Run, closed: Repository, assay: Assay
) -> None:
    """G1, F-10: nobody digests `run.json`, so it may say anything, or be a pipe that never ends; it opens nothing."""
    path = closed.dossier / "run.json"
    path.unlink()
    if record is None:
        os.mkfifo(path)
    else:
        path.write_text(record)
    assert assay("publish").code == 3
    assert actions.states == [(CONTEXT, "error")]
    assert "does not name the commit that was judged" in actions.comments[0]
    assert "@acme/all" not in actions.comments[0]


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
    actions.fake.world.repository(NAME).branches["change"] = actions.head
    ended = assay("publish")
    assert ended.code == 0
    assert "GitHub hides everything that a token may not see" in ended.out
    assert actions.statuses[actions.head][0]["state"] == "failure"


BROKEN = [
    ("model: [", "assay/validation", "assay.yaml"),
    ("", "assay/validation", "assay.yaml"),
    ("assay: 1\nmodel: {}\n", "assay/validation", "name"),
    ("assay: 1\nmodel: {name: Bad Name!}\n", "assay/validation", "name"),
    (None, "assay/validation", "does not exist"),
    ("assay: 1\nmodel: {name: small}\n", "assay/small/validation", "decision.json does not exist"),
    ("assay: 1\nmodel: {name: small}\nchecks: {quality: {bars: 7}}\n", "assay/small/validation", "does not exist"),
]


@pytest.mark.parametrize(("manifest", "context", "why"), BROKEN)
def test_a_broken_manifest_is_told_and_is_never_green(
    actions: Run, repository: Repository, assay: Assay, manifest: str | None, context: str, why: str
) -> None:
    """No status of an earlier commit stands for this one; without a model's name the stage alone names it."""
    if manifest is None:
        (repository.root / "assay.yaml").unlink()
    else:
        repository.write("assay.yaml", manifest)
    ended = assay("publish")
    assert ended.code in (2, 3)
    assert why in ended.err
    (status,) = actions.statuses[actions.head]
    assert (status["state"], status["context"]) == ("error", context)
    assert "There is no decision" in actions.read("summary")
    assert str(repository.root) not in actions.read("summary")
    assert len(actions.comments) == (context == "assay/small/validation")
    assert actions.read("output") == ""


def test_a_stage_that_nobody_declared(actions: Run, closed: Repository, assay: Assay) -> None:
    assert assay("publish", "--stage", "nowhere").code == 3
    (status,) = actions.statuses[actions.head]
    assert (status["state"], status["context"]) == ("error", "assay/small/nowhere")


def test_a_dossier_elsewhere_has_the_context_of_the_manifest(actions: Run, closed: Repository, assay: Assay) -> None:
    assert assay("publish", "--dossier", "elsewhere").code == 3
    assert actions.statuses[actions.head][0]["context"] == "assay/small/validation"


def test_an_open_gate_does_not_outlive_a_broken_manifest(actions: Run, repository: Repository, assay: Assay) -> None:
    """The last word is the last run's: neither status nor comment stays green."""
    judge(assay, code=0)
    assert assay("publish").code == 0
    assert "Gate open" in actions.comments[0]
    repository.replace("risk: high", "risk: enormous")
    actions.set(GITHUB_RUN_ID="12")
    assert assay("check", "--engine", "regorus").code == 2
    assert assay("publish", "--expect", f"sha256:{'0' * 64}").code == 3
    (body,) = actions.comments
    assert "Gate closed" in body
    assert "Gate open" not in body
    assert "assay.yaml:5" in body
    assert "model.risk" in body
    assert [each["state"] for each in actions.statuses[actions.head]] == ["error", "success"]
    actions.set(GITHUB_RUN_ID="11")
    assay("publish")
    assert actions.comments == [body]


def test_what_is_wrong_with_a_manifest_mentions_nobody(actions: Run, repository: Repository, assay: Assay) -> None:
    """G1: the words of a broken manifest are its author's."""
    repository.write("assay.yaml", "assay: 1\nmodel: {name: small, risk: '@octocat fixes #1 <img src=x>'}\n")
    assay("publish", "--expect", f"sha256:{'1' * 64}")
    assert "model.risk" in actions.comments[0]
    repository.write("assay.yaml", "'@octocat [x](https://example.com)': 1\nmodel: {name: 7}\n")
    assert assay("publish").code == 2
    for text in (*actions.comments, actions.read("summary")):
        assert "@octocat" not in text
        shown = MarkdownIt("commonmark").enable("table").render(text)
        assert "<img" not in shown
        assert shown.count("<a ") == shown.count(f'<a href="https://github.com/{NAME}/actions/runs/11">')


@pytest.mark.parametrize(
    ("event", "document", "why"),
    [
        ("issue_comment", {"issue": {"number": 7}}, "has no commit to judge"),
        ("watch", {}, "has no commit to judge"),
        ("pull_request", {}, "names no pull request"),
        ("pull_request", [], "does not contain an event"),
        ("workflow_run", {"workflow_run": {}}, "names no head commit"),
    ],
)
def test_an_event_that_does_not_do(
    actions: Run, closed: Repository, assay: Assay, event: str, document: Any, why: str
) -> None:
    """G12: `github.sha` of such an event is the default branch's, which nobody judged."""
    actions.event(event, document)
    ended = assay("publish")
    assert ended.code == 3
    assert why in ended.out
    assert why in actions.read("summary")
    assert "Gate closed" in actions.read("summary")
    assert actions.fake.journal == []


@pytest.mark.parametrize("content", [None, b"", b"{", b"\xff\xfe", b"[" * 100_000])
def test_an_events_file_that_is_missing_or_garbage(
    actions: Run, closed: Repository, assay: Assay, content: bytes | None
) -> None:
    path = actions.folder / "event.json"
    path.unlink() if content is None else path.write_bytes(content)
    ended = assay("publish")
    assert ended.code == 3
    assert ("could not be read" if content is None else "is not JSON") in ended.out
    assert "Gate closed" in actions.read("summary")
    actions.pull_event()
    assert assay("publish").code == 0
    assert len(actions.comments) == 1


def test_a_token_that_github_does_not_know(actions: Run, closed: Repository, assay: Assay) -> None:
    actions.set(GITHUB_TOKEN="stale")  # noqa: S106  # of nobody
    ended = assay("publish")
    assert "GitHub does not accept the token" in ended.out
    assert "Pass the job's own" in actions.read("summary")
    assert actions.comments == []


@pytest.mark.parametrize(
    ("permissions", "wanted"),
    [
        ({"statuses": "write", "pull_requests": "read"}, "pull-requests: write"),
        ({"statuses": "read", "pull_requests": "write"}, "statuses: write"),
        ({"statuses": "write"}, "pull-requests: read"),
    ],
)
def test_too_few_permissions_are_named_and_mended(
    actions: Run, closed: Repository, assay: Assay, permissions: dict[str, str], wanted: str
) -> None:
    actions.fake.world.token("job", **permissions)
    ended = assay("publish")
    assert ended.code == 0
    assert f"Add `{wanted}` to the job's `permissions:`" in ended.out
    assert wanted in actions.read("summary")
    actions.fake.world.token("job", **JOB)
    assert assay("publish").code == 0
    assert len(actions.comments) == 1
    assert actions.statuses[actions.head][0]["state"] == "failure"


def test_a_pull_request_closed_before_a_workflow_run(actions: Run, closed: Repository, assay: Assay) -> None:
    """G12: nobody is waiting for a comment any more; the commit has its status, and the run its summary."""
    repository = actions.fake.world.repository(NAME)
    repository.pulls[7]["state"] = "closed"
    actions.event("workflow_run", {"repository": {"id": repository.id}, "workflow_run": {"head_sha": actions.head}})
    assert assay("publish").code == 0
    assert actions.comments == []
    assert actions.statuses[actions.head][0]["state"] == "failure"
    assert "Gate closed" in actions.read("summary")


def test_a_comment_deleted_or_edited_by_hand_is_written_again(actions: Run, closed: Repository, assay: Assay) -> None:
    assert assay("publish").code == 0
    held = actions.fake.world.repository(NAME).comments
    (comment,) = held.values()
    written = comment["body"]
    comment["body"] = written.replace("Gate closed", "Gate open").replace("\n", "\r\n")
    assert assay("publish").code == 0
    assert actions.comments == [written]
    held.clear()
    assert assay("publish").code == 0
    assert actions.comments == [written]
    (comment,) = held.values()
    comment["body"] = "A hand took the marker away."
    assert assay("publish").code == 0
    assert sorted(actions.comments) == sorted(["A hand took the marker away.", written])


def test_a_comment_of_somebody_else_with_our_marker(actions: Run, closed: Repository, assay: Assay) -> None:
    """G2: whoever writes our marker is not us, and a claim of a later run does not silence ours."""
    held, user = actions.fake.world.repository(NAME).comments, actions.fake.world.user("mallory")
    theirs = f"{MARKER}\n<!-- assay-run:999.9 -->\n### 🟢 Gate open"
    held[1] = {"id": 1, "issue": 7, "user": user, "body": theirs, "updated_at": "2026-01-01T00:00:00Z"}
    for _ in range(2):
        assert assay("publish").code == 0
    assert actions.comments[0] == theirs
    assert len(actions.comments) == 2
    assert "Gate closed" in actions.comments[1]


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Waiting takes no time here; the seconds are noted."""
    noted: list[float] = []
    clock = Clock(sleep=noted.append, now=lambda: 1_000_000.0)
    monkeypatch.setattr(client, "Clock", lambda: clock)
    return noted


LIMITS = [
    (secondary_limit("POST", "/comments", seconds=7), [7.0]),
    (secondary_limit("POST", "/comments", seconds=7, status=429), [7.0]),
    (secondary_limit("GET", "/comments", seconds=None), [60.0]),
    (secondary_limit("POST", "/statuses", seconds=None, status=429), [60.0]),
    (primary_limit("GET", "/comments", reset=1_000_030), [31.0]),
]


@pytest.mark.parametrize(("fault", "seconds"), LIMITS)
def test_a_limit_is_waited_for_as_github_asks(
    actions: Run, closed: Repository, assay: Assay, slept: list[float], fault: Fault, seconds: list[float]
) -> None:
    actions.fake.fault(Fault(**vars(fault)))
    assert assay("publish").code == 0
    assert slept == seconds
    assert len(actions.comments) == 1


LASTING = [
    (secondary_limit("POST", "/comments", seconds=9_999), "GitHub's rate limit was reached, and waiting took too long"),
    (secondary_limit("POST", "/statuses", seconds=None, times=99), "GitHub's rate limit was reached"),
    (primary_limit("GET", "/comments", reset=1_009_999), "GitHub's rate limit was reached"),
    (Fault("GET", "/comments", effect="cut", times=99), "GitHub could not be reached for GET"),
    (Fault("POST", "/comments", effect="cut", times=99), "GitHub could not be reached for POST"),
    (Fault("POST", "/statuses", effect="apply_then_cut", times=99), "GitHub could not be reached for POST"),
    (Fault("GET", "/comments", status=500, times=99), "GitHub failed at GET"),
    (Fault("POST", "/comments", status=503, times=99), "GitHub failed at POST"),
    (Fault("POST", "/statuses", status=502, times=99), "GitHub failed at POST"),
]


@pytest.mark.parametrize(("fault", "sentence"), LASTING, ids=[f"{each.method}{each.path}" for each, _ in LASTING])
def test_what_github_fails_at_is_told_and_mended_by_the_next_run(
    actions: Run, closed: Repository, assay: Assay, slept: list[float], fault: Fault, sentence: str
) -> None:
    actions.fake.fault(Fault(**vars(fault)))
    ended = assay("publish")
    assert ended.code == 3
    assert sentence in ended.out
    assert "Gate closed" in actions.read("summary")
    assert "Not everything could be published" in actions.read("summary")
    assert sum(slept) <= 600
    actions.fake.faults.clear()
    assert assay("publish").code == 0
    assert len(actions.comments) == 1
    assert actions.statuses[actions.head][0]["state"] == "failure"


def test_a_failed_edit_leaves_the_old_comment_and_the_next_run_mends_it(
    actions: Run, closed: Repository, assay: Assay, slept: list[float]
) -> None:
    assay("publish")
    closed.replace('roc_auc: ">= 0.99"', 'roc_auc: ">= 0.70"')
    actions.commit()
    judge(assay, code=0)
    actions.fake.fault(Fault("PATCH", "/comments", effect="cut", times=99))
    actions.set(GITHUB_RUN_ID="12")
    assert assay("publish").code == 3
    assert "Gate closed" in actions.comments[0]
    actions.fake.faults.clear()
    assert assay("publish").code == 0
    assert "Gate open" in actions.comments[0]


def test_without_a_place_for_outputs_nothing_is_said_of_them(actions: Run, closed: Repository, assay: Assay) -> None:
    actions.set(GITHUB_OUTPUT="", GITHUB_STEP_SUMMARY="")
    ended = assay("publish")
    assert ended.code == 0
    assert "GITHUB_OUTPUT" not in ended.out
    assert not [line for line in ended.out.splitlines() if line.startswith(("outputs", "summary", "api", "base"))]
    assert [line.split()[0] for line in ended.out.splitlines() if not line.startswith("::")] == ["comment", "status"]


ROLES = """\
roles:
  domain_expert: {users: [ada]}
  ml_engineer: {teams: [acme/engineers]}
"""
MOST_CALLS = 30


def test_a_pull_requests_run_makes_few_calls(actions: Run, repository: Repository, assay: Assay) -> None:
    """The snapshot of a pull request with eight reviewers and sixty commits, and its publishing, among 150 comments."""
    repository.replace("  validation: {policies:", "  validation: {approvals: [domain_expert, ml_engineer], policies:")
    repository.write("assay.yaml", (repository.root / "assay.yaml").read_text() + ROLES)
    actions.commit()
    world, held = actions.fake.world, actions.fake.world.repository(NAME)
    reviewers = ["ada", "grace", *(f"reader{number}" for number in range(6))]
    held.permissions |= dict.fromkeys(reviewers, "write")
    for number in range(60):
        world.commit(NAME, 7, actions.head if number == 59 else f"{number:040x}", author="alice")
    for login in reviewers:
        world.review(NAME, 7, login, "APPROVED", actions.head)
    world.team("acme/engineers", "grace")
    world.token("job", **{**JOB, "members": "read"})
    for identity in range(150):
        said = {"id": identity, "issue": 7, "user": world.user("talkative"), "body": "words"}
        held.comments[identity] = {**said, "updated_at": "2025-01-01T00:00:00Z"}
    assert assay("approvals", "--pull-request", "7", "--out", "reviews.json").code == 0
    snapshot = len(actions.fake.journal)
    assert assay("check", "--engine", "regorus", "--base", "HEAD", "--reviews", "reviews.json").code in (0, 1)
    assert len(actions.fake.journal) == snapshot
    assert assay("publish").code == 0
    assert len(actions.fake.journal) <= MOST_CALLS, [each.operation for each in actions.fake.journal]


# A status that says the same is not put again, so an edit has one request less.
REQUESTS = [*((number, False) for number in range(1, 6)), *((number, True) for number in range(1, 5))]


@pytest.mark.parametrize(("number", "edited"), REQUESTS)
def test_killed_at_any_request_and_run_again(
    actions: Run, closed: Repository, assay: Assay, ready: ReadyCommands, number: int, *, edited: bool
) -> None:
    """I3-I5: kill -9 once GitHub carried a request out; the next run leaves exactly one comment, and the status."""
    if edited:
        actions.set(GITHUB_RUN_ID="10")
        assert assay("publish").code == 0
        actions.set(GITHUB_RUN_ID="11")
    answer, left = actions.fake.answer, [number]
    child: Future[int] = Future()

    def killing(asked: Asked, authorization: str) -> Answer | None:
        left[0] -= 1
        answered = answer(asked, authorization)
        if left[0]:
            return answered
        os.kill(child.result(timeout=60), signal.SIGKILL)
        return None

    actions.fake.answer = killing  # type: ignore[method-assign]
    command = ready.start(Path.cwd(), "publish")
    child.set_result(command.process)
    code = command.wait().code
    actions.fake.answer = answer  # type: ignore[method-assign]
    assert code == -signal.SIGKILL
    assert assay("publish").code == 0
    (body,) = actions.comments
    assert "assay-run:11.1" in body
    assert actions.statuses[actions.head][0]["state"] == "failure"
