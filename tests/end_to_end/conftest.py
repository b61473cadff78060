"""A repository to promote from, with its remote, and a run of GitHub Actions to publish from."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.command_line import Assay
from tests.support.fakegithub.loopback import only_loopback
from tests.support.fakegithub.server import FakeGitHub
from tests.support.fakegithub.world import World
from tests.support.promotions import ENGINE, Place, make_place
from tests.support.publishing import JOB, NAME, NUMBER, OTHER, Run, judge, started
from tests.support.ready_commands import ReadyCommands
from tests.support.repositories import Repository
from tests.support.shared_folders import make_once


@pytest.fixture(scope="session")
def ready() -> Iterator[ReadyCommands]:
    """Commands in processes of their own, where a test kills or races them."""
    with ReadyCommands() as started:
        yield started


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place to promote from; copied for each test."""
    return make_once(tmp_path_factory, "promotion", make_place)


@pytest.fixture
def place(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    shutil.copytree(template, tmp_path / "place")
    monkeypatch.chdir(tmp_path / "place" / "repository")
    return Place(Repository(tmp_path / "place" / "repository"), tmp_path / "place" / "remote.git")


@pytest.fixture
def produced(place: Place, assay: Assay) -> Place:
    """1.0.0 is in production."""
    assert assay("register", "--version", "1.0.0", *ENGINE).code == 0
    for stage in ("staging", "production"):
        ended = assay("promote", "--version", "1.0.0", "--stage", stage, *ENGINE)
        assert ended.code == 0, ended.err
    return place


@pytest.fixture
def actions(repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """A run on pull request 7, whose head is the repository's only commit."""
    only_loopback(monkeypatch)
    started(repository)
    with FakeGitHub(World()) as fake:
        run = Run(fake, repository, tmp_path, monkeypatch)
        fake.world.pull(NAME, NUMBER, author="alice", head=run.head)
        fake.world.token("job", **JOB)
        run.pull_event()
        run.set(
            GITHUB_ACTIONS="true",
            GITHUB_API_URL=fake.url,
            GITHUB_REPOSITORY=NAME,
            GITHUB_SHA=OTHER,
            GITHUB_RUN_ID="11",
            GITHUB_TOKEN="job",  # noqa: S106  # of the fake
            GITHUB_OUTPUT=str(tmp_path / "output"),
            GITHUB_STEP_SUMMARY=str(tmp_path / "summary"),
        )
        yield run
    assert fake.violations == []


@pytest.fixture
def closed(actions: Run, assay: Assay) -> Repository:
    """A head whose gate is closed, and which was judged."""
    actions.repository.replace('roc_auc: ">= 0.70"', 'roc_auc: ">= 0.99"')
    actions.commit()
    actions.set(GITHUB_OUTPUT="")
    judge(assay, code=1)
    actions.set(GITHUB_OUTPUT=str(actions.folder / "output"))
    return actions.repository
