"""A repository whose gate is open, one to promote from, and the command line in this process."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from assay.cli import main
from tests.support.command_line import Assay, Ended
from tests.support.promotions import ENGINE, Place, make_place
from tests.support.repositories import Repository, write_repository


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    made = write_repository(tmp_path / "repository")
    monkeypatch.chdir(made.root)
    return made


@pytest.fixture
def modelled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    made = write_repository(tmp_path / "repository", model=True)
    monkeypatch.chdir(made.root)
    return made


@pytest.fixture
def assay(capsys: pytest.CaptureFixture[str]) -> Assay:
    def run(*arguments: str) -> Ended:
        code = main(arguments)
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return Ended(code, said.out, said.err)

    return run


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place to promote from; copied for each test."""
    return make_place(tmp_path_factory.mktemp("promotion"))


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
