"""Assay installs without a clone: `uvx` runs it in a foreign repository, from the sources and from a built wheel."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from assay import DISTRIBUTION
from tests.core_environment import distributions
from tests.support.repositories import write_repository
from tests.support.wheels import repack_wheel


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of wheels with what the core and its build need: the whole package index."""
    folder = tmp_path_factory.mktemp("house")
    for name in distributions(DISTRIBUTION, "hatchling") - {DISTRIBUTION}:
        repack_wheel(folder, name)
    return folder


@pytest.fixture(scope="module")
def places(house: Path, project: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What `uvx --from` is given: a copy of the sources, and the wheel that is built from it."""
    copy, built = tmp_path_factory.mktemp("sources"), tmp_path_factory.mktemp("built")
    for name in ("pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE"):
        shutil.copy(project / name, copy)
    for name in ("src", "policies", "schemas", "docs"):
        shutil.copytree(project / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    uv(house, "build", "--wheel", "--out-dir", str(built), str(copy), cwd=built)
    (wheel,) = built.glob("*.whl")
    assert wheel.name.startswith("assay_ml-")
    return {"sources": str(copy), "wheel": str(wheel)}


def uv(house: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    found = shutil.which("uv")
    assert found is not None
    environment = {
        **{name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ},
        "HOME": str(cwd),
        "UV_CACHE_DIR": str(house.parent / "cache-of-uv"),
        "UV_PYTHON": sys.executable,
        "UV_NO_INDEX": "1",
        "UV_FIND_LINKS": str(house),
        "UV_OFFLINE": "1",
    }
    return subprocess.run([found, *arguments], cwd=cwd, env=environment, capture_output=True, text=True, check=True)


@pytest.mark.parametrize("place", ["sources", "wheel"])
def test_a_foreign_repository_is_set_up_and_judged(
    place: str, places: dict[str, str], house: Path, tmp_path: Path
) -> None:
    foreign = write_repository(tmp_path / "foreign")
    written = foreign.root / "assay.yaml"
    kept = written.read_bytes()
    written.unlink()
    subprocess.run(["git", "init", "--quiet"], cwd=foreign.root, check=True)

    def run(*arguments: str) -> str:
        return uv(house, "tool", "run", "--from", places[place], "assay", *arguments, cwd=foreign.root).stdout

    assert run("--version").startswith("assay ")
    assert "assay.yaml" in run("init")
    assert written.exists()
    assert (foreign.root / ".github/workflows/assay.yml").exists()
    written.write_bytes(kept)
    assert "Gate open" in run("check", "--engine", "regorus")
