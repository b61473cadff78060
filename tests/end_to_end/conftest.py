"""A repository to promote from, with its remote, and a run of GitHub Actions to publish from."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from assay.cli import main
from tests.support.command_line import Assay
from tests.support.fakegithub.loopback import only_loopback
from tests.support.fakegithub.server import FakeGitHub
from tests.support.fakegithub.world import World
from tests.support.promotions import ENGINE, Place, make_place
from tests.support.publishing import JOB, NAME, NUMBER, OTHER, Run, judge, started
from tests.support.ready_commands import ReadyCommands
from tests.support.repositories import Repository
from tests.support.scrubbing import scrub
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


def copied(made: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A copy of a place, with its repository as the current folder."""
    shutil.copytree(made, folder / "place")
    monkeypatch.chdir(folder / "place" / "repository")
    return Place(Repository(folder / "place" / "repository"), folder / "place" / "remote.git")


@pytest.fixture
def place(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    return copied(template, tmp_path, monkeypatch)


@pytest.fixture(scope="session")
def produced_template(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place where 1.0.0 is in production; copied for each test."""

    def make(folder: Path) -> None:
        shutil.copytree(template, folder / "place")
        with pytest.MonkeyPatch.context() as patched:
            scrub(patched)
            patched.chdir(folder / "place" / "repository")
            assert main(["register", "--version", "1.0.0", *ENGINE]) == 0
            for stage in ("staging", "production"):
                assert main(["promote", "--version", "1.0.0", "--stage", stage, *ENGINE]) == 0

    return make_once(tmp_path_factory, "produced", make)


@pytest.fixture
def produced(produced_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """1.0.0 is in production."""
    return copied(produced_template / "place", tmp_path, monkeypatch)


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
def closed(actions: Run, assay: Assay, tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """A head whose gate is closed, and which was judged: once, and copied for each test."""
    root = actions.repository.root

    def make(folder: Path) -> None:
        actions.repository.replace('roc_auc: ">= 0.70"', 'roc_auc: ">= 0.99"')
        actions.commit()
        actions.set(GITHUB_OUTPUT="")
        judge(assay, code=1)
        actions.set(GITHUB_OUTPUT=str(actions.folder / "output"))
        shutil.copytree(root, folder, dirs_exist_ok=True)

    shutil.copytree(make_once(tmp_path_factory, "closed", make), root, dirs_exist_ok=True)
    actions.commit()
    return actions.repository
