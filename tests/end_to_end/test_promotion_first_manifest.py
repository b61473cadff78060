"""A manifest that judged itself in promotes nothing: two people approved the change that brought it, or it was always there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.command_line import Assay
from tests.support.fakegithub.loopback import only_loopback
from tests.support.fakegithub.server import FakeGitHub
from tests.support.fakegithub.world import World
from tests.support.git import commit, git
from tests.support.promotions import ENGINE, JUDGED, Place, merge
from tests.support.repositories import Repository, write_repository

NAME = "acme/loans"
REGISTER = ("register", "--version", "1.0.0", *ENGINE)
ROLES = "roles:\n  domain_expert: {users: [ada]}\n  ml_engineer: {users: [grace]}\n"


@pytest.fixture
def late(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, assay: Assay) -> Place:
    """A repository whose first manifest came with a change that its gate closed, and that was merged all the same."""
    only_loopback(monkeypatch)
    root = tmp_path / "repository"
    root.mkdir()
    monkeypatch.chdir(root)
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", "remote.git")
    git(root, "init", "--quiet", "--initial-branch=main")
    git(root, "remote", "add", "origin", f"file://{tmp_path / 'remote.git'}")
    (root / "README.md").write_text("Loans\n")
    merge(root, "nothing judged yet")
    git(root, "switch", "--quiet", "--create", "change")
    write_repository(root)
    (root / ".gitignore").write_text(".assay/\nreviews.json\n")
    (root / "assay.yaml").write_text((root / "assay.yaml").read_text() + ROLES)
    commit(root, "the first manifest")
    git(root, "push", "--quiet", "origin", "HEAD:refs/pull/1/head")
    assert assay("check", *JUDGED, "--base", "main").code == 1
    git(root, "switch", "--quiet", "main")
    for name, value in (("user.name", "Octo Cat"), ("user.email", "octocat@example.com")):
        git(root, "config", name, value)
    git(root, "merge", "--quiet", "--no-ff", "--no-edit", "change")
    git(root, "push", "--quiet", "origin", "main")
    assert assay("check", *JUDGED).code == 0
    return Place(Repository(root), tmp_path / "remote.git")


@pytest.fixture
def github(late: Place, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    world = World()
    monkeypatch.setenv("GITHUB_TOKEN", world.token("job", pull_requests="read", contents="read"))
    monkeypatch.setenv("GITHUB_REPOSITORY", NAME)
    world.repository(NAME, clone_url=f"file://{late.remote}").permissions.update(ada="write", grace="write")
    head, merged = (git(late.root, "rev-parse", each) for each in ("change", "main"))
    world.pull(NAME, 1, author="mallory", head=head, state="closed", merged=True, merge_commit_sha=merged,
               merged_at="2026-01-02T00:00:00Z")  # fmt: skip
    world.commit(NAME, 1, head, author="mallory")
    with FakeGitHub(world) as fake:
        monkeypatch.setenv("GITHUB_API_URL", fake.url)
        yield world
    assert fake.violations == []


def test_a_manifest_that_its_change_closed(late: Place, assay: Assay) -> None:
    """T-first-manifest: judged again without a base, the gate is open; nor does a later change make up for it."""
    ended = assay(*REGISTER)
    assert (ended.code, late.tags()) == (1, []), ended.err
    assert "and nothing judged that change: two people must have approved it" in ended.err
    late.repository.write("README.md", "More\n")
    merge(late.root, "something else")
    assert assay("check", *JUDGED, "--base", "HEAD~1").code == 0
    assert assay(*REGISTER).code == 1
    # Deleted and brought again it is a first manifest again.
    text = (late.root / "assay.yaml").read_text()
    git(late.root, "rm", "--quiet", "assay.yaml")
    merge(late.root, "gone")
    late.repository.write("assay.yaml", text)
    merge(late.root, "and back")
    assert assay("check", *JUDGED).code == 0
    ended = assay(*REGISTER)
    assert (ended.code, late.tags()) == (1, [])
    assert git(late.root, "rev-parse", "HEAD")[:12] in ended.err


def test_two_people_who_approved_the_change_that_brought_it(late: Place, assay: Assay, github: World) -> None:
    """T-first-manifest, the twin: GitHub shows their approvals; one alone is not enough. Later versions ask nobody again."""
    head = git(late.root, "rev-parse", "change")
    ended = assay(*REGISTER)
    assert (ended.code, "pull request #1 lacks the approval of two people" in ended.err) == (1, True), ended.err
    github.review(NAME, 1, "ada", "APPROVED", head)
    assert assay(*REGISTER).code == 1
    github.review(NAME, 1, "grace", "APPROVED", head)
    ended = assay(*REGISTER)
    assert ended.code == 0, ended.err
    github.repository(NAME).reviews[1].clear()
    late.repository.write("README.md", "More\n")
    merge(late.root, "something else")
    ended = assay("register", "--version", "1.1.0", *ENGINE)
    assert ended.code == 0, ended.err


def test_a_merge_that_brought_another_manifest_than_was_approved(late: Place, assay: Assay, github: World) -> None:
    """B16: the two people saw other bars."""
    git(late.root, "switch", "--quiet", "change")
    late.repository.replace(">= 0.70", ">= 0.75")
    head = commit(late.root, "what they saw") or git(late.root, "rev-parse", "HEAD")
    git(late.root, "push", "--quiet", "origin", "HEAD:refs/pull/1/head")
    git(late.root, "switch", "--quiet", "main")
    github.repository(NAME).pulls[1]["head"]["sha"] = head
    github.repository(NAME).commits[1].clear()
    github.commit(NAME, 1, head, author="mallory")
    for login in ("ada", "grace"):
        github.review(NAME, 1, login, "APPROVED", head)
    ended = assay(*REGISTER)
    assert (ended.code, "pull request #1 approved another manifest" in ended.err) == (1, True), ended.err


def test_a_loosening_that_its_change_closed(late: Place, assay: Assay, github: World) -> None:
    """T-loosened-since: merged all the same, and judged again without a base; nor does a later change make up for it."""
    head = git(late.root, "rev-parse", "change")
    for login in ("ada", "grace"):
        github.review(NAME, 1, login, "APPROVED", head)
    git(late.root, "switch", "--quiet", "--create", "loosen")
    late.repository.replace("<= 0.20", "<= 0.19")
    commit(late.root, "tighter, which needs nobody")
    late.repository.replace("<= 0.19", "<= 0.90")
    head = commit(late.root, "looser")
    git(late.root, "push", "--quiet", "origin", "HEAD:refs/pull/2/head")
    git(late.root, "switch", "--quiet", "main")
    git(late.root, "merge", "--quiet", "--no-ff", "--no-edit", "loosen")
    git(late.root, "push", "--quiet", "origin", "main")
    loosened = git(late.root, "rev-parse", "HEAD")
    github.pull(NAME, 2, author="mallory", head=head, state="closed", merged=True, merge_commit_sha=loosened,
                merged_at="2026-01-03T00:00:00Z")  # fmt: skip
    for each in git(late.root, "rev-list", "main~1..loosen").split():
        github.commit(NAME, 2, each, author="mallory")
    late.repository.write("README.md", "More\n")
    merge(late.root, "something else")
    assert assay("check", *JUDGED).code == 0
    ended = assay(*REGISTER)
    assert (ended.code, late.tags()) == (1, []), ended.err
    assert f"The commit {loosened[:12]} loosened what judges: pull request #2 lacks the approval" in ended.err
    for login in ("ada", "grace"):
        github.review(NAME, 2, login, "APPROVED", head)
    ended = assay(*REGISTER)
    assert ended.code == 0, ended.err
