"""The floors bite: an import that goes up or across breaks the contract, and a banned module breaks the rules."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CROSSINGS = [
    ("checks/quality.py", "from assay.render import json"),
    ("checks/quality.py", "from assay.edges import files"),
    ("render/markdown.py", "from assay.checks import quality"),
    ("render/markdown.py", "from assay.edges import store"),
    ("edges/store.py", "from assay.render import markdown"),
    ("edges/store.py", "from assay.checks import bias"),
    ("stats/proportions.py", "from assay.tables import reading"),
    ("tables/reading.py", "from assay.edges import files"),
    ("steps/card.py", "from assay.commands import check"),
    ("commands/check.py", "from assay import cli"),
    ("pages.py", "from assay import rulings"),
    ("manifest.py", "from assay.steps import plan"),
    ("values.py", "from assay import pages"),
    ("steps/decide.py", "import regorus"),
    ("commands/check.py", "import opa_client"),
    ("steps/collect.py", "import skops"),
    ("checks/quality.py", "import sklearn"),
    ("stats/ranking.py", "import pandas"),
    ("commands/publish.py", "import github"),
]


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = Path(__file__).parents[3]
    copy = tmp_path_factory.mktemp("floors")
    shutil.copytree(project / "src", copy / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(project / "pyproject.toml", copy)
    return copy


def broken(copied: Path) -> bool:
    code = "import sys; sys.path.insert(0, 'src'); from importlinter.cli import lint_imports_command; lint_imports_command()"
    command = [sys.executable, "-c", code, "--no-cache"]
    return subprocess.run(command, cwd=copied, capture_output=True, check=False).returncode != 0


def test_the_floors_stand(copied: Path) -> None:
    assert not broken(copied)


@pytest.mark.parametrize(("path", "line"), CROSSINGS)
def test_a_crossing_is_refused(copied: Path, path: str, line: str) -> None:
    file = copied / "src/assay" / path
    kept = file.read_text()
    head, future, rest = kept.partition("from __future__ import annotations\n")
    file.write_text(f"{head}{future}{line}\n{rest}" if future else f"{kept}\n{line}\n")
    try:
        assert broken(copied)
    finally:
        file.write_text(kept)


def test_a_room_without_a_floor_is_refused(copied: Path) -> None:
    stray = copied / "src/assay/utils.py"
    stray.write_text('"""Odds and ends."""\n')
    try:
        assert broken(copied)
    finally:
        stray.unlink()


@pytest.mark.parametrize("room", ["checks", "render", "stats", "tables"])
@pytest.mark.parametrize("module", ["subprocess", "socket", "pickle"])
def test_banned_modules(project: Path, room: str, module: str) -> None:
    command = [
        sys.executable,
        "-m",
        "ruff",
        "check",
        "--select",
        "TID251",
        "--stdin-filename",
        f"src/assay/{room}/new.py",
        "-",
    ]
    text = f'"""New."""\n\nimport {module}\n\n{module}.x()\n'
    ended = subprocess.run(command, input=text.encode(), cwd=project, capture_output=True, check=False)
    assert ended.returncode == 1
    assert b"TID251" in ended.stdout
