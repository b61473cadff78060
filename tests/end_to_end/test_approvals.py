"""Two people approve: `assay approvals` takes and shows a snapshot, and the gate opens by it and by nothing less."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assay.canonical import canonical
from tests.support import review_snapshots as made
from tests.support.command_line import Assay
from tests.support.fakegithub.server import FakeGitHub
from tests.support.fakegithub.world import World
from tests.support.git import git
from tests.support.repositories import Repository

REGORUS = ("--engine", "regorus", "--as-of", "2026-11-20")
POLICY = "governance/two_people"
ROLES = """\
roles:
  domain_expert: {users: [ada, eve]}
  ml_engineer: {users: [grace, eve], teams: [lab/engineers]}
"""


@pytest.fixture
def gated(repository: Repository) -> Repository:
    """A repository whose stage asks for both roles."""
    repository.replace("  validation: {policies:", "  validation: {approvals: [domain_expert, ml_engineer], policies:")
    repository.write("assay.yaml", (repository.root / "assay.yaml").read_text() + ROLES)
    return repository


def write(repository: Repository, document: Any, name: str = "reviews.json") -> Path:
    return repository.write(name, canonical(document))


def ruling(repository: Repository) -> tuple[str, list[str]]:
    decision = json.loads((repository.dossier / "decision.json").read_text())
    found = next(each for each in decision["rulings"] if each["policy"] == POLICY)
    return found["outcome"], found["reasons"]


LACKING = {"reviews": [made.review(1, "ada")]}
OBJECTED = {"reviews": [made.review(1, "ada"), made.review(2, "grace"), made.review(3, "eve", "CHANGES_REQUESTED")]}
UNKNOWN = {"reviews": [made.review(1, "ada"), made.review(2, "grace", "ENDORSED")]}


@pytest.mark.parametrize(
    ("part", "outcome", "code", "alone"),
    [
        ({}, "pass", 0, 0),
        (LACKING, "fail", 1, 1),
        (OBJECTED, "fail", 1, 1),
        ({"pull_request": {"draft": True}}, "fail", 1, 1),
        (UNKNOWN, "inconclusive", 1, 3),
    ],
)
def test_the_gate_opens_for_two_people_only(
    gated: Repository, assay: Assay, part: dict[str, Any], outcome: str, code: int, alone: int
) -> None:
    write(gated, made.changed(**part))
    ended = assay("check", *REGORUS, "--reviews", "reviews.json")
    assert ruling(gated)[0] == outcome
    assert ended.code == code, ended.out + ended.err
    assert assay("approvals", "--snapshot", "reviews.json").code == alone


def test_without_a_snapshot_nothing_is_evaluated(gated: Repository, assay: Assay) -> None:
    assert assay("check", *REGORUS).code == 1
    outcome, reasons = ruling(gated)
    assert outcome == "not_evaluated"
    assert "reviews" in " ".join(reasons)


@pytest.mark.parametrize("document", [{}, {"snapshot": "reviews"}, []])
def test_a_malformed_snapshot_is_named_by_the_plan(gated: Repository, assay: Assay, document: Any) -> None:
    ended = assay("check", *REGORUS, "--reviews", str(write(gated, document).name))
    assert ended.code == 3
    assert "The snapshot of reviews `reviews.json` is malformed: $" in ended.err


def test_a_stage_without_approvals_does_not_ask_for_them(repository: Repository, assay: Assay) -> None:
    assert assay("check", *REGORUS).code == 0
    assert POLICY not in (repository.dossier / "decision.json").read_text()


def test_a_stage_names_the_roles_that_approve_it(gated: Repository, assay: Assay) -> None:
    """The stage's own list decides, also against the usual two; the check's block adds to it."""
    gated.replace("approvals: [domain_expert, ml_engineer]", "approvals: [ml_engineer, legal]")
    gated.replace("roles:\n", "roles:\n  legal: {users: [kay]}\n")
    write(gated, made.approved())
    assert assay("check", *REGORUS, "--reviews", "reviews.json").code == 1
    assert "legal        not filled" in assay("approvals", "--snapshot", "reviews.json").out
    write(gated, made.changed(reviews=[made.review(1, "grace"), made.review(2, "kay")]))
    assert assay("check", *REGORUS, "--reviews", "reviews.json").code == 0
    assert assay("approvals", "--snapshot", "reviews.json").code == 0
    gated.replace("  bias:\n", "  approvals: {roles: [domain_expert]}\n  bias:\n")
    assert assay("check", *REGORUS, "--reviews", "reviews.json").code == 1
    ended = assay("approvals", "--snapshot", "reviews.json")
    assert "domain_expert  not filled" in ended.out
    assert assay("approvals", "--snapshot", "reviews.json", "--stage", "production").code == 2


@pytest.mark.parametrize(
    ("listed", "block", "told"),
    [
        ("[ml_engineer]", "", "`ml_engineer` cannot approve alone"),
        ("[ml_engineer, ml_engineer]", "", "`ml_engineer` cannot approve alone"),
        ("[ml_engineer]", "  approvals: {roles: [ml_engineer]}\n", "`ml_engineer` cannot approve alone"),
        ("[ml_engineer]", "  approvals: {roles: [domain_expert]}\n", ""),
        ("[ml_engineer, domain_expret]", "", "Did you mean `domain_expert`?"),
    ],
)
def test_a_stage_that_nobody_could_open_is_said_with_its_line_b6(
    listed: str, block: str, told: str, gated: Repository, assay: Assay
) -> None:
    gated.replace("approvals: [domain_expert, ml_engineer]", f"approvals: {listed}")
    gated.replace("  bias:\n", f"{block}  bias:\n")
    write(gated, made.approved())
    text = (gated.root / "assay.yaml").read_text().splitlines()
    line = next(number for number, each in enumerate(text, 1) if "validation: {approvals" in each)
    for ended in (assay("plan"), assay("approvals", "--snapshot", "reviews.json")):
        assert ended.code == (2 if told else 0), ended.err
        assert told in ended.err
        assert not told or f"assay.yaml:{line}:" in ended.err


def test_another_snapshot_is_another_decision(gated: Repository, assay: Assay) -> None:
    found = set()
    for minute in (1, 2):
        write(gated, made.changed(taken_at=made.at(minute)))
        assert assay("check", *REGORUS, "--reviews", "reviews.json").code == 0
        found.add(assay("digest", str(gated.dossier / "decision.json")).out)
    assert len(found) == 2


def test_opa_judges_the_same(gated: Repository, assay: Assay, opa: str) -> None:
    for part, code in (({}, 0), (OBJECTED, 1), (UNKNOWN, 1)):
        write(gated, made.changed(**part))
        engine = ("--engine", "opa", "--opa", opa, "--as-of", "2026-11-20", "--reviews", "reviews.json")
        assert assay("check", *engine).code == code


def test_who_counts_and_why_not_is_shown(gated: Repository, assay: Assay) -> None:
    reviews = [
        *(made.review(1, "ada"), made.review(2, "grace", commit=made.OLD), made.review(3, "kay")),
        made.review(4, "joan", author=made.account("joan\x1b[31m", 5, "Bot")),
    ]
    write(gated, made.changed(reviews=reviews))
    ended = assay("approvals", "--snapshot", "reviews.json")
    assert ended.code == 1
    for text in ("not approved", "domain_expert  ada", "ml_engineer    not filled", "approved another commit"):
        assert text in ended.out
    for text in ("has no role", "is a bot", "Snapshot  sha256:"):
        assert text in ended.out
    assert "\x1b" not in ended.out


def test_the_facts_as_json(gated: Repository, assay: Assay) -> None:
    write(gated, made.changed(**OBJECTED))
    ended = assay("approvals", "--snapshot", "reviews.json", "--format", "json")
    facts = json.loads(ended.out)
    assert facts["blocked_by"] == [{"reason": "changes_requested", "about": "eve"}]
    assert ended.code == 1


def test_roles_are_those_of_the_base_a4(gated: Repository, assay: Assay) -> None:
    git(gated.root, "init", "-q", "-b", "main")
    git(gated.root, "add", "assay.yaml")
    git(gated.root, "commit", "-q", "-m", "Base")
    gated.replace("domain_expert: {users: [ada, eve]}", "domain_expert: {users: [kay]}")
    write(gated, made.changed(reviews=[made.review(1, "kay"), made.review(2, "grace")]))
    assert assay("approvals", "--snapshot", "reviews.json").code == 0
    assert assay("approvals", "--snapshot", "reviews.json", "--base", "main").code == 1


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        ((), 2, "Give exactly one of --pull-request, --commit and --snapshot"),
        (("--snapshot", "reviews.json", "--pull-request", "7"), 2, "Give exactly one"),
        (("--snapshot", "reviews.json", "--out", "x.json"), 2, "--out writes a new snapshot"),
        (("--snapshot", "reviews.json", "--commit", made.HEAD), 2, "Give exactly one"),
        (("--commit", "main"), 2, "--commit"),
        (("--commit", made.HEAD[:12]), 2, "--commit"),
        (("--commit", made.HEAD), 3, "GITHUB_REPOSITORY"),
        (("--snapshot", "reviews.json", "--stage", "nowhere"), 2, "There is no stage `nowhere`"),
        (("--pull-request", "0"), 2, "--pull-request"),
        (("--pull-request", "seven"), 2, "--pull-request"),
        (("--pull-request", "7"), 3, "GITHUB_REPOSITORY"),
        (("--snapshot", "absent.json"), 3, "does not exist"),
        (("--snapshot", "nowhere/absent.json"), 3, "does not exist"),
        (("--snapshot", "spaced.json"), 3, "not in canonical form"),
        (("--snapshot", "empty.json"), 3, "malformed"),
        (("--snapshot", "reviews.json", "--manifest", "absent.yaml"), 2, "absent.yaml"),
        (("--snapshot", "reviews.json", "--base", "absent"), 2, "is not in a Git repository"),
    ],
)
def test_bad_input_is_said(gated: Repository, assay: Assay, arguments: tuple[str, ...], code: int, told: str) -> None:
    write(gated, made.approved())
    write(gated, {}, "empty.json")
    gated.write("spaced.json", json.dumps(made.approved()))
    ended = assay("approvals", *arguments)
    assert ended.code == code, ended.out + ended.err
    assert told in ended.out + ended.err


@pytest.fixture
def github(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeGitHub]:
    """Mallory's pull request, approved by Ada and, through a team, by Joan."""
    world = World()
    repository = world.repository("lab/credit")
    repository.permissions |= {"ada": "write", "joan": "maintain", "grace": "write", "eve": "write"}
    for login in ("grace", "eve"):
        world.user(login)
    world.pull("lab/credit", 7, author="mallory", head=made.HEAD)
    world.commit("lab/credit", 7, made.HEAD, author="mallory")
    for login in ("ada", "joan"):
        world.review("lab/credit", 7, login, "APPROVED", made.HEAD, pull_request_url=made.HOME)
    world.team("lab/engineers", "joan")
    token = world.token("reader", pull_requests="read", contents="read", members="read")
    with FakeGitHub(world) as fake:
        monkeypatch.setenv("GITHUB_API_URL", fake.url)
        monkeypatch.setenv("GITHUB_TOKEN", token)
        monkeypatch.setenv("GITHUB_REPOSITORY", "lab/credit")
        yield fake
        assert fake.violations == []


def test_a_snapshot_from_github_opens_the_gate(gated: Repository, assay: Assay, github: FakeGitHub) -> None:
    ended = assay("approvals", "--pull-request", "7", "--out", "reviews.json")
    assert ended.code == 0, ended.out + ended.err
    assert "ml_engineer    joan" in ended.out
    assert len(github.journal) <= 15
    assert assay("approvals", "--snapshot", "reviews.json").out == ended.out
    assert assay("check", *REGORUS, "--reviews", "reviews.json").code == 0
    assert ruling(gated)[0] == "pass"


def test_a_later_objection_on_github_closes_it(gated: Repository, assay: Assay, github: FakeGitHub) -> None:
    assert assay("approvals", "--pull-request", "7").code == 0
    github.world.review("lab/credit", 7, "eve", "CHANGES_REQUESTED", made.HEAD, pull_request_url=made.HOME)
    ended = assay("approvals", "--pull-request", "7", "--out", "reviews.json")
    assert ended.code == 0
    assert "eve asks for changes" in ended.out
    assert assay("check", *REGORUS, "--reviews", "reviews.json").code == 1


def test_reviews_of_a_head_that_moved_on_are_not_taken(gated: Repository, assay: Assay, github: FakeGitHub) -> None:
    """B3, B4: what is judged is one commit, and the approvals are of another one by now."""
    taken = ("approvals", "--pull-request", "7", "--out", "reviews.json", "--head")
    ended = assay(*taken, "e" * 40)
    assert ended.code == 3
    assert f"#7 is now at {made.HEAD[:12]}, not at eeeeeeeeeeee" in ended.err
    assert not (gated.root / "reviews.json").exists()
    assert assay(*taken, "main").code == 2
    assert assay(*taken, made.HEAD).code == 0


def test_a_token_that_may_not_see_the_team_is_said(gated: Repository, assay: Assay, github: FakeGitHub) -> None:
    github.world.token("reader", pull_requests="read", contents="read")
    ended = assay("approvals", "--pull-request", "7", "--out", "reviews.json")
    assert ended.code == 3
    assert "members: read" in ended.err
    assert not (gated.root / "reviews.json").exists()


def test_a_pull_request_that_does_not_exist_is_said(gated: Repository, assay: Assay, github: FakeGitHub) -> None:
    ended = assay("approvals", "--pull-request", "8")
    assert ended.code == 3
    assert "/pulls/8" in ended.err


MERGED: dict[str, Any] = {"merged": True, "merged_at": "2026-11-20T12:00:00Z", "state": "closed"}
MERGE = "d" * 40


def merge(github: FakeGitHub, **more: Any) -> None:
    github.world.repository("lab/credit").pulls[7].update({**MERGED, "merge_commit_sha": MERGE, **more})


@pytest.mark.parametrize("commit", [MERGE, made.HEAD])
def test_the_pull_request_of_a_commit_is_found(
    commit: str, gated: Repository, assay: Assay, github: FakeGitHub
) -> None:
    """After the merge there is a commit and no number: in a push, a dispatch or a `workflow_run`."""
    merge(github)
    ended = assay("approvals", "--commit", commit, "--out", "reviews.json")
    assert ended.code == 0, ended.out + ended.err
    assert "Pull request #7" in ended.out
    assert assay("check", *REGORUS, "--reviews", "reviews.json").code == 0
    assert len(github.journal) <= 17


def _leave(_: FakeGitHub) -> None:
    """Not merged."""


def _merge_twice(github: FakeGitHub) -> None:
    merge(github)
    github.world.pull("lab/credit", 8, author="kay", head="e" * 40, **{**MERGED, "merge_commit_sha": MERGE})


@pytest.mark.parametrize(
    ("change", "commit", "told"),
    [
        (_leave, MERGE, "No merged pull request"),
        (_leave, made.HEAD, "is the head of #7, which is not merged"),
        (merge, "f" * 40, "No merged pull request"),
        (_merge_twice, MERGE, "several merged pull requests: #7, #8"),
        (lambda github: merge(github, merged=False), MERGE, "both as merged and as not merged"),
        (lambda github: merge(github, base=_base(github, ref="release")), MERGE, "onto `main`"),
        (lambda github: merge(github, base=_base(github, repo={"id": 5})), MERGE, "No merged pull request"),
    ],
)
def test_a_commit_of_no_one_merged_pull_request_is_said_b14_c10(
    change: Any, commit: str, told: str, gated: Repository, assay: Assay, github: FakeGitHub
) -> None:
    """B14, C10: only a merge into this repository's default branch says whose reviews a commit has."""
    change(github)
    ended = assay("approvals", "--commit", commit, "--out", "reviews.json")
    assert ended.code == 3, ended.out + ended.err
    assert told in ended.err
    assert not (gated.root / "reviews.json").exists()


def test_a_commit_that_a_pull_request_merely_contains_does_not_count(
    gated: Repository, assay: Assay, github: FakeGitHub
) -> None:
    merge(github)
    github.world.commit("lab/credit", 7, "f" * 40, author="mallory")
    assert assay("approvals", "--commit", "f" * 40).code == 3


def _base(github: FakeGitHub, **more: Any) -> dict[str, Any]:
    return {**github.world.repository("lab/credit").pulls[7]["base"], **more}
