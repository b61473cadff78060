"""The wheel carries policies, schemas and templates, and works where there is no checkout."""

import ast
import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from email.parser import Parser
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from tests.support.repositories import write_repository

from assay import DISTRIBUTION


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    hatchling = shutil.which("hatchling", path=str(Path(sys.executable).parent))
    if hatchling is None:
        pytest.skip("hatchling is not installed, so no wheel can be built without a network.")
    project = Path(__file__).parents[3]
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([hatchling, "build", "-t", "wheel", "-d", str(folder)], cwd=project, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def test_it_carries_what_is_not_python(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for name in (
        "assay/bundled/policies/bias/within_bounds/within_bounds.rego",
        "assay/bundled/policies/lib/bars/bars.rego",
        "assay/bundled/schemas/manifest.json",
        "assay/bundled/docs/troubleshooting.md",
        "assay/bundled/docs/examples/lightgbm/train.py",
        "assay/commands/templates/demo/assay.yaml",
        "assay/commands/templates/workflow/assay.yml",
        "assay/py.typed",
    ):
        assert name in names


def test_it_asks_for_the_models_libraries_in_an_extra_only(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    (name,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
    asked = [Requirement(line) for line in Parser().parsestr(archive.read(name).decode()).get_all("Requires-Dist", [])]
    core = {each.name for each in asked if each.marker is None or "extra" not in str(each.marker)}
    brought = {each.name for each in asked if each.marker is not None and each.marker.evaluate({"extra": "model"})}
    assert not core & {"pandas", "scikit-learn", "skops", "joblib", "onnxruntime", "pyarrow", "fsspec"}
    assert brought - core == {"pandas", "scikit-learn"}


PARTS = {"joblib", "pydantic-core"}
"""Distributions that scikit-learn and pydantic are never without."""


def imported(project: Path) -> set[str]:
    """The distributions that `src` imports from, by whatever way."""
    found = set[str]()
    for path in (project / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                found |= {each.name for each in node.names}
            elif isinstance(node, ast.ImportFrom):
                found.add(node.module or "")
            elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(
                ("import_module", "_library", "find_spec")
            ):
                found |= {str(each.value) for each in node.args if isinstance(each, ast.Constant)}
    known = metadata.packages_distributions()
    return {canonicalize_name(each) for name in found for each in known.get(name.partition(".")[0], ())} - {
        DISTRIBUTION
    }


def test_what_is_asked_for_is_imported_and_what_is_imported_is_asked_for(project: Path) -> None:
    """A library that nothing imports is nobody's dependency; one that comes with another may go with it."""
    declared = tomllib.loads((project / "pyproject.toml").read_text())["project"]
    core = {canonicalize_name(Requirement(line).name) for line in declared["dependencies"]}
    extras = {
        canonicalize_name(Requirement(line).name)
        for lines in declared["optional-dependencies"].values()
        for line in lines
    }
    assert core - imported(project) == set()
    assert imported(project) - core - extras <= PARTS


def test_it_judges_without_a_checkout(wheel: Path, tmp_path: Path) -> None:
    installed = tmp_path / "installed"
    zipfile.ZipFile(wheel).extractall(installed)
    repository = write_repository(tmp_path / "repository")
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(installed), "HOME": str(tmp_path)}
    command = [
        sys.executable,
        "-P",
        "-c",
        "import assay, sys; from assay.cli import main; print(assay.__file__); sys.exit(main())",
    ]
    ended = subprocess.run(
        [*command, "check", "--engine", "regorus"],
        cwd=repository.root,
        env=environment,
        capture_output=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr.decode()
    assert str(installed) in ended.stdout.decode()
