"""The wheel carries policies, schemas and templates, and works where there is no checkout."""

import os
import shutil
import subprocess
import sys
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from tests.support.repositories import write_repository


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
