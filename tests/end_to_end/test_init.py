"""`assay init` writes what is missing from what it finds, and never over a file."""

import json
from pathlib import Path

import pytest

from assay.manifest_reading import read_manifest
from tests.end_to_end.conftest import Assay
from tests.end_to_end.repositories import data_text, rows


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = tmp_path / "Credit Model_2"
    (made / "data").mkdir(parents=True)
    monkeypatch.chdir(made)
    return made


def test_it_writes_a_manifest_that_is_valid_and_runs(folder: Path, assay: Assay) -> None:
    made = rows()
    (folder / "data/test.csv").write_text(data_text(made).replace("group", "gender"))
    (folder / "data/train.csv").write_text(data_text(made).replace("group", "gender"))
    (folder / "model.pkl").write_bytes(b"not yet")
    ended = assay("init")
    assert ended.code == 0, ended.err
    text = (folder / "assay.yaml").read_text()
    _, manifest, problems = read_manifest(text.encode(), "assay.yaml")
    assert not problems
    assert manifest is not None
    assert manifest.model.name == "credit-model-2"
    assert manifest.model.artifact is not None
    assert manifest.model.artifact.trust is None
    assert manifest.data is not None
    assert list(manifest.data.sets) == ["test", "train"]
    assert (manifest.data.id, manifest.data.label, manifest.data.sensitive) == ("key", "approve", ("gender",))
    assert {"data_contract", "quality", "bias"} <= manifest.checks.keys()
    assert ".assay/" in (folder / ".gitignore").read_text()
    assert "uses: assay-ml/assay@v1" in (folder / ".github/workflows/assay.yml").read_text()
    planned = assay("plan")
    assert planned.code == 2
    assert "trust: pickle" in planned.err
    (folder / "assay.yaml").write_text(
        text.replace("format: pickle}", "format: python, callable: 'model:score'}").replace("path: model.pkl, ", "")
    )
    (folder / "model.py").write_text(
        "def score(features):\n    return [min(1.0, value / 1000) for value in features['amount']]\n"
    )
    checked = assay("check", "--engine", "regorus")
    assert checked.code == 1, checked.err
    assert "not evaluated" in checked.out


def test_it_never_overwrites(folder: Path, assay: Assay) -> None:
    (folder / "assay.yaml").write_text("mine")
    (folder / ".gitignore").write_text("*.pyc")
    assert assay("init").code == 0
    assert (folder / "assay.yaml").read_text() == "mine"
    assert (folder / ".gitignore").read_text() == "*.pyc\n.assay/\n"
    ended = assay("init")
    assert "kept " in ended.out
    assert not any(json.loads(assay("init", "--format", "json").out)["written"].values())
    assert (folder / ".gitignore").read_text() == "*.pyc\n.assay/\n"


def test_an_empty_folder_and_unreadable_data(folder: Path, assay: Assay) -> None:
    (folder / "data/broken.parquet").write_bytes(b"PAR1 not really")
    ended = assay("init")
    assert ended.code == 0
    assert "left out" in ended.out
    _, manifest, problems = read_manifest((folder / "assay.yaml").read_bytes(), "assay.yaml")
    assert manifest is not None
    assert not problems


def test_placeholders_prove_nothing(folder: Path, assay: Assay) -> None:
    """What `init` could not know is TODO, and TODO names no owner."""
    assert assay("init").code == 0
    ended = assay("check", "--stage", "ideation", "--engine", "regorus")
    assert ended.code == 1
    assert "governance/owner_named" in ended.out


def test_odd_names_are_quoted(folder: Path, assay: Assay) -> None:
    (folder / "data/test.csv").write_text(
        "no,a: b,'q',target\n" + "".join(f"{n},{n}.5,x{n},{n % 2}\n" for n in range(50))
    )
    assert assay("init").code == 0
    _, manifest, problems = read_manifest((folder / "assay.yaml").read_bytes(), "assay.yaml")
    assert not problems
    assert manifest is not None
    assert "a: b" in manifest.checks["data_contract"]["rules"]  # type: ignore[index]
    assert assay("plan").code == 0
