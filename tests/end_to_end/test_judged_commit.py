"""A verdict belongs to the commit that was judged: under every event, and for no other commit."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.support.command_line import Assay
from tests.support.git import commit, git
from tests.support.publishing import CONTEXT, ENGINE, NAME, NUMBER, OTHER, Run, judge, started
from tests.support.repositories import Repository, write_repository
from tests.support.shared_folders import make_once

CHECKOUTS = ("base", "head", "merge", "swapped", "edited")
OPEN, ERROR = "success", "error"


def _make(folder: Path) -> None:
    """A base, a head with another model, GitHub's merge of both, and the dossiers of what can be checked out of them."""
    from assay.cli import main

    repository = write_repository(folder / "repository")
    started(repository)
    root = repository.root
    commits = {"base": git(root, "rev-parse", "HEAD")}
    repository.write("NOTES.md", "A new model.\n")
    git(root, "switch", "--quiet", "--create", "change")
    commits["head"] = commit(root, "A change")
    tree = git(root, "rev-parse", "HEAD^{tree}")
    for name, sides in (("merge", ("base", "head")), ("swapped", ("head", "base"))):
        parents = [part for side in sides for part in ("-p", commits[side])]
        commits[name] = git(root, "commit-tree", tree, *parents, "-m", f"A {name} commit")
    before = Path.cwd()
    os.chdir(root)
    try:
        for name in CHECKOUTS:
            git(root, "switch", "--quiet", "--detach", commits.get(name, commits["head"]))
            if name == "edited":
                repository.replace('roc_auc: ">= 0.70"', 'roc_auc: ">= 0.72"')
            judged = ("--as-of", "2026-11-20", "--base", "HEAD", "--dossier", f".assay/{name}")
            assert main(["check", *ENGINE, *judged]) == 0
            git(root, "checkout", "--quiet", "--", ".")
    finally:
        os.chdir(before)
    (folder / "commits.json").write_text(json.dumps(commits))


@pytest.fixture(scope="session")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_once(tmp_path_factory, "judged", _make)


@pytest.fixture
def commits(judged: Path, repository: Repository, actions: Run) -> dict[str, str]:
    """The judged checkouts by name, in the place of the run's repository."""
    shutil.rmtree(repository.root)
    shutil.copytree(judged / "repository", repository.root)
    os.chdir(repository.root)
    found: dict[str, str] = json.loads((judged / "commits.json").read_text())
    held = actions.fake.world.repository(NAME)
    held.pulls[NUMBER]["head"]["sha"] = found["head"]
    held.branches |= {"main": found["base"], "merge": found["merge"]}
    return found


def publish(actions: Run, assay: Assay, name: str, *given: str) -> dict[str, list[tuple[str, str]]]:
    """The statuses of each commit after one of the dossiers was published; 3 says that it was not."""
    ended = assay("publish", "--dossier", f".assay/{name}", *given)
    states = {
        sha: [(each["context"], each["state"]) for each in listed] for sha, listed in actions.statuses.items() if listed
    }
    opened = any(state == OPEN for listed in states.values() for _, state in listed)
    assert ended.code == (0 if opened else 3), ended.out + ended.err
    assert ("Gate open" in actions.read("summary")) == opened
    assert ("verdict<<" in actions.read("output")) == opened
    if not opened:
        assert "judged" in ended.err
        assert not any("Gate open" in each for each in actions.comments)
    return states


PULLS = [
    ("pull_request", "merge", "merge", None, OPEN),
    ("pull_request", "merge", "head", None, OPEN),
    ("pull_request", "merge", "base", None, ERROR),
    ("pull_request", "merge", "swapped", None, ERROR),
    ("pull_request", "merge", "edited", None, ERROR),
    ("pull_request", "swapped", "merge", None, ERROR),
    ("pull_request_review", "merge", "merge", None, OPEN),
    ("pull_request_review", "merge", "base", None, ERROR),
    ("pull_request_review_comment", "merge", "merge", None, OPEN),
    ("pull_request_target", "base", "base", "merge", ERROR),
    ("pull_request_target", "base", "edited", "merge", ERROR),
    ("pull_request_target", "base", "merge", None, ERROR),
    ("pull_request_target", "base", "merge", "merge", OPEN),
    ("pull_request_target", "base", "head", "merge", OPEN),
]


@pytest.mark.parametrize(("event", "sha", "name", "merged", "state"), PULLS)
def test_a_pull_request_is_spoken_of_by_its_head_or_by_github_s_merge(
    actions: Run, commits: dict[str, str], assay: Assay, event: str, sha: str, name: str, merged: str | None, state: str
) -> None:
    """T-judged-commit: a plain checkout under `pull_request_target` is the base, whose open gate the head once got."""
    actions.pull_event(event, head=commits["head"], merge_commit_sha=commits.get(merged or ""))
    actions.set(GITHUB_SHA=commits[sha])
    assert publish(actions, assay, name) == {commits["head"]: [(CONTEXT, state)]}
    if name == "base":
        assert f"judged the commit `{commits['base'][:12]}`" in actions.comments[0]
    if (event, state) == ("pull_request_target", ERROR) and name == "base":
        assert "plain checkout" in actions.comments[0]


@pytest.mark.parametrize(
    ("name", "merged", "known", "state"),
    [
        ("base", "merge", True, ERROR),
        ("edited", "merge", True, ERROR),
        ("merge", "merge", True, OPEN),
        ("head", None, True, OPEN),
        ("merge", "swapped", True, ERROR),
        ("merge", None, True, ERROR),
        ("merge", "merge", False, ERROR),
    ],
)
def test_a_run_that_follows_another_speaks_of_that_run_s_head(
    actions: Run, commits: dict[str, str], assay: Assay, name: str, merged: str | None, known: bool, state: str
) -> None:
    """G12: the run's own commit is main's; the pull request and its merge are those that GitHub lists."""
    pull = actions.fake.world.repository(NAME).pulls[NUMBER]
    pull["merge_commit_sha"] = commits.get(merged or "")
    pull["state"] = "open" if known else "closed"
    followed = {"event": "pull_request", "head_sha": commits["head"], "head_repository": actions.told}
    actions.event("workflow_run", {"workflow_run": followed}, GITHUB_SHA=commits["base"])
    context = CONTEXT if known else f"{CONTEXT} on workflow_run"
    assert publish(actions, assay, name) == {commits["head"]: [(context, state)]}


COMMITS = [
    ("merge_group", {"merge_group": {"base_ref": "refs/heads/main"}}, CONTEXT),
    ("push", {"ref": "refs/heads/main"}, CONTEXT),
    ("push", {"ref": "refs/heads/change"}, f"{CONTEXT} into change"),
    ("push", {"ref": "refs/tags/v1"}, f"{CONTEXT} on push"),
    ("schedule", {}, f"{CONTEXT} on schedule"),
    ("workflow_dispatch", {"ref": "refs/heads/change"}, f"{CONTEXT} on workflow_dispatch"),
    ("repository_dispatch", {}, f"{CONTEXT} on repository_dispatch"),
    ("release", {"release": {"tag_name": "v1"}}, f"{CONTEXT} on release"),
    ("create", {"ref": "change"}, f"{CONTEXT} on create"),
]


@pytest.mark.parametrize("name", ["merge", "base", "edited"])
@pytest.mark.parametrize(("event", "document", "context"), COMMITS)
def test_another_event_speaks_of_its_own_commit_only(
    actions: Run, commits: dict[str, str], assay: Assay, event: str, document: Any, context: str, name: str
) -> None:
    """T-judged-commit: under an event without a pull request `github.sha` is the commit, and a merge stands for no other."""
    actions.event(event, document, GITHUB_SHA=commits["merge"])
    state = OPEN if name == "merge" else ERROR
    assert publish(actions, assay, name) == {commits["merge"]: [(context, state)]}
    assert actions.comments == []


@pytest.mark.parametrize(("named", "state"), [("head", OPEN), ("base", ERROR)])
def test_the_commit_that_the_check_printed_must_be_the_dossier_s(
    actions: Run, commits: dict[str, str], assay: Assay, named: str, state: str
) -> None:
    """G17: a record that was changed between the check and the publishing speaks of no commit."""
    actions.pull_event(head=commits["head"])
    assert publish(actions, assay, "head", "--commit", commits[named]) == {commits["head"]: [(CONTEXT, state)]}


@pytest.mark.parametrize(
    "record",
    [
        {},
        {"commit": "HEAD"},
        {"parents": None},
        {"parents": ["main"]},
        {"clean": None},
        {"clean": "true"},
        {"changed": ["model.py"]},
        {"changed": "model.py"},
    ],
)
def test_a_record_that_is_not_whole_names_no_commit(
    actions: Run, commits: dict[str, str], assay: Assay, record: dict[str, Any]
) -> None:
    path = actions.repository.root / ".assay/head/run.json"
    known = json.loads(path.read_text())
    known["plan"]["checked_out"] = {**known["plan"]["checked_out"], **record} if record else {}
    path.write_text(json.dumps(known))
    actions.pull_event(head=commits["head"])
    assert publish(actions, assay, "head") == {commits["head"]: [(CONTEXT, ERROR)]}


def test_check_prints_the_commit_that_it_judged(actions: Run, repository: Repository, assay: Assay) -> None:
    judge(assay, code=0)
    assert f"\n{actions.head}\n" in actions.read("output").partition("commit<<")[2]


def test_two_pull_requests_with_one_head_do_not_open_each_other(
    actions: Run, repository: Repository, assay: Assay
) -> None:
    """T-one-head: a second pull request of one's own, into a branch without bars, once opened the first."""
    judge(assay, code=0)
    world = actions.fake.world
    world.pull(NAME, 8, author="alice", head=actions.head)
    world.repository(NAME).pulls[8]["base"]["ref"] = "lenient"
    actions.pull_event(into="lenient", number=8)
    assert assay("publish").code == 0
    assert actions.states == [(f"{CONTEXT} into lenient", OPEN)]
    actions.pull_event()
    assert assay("publish").code == 0
    assert actions.states[0] == (CONTEXT, OPEN)
    # One from a fork closes nothing: its runs may set no status, and anybody could open it.
    second = world.repository(NAME).pulls[8]
    own, second["base"]["ref"] = dict(second["head"]["repo"]), "main"
    second["head"]["repo"] = {**own, "id": 1}
    assert assay("publish").code == 0
    # Into the same branch the two cannot be told apart: neither is opened, whatever the order, until one is closed.
    second["head"]["repo"] = own
    actions.set(GITHUB_RUN_ID="12")
    ended = assay("publish")
    assert ended.code == 3
    assert "another pull request has the same head and the same base: pull request 8" in ended.out
    assert actions.states[0] == (CONTEXT, ERROR)
    world.repository(NAME).pulls[8]["state"] = "closed"
    actions.set(GITHUB_RUN_ID="13")
    assert assay("publish").code == 0
    assert actions.states[0] == (CONTEXT, OPEN)


def test_a_status_that_says_the_same_is_not_put_again(actions: Run, repository: Repository, assay: Assay) -> None:
    """T-status-limit: GitHub takes 1,000 for a commit and a context, and refuses the one that would close it then."""
    judge(assay, code=0)
    for number in range(11, 14):
        actions.set(GITHUB_RUN_ID=str(number))
        assert assay("publish").code == 0
    assert actions.states == [(CONTEXT, OPEN)]
    (first,) = actions.statuses[actions.head]
    assert first["target_url"].endswith("/runs/11")
    # The same words of somebody else, who names no run of this repository, do not stand for this run's.
    actions.statuses[actions.head].insert(0, {**first, "target_url": "https://example.com/runs/11"})
    assert assay("publish").code == 0
    assert len(actions.states) == 3
    actions.statuses[actions.head] *= 400
    judge(assay, "--base", OTHER, code=2)
    ended = assay("publish", "--stage", "production")
    assert ended.code == 3
    actions.statuses[actions.head] = [{**first, "state": "failure"}] * 1_000
    ended = assay("publish")
    assert ended.code == 3
    assert "Validation Failed; This SHA and context has reached the maximum number of statuses" in ended.out
    assert "reached the maximum number" in actions.read("summary")
