"""Models that other libraries made: from `init` to a verdict, registered, promoted, and refused when a byte differs."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.support.command_line import Assay
from tests.support.library_models import library_interpreter
from tests.support.promotions import ENGINE, STAGES, Place, judge, merge, status

REGISTER = ("register", "--version", "1.0.0", *ENGINE)
PROMOTE = ("promote", "--version", "1.0.0", "--stage", "staging", *ENGINE)
ARTIFACT = "artifact: {format: predictions, predictions: {holdout: scores.csv}}"
TRAINING = {
    "catboost": """\
import pandas as pd
from catboost import CatBoostClassifier
rows = pd.read_csv("holdout.csv")
usual = dict(iterations=20, verbose=False, thread_count=1, allow_writing_files=False)
CatBoostClassifier(**usual).fit(rows[["amount"]], rows.approve).save_model("model.cbm")
""",
    "mlflow": """\
import os
os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
import mlflow.pyfunc
import mlflow.types
import pandas as pd

class Share(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input, params=None):
        return (model_input["amount"] / 1000).clip(0, 1)

signature = mlflow.models.infer_signature(pd.read_csv("holdout.csv")[["amount"]], [0.5])
mlflow.pyfunc.save_model("model", python_model=Share(), signature=signature)
""",
}
WRITTEN = {
    "catboost": "artifact: {path: model.cbm, format: catboost}",
    "mlflow": "artifact: {path: model, format: mlflow, trust: pickle}",
}


@pytest.fixture(params=["catboost", "mlflow"])
def library(request: pytest.FixtureRequest) -> str:
    library_interpreter(request.param)
    return str(request.param)


def train(library: str, folder: Path) -> None:
    command = [str(library_interpreter(library)), "-I", "-B", "-c", TRAINING[library]]
    ended = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr


@pytest.fixture
def modelled(place: Place, library: str) -> Place:
    """A repository with a library's model in an environment of its own, judged for two stages and merged."""
    train(library, place.root)
    environment = f"environment: {{python: {library_interpreter(library)}}}"
    place.repository.replace(ARTIFACT, f"{environment}\n  {WRITTEN[library]}")
    place.repository.replace("  sensitive:", "  features: [amount]\n  sensitive:")
    if library == "mlflow":
        # What can run any code stays out of a stage that asks for `artifact/safe_format`.
        place.repository.replace(STAGES, STAGES.replace(", 'artifact/*'", ""))
    place.repository.write(".gitattributes", "model* -text\n")
    merge(place.root, f"a model of {library}")
    judge(place.root, "validation", "staging")
    return place


def test_it_is_registered_and_promoted(modelled: Place, assay: Assay) -> None:
    assert assay(*REGISTER).code == 0
    ended = assay(*PROMOTE)
    assert ended.code == 0, ended.err
    assert status(assay) == {"staging": "1.0.0"}
    assert assay("verify", "--recollect", "--engine", "regorus").code == 0


def test_another_byte_is_another_model(modelled: Place, assay: Assay, library: str) -> None:
    changed = modelled.root / ("model.cbm" if library == "catboost" else "model/requirements.txt")
    changed.write_bytes(changed.read_bytes() + b"\n")
    ended = assay("predict")
    assert ended.code != 0
    assert "is not" in ended.err
    merge(modelled.root, "another model")
    ended = assay(*REGISTER)
    assert (ended.code, modelled.tags()) == (1, [])
    assert "not what was judged" in ended.err or "judged" in ended.err


@pytest.mark.parametrize("library", ["mlflow"], indirect=True)
def test_a_file_that_git_lacks_is_no_part_of_the_version(modelled: Place, assay: Assay) -> None:
    """A file beside the others of a folder can change what loading does."""
    modelled.repository.write(".gitignore", ".assay/\ncode/\n")
    merge(modelled.root, "ignores code")
    modelled.repository.write("model/code/__init__.py", "")
    ended = assay("predict")
    assert (ended.code, "`model` is not what was planned" in ended.err) == (3, True), ended.err
    judge(modelled.root, "validation")
    ended = assay(*REGISTER)
    assert (ended.code, modelled.tags()) == (1, [])
    assert "`model` at " in ended.err
    assert "is not what was judged" in ended.err


def test_init_finds_it(tmp_path: Path, assay: Assay, library: str, template: Path) -> None:
    folder = tmp_path / "fresh"
    folder.mkdir()
    data = (template / "repository/holdout.csv").read_bytes()
    (folder / "holdout.csv").write_bytes(data)
    train(library, folder)
    assert assay("init", str(folder)).code == 0
    text = (folder / "assay.yaml").read_text()
    if library == "catboost":
        assert "  artifact: {path: model.cbm, format: catboost}\n" in text
    else:
        assert "    path: model\n    format: mlflow\n" in text
        assert "  environment: {requirements: model/requirements.txt}\n" in text
        refused = assay("plan", "--manifest", str(folder / "assay.yaml"))
        assert refused.code == 2
        assert "trust: pickle" in refused.err
        (folder / "assay.yaml").write_text(text.replace("format: mlflow\n", "format: mlflow\n    trust: pickle\n"))
        text = (folder / "assay.yaml").read_text()
    assert "  features: [amount]" in text
    interpreter = f"  environment: {{python: {library_interpreter(library)}}}\n"
    lines = [line for line in text.splitlines(keepends=True) if "environment:" not in line]
    at = next(number for number, line in enumerate(lines) if line.startswith("  artifact:"))
    (folder / "assay.yaml").write_text("".join([*lines[:at], interpreter, *lines[at:]]))
    judged = assay("check", "--manifest", str(folder / "assay.yaml"), "--engine", "regorus", "--format", "json")
    assert judged.code in (0, 1), judged.err
    (decision,) = (folder / ".assay").rglob("decision.json")
    found = {each["policy"]: each["outcome"] for each in json.loads(decision.read_text())["rulings"]}
    assert found["artifact/safe_format"] == ("pass" if library == "catboost" else "fail")
    assert found["quality/clears_bars"] in ("pass", "inconclusive")
