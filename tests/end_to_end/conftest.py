"""A repository whose gate is open, and the command line in this process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from assay.cli import main
from tests.support.repositories import Repository, write_repository


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


Assay = Callable[..., Ended]


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
