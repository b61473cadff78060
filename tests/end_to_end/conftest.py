"""A repository to promote from, with its remote."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.command_line import Assay
from tests.support.promotions import ENGINE, Place, make_place
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
