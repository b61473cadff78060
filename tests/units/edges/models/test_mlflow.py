"""Folders that MLflow made: answers, what is known without loading, and what is refused."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.support.library_models import library_interpreter, make_models
from tests.support.shared_folders import make_once
from tests.support.shutting_in import shut_in_level_of

from assay.edges.isolation import Level
from assay.edges.isolation_levels import Request
from assay.edges.mlflow_folder import read_mlflow
from assay.edges.model_job import FeatureTable, digest_model
from assay.edges.model_run import ModelRun, inspect_model, run_model
from assay.edges.models import MODEL_FORMATS
from assay.errors import ModelError


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    library_interpreter("mlflow")
    return make_once(tmp_path_factory, "mlflow", lambda folder: make_models("mlflow", folder))


def told(made: Path) -> Any:
    return json.loads((made / "answers.txt").read_text(encoding="utf-8"))


def table(made: Path, **changed: Any) -> FeatureTable:
    rows = {**told(made)["rows"], **changed}
    return FeatureTable(name="holdout", columns={name: np.array(values) for name, values in rows.items()})


def ask(
    path: Path,
    rows: FeatureTable,
    task: str = "binary-classification",
    *,
    level: Request = "process",
    trust: str | None = "pickle",
) -> Any:
    run = ModelRun(
        format="mlflow",
        interpreter=library_interpreter("mlflow"),
        artifact=path,
        digest=digest_model(path),
        task=task,  # type: ignore[arg-type]  # one of the tasks
        positive="yes",
        trust=trust,
        isolation=level,
    )
    return run_model(run, [rows])


@pytest.mark.parametrize(
    "name", ["sklearn", "pickled", "lightgbm", "booster", "odds", "named", "narrow", "whole", "number"]
)
def test_the_answers_are_those_of_the_library(made: Path, name: str) -> None:
    task = "regression" if name == "number" else "binary-classification"
    answers = ask(made / name, table(made), task)
    np.testing.assert_allclose(answers.scores[0][:, 0], told(made)["answers"][name], rtol=1e-6)


@shut_in_level_of
def test_the_answers_are_the_same_shut_in(made: Path, level: Level) -> None:
    answers = ask(made / "sklearn", table(made), level=level)
    np.testing.assert_allclose(answers.scores[0][:, 0], told(made)["answers"]["sklearn"], rtol=1e-12)


def test_it_is_known_without_loading(made: Path) -> None:
    found = inspect_model("mlflow", made / "odds")
    assert (found["executes"], found["types"]) == ("arbitrary_code", [])
    assert found["note"] == (
        "An MLflow model (python_function); `mlflow.pyfunc.model` loads it, which can run any code."
    )
    described = MODEL_FORMATS.load("mlflow")
    assert described.names is not None
    assert described.width is not None
    assert described.names(str(made / "odds")) == ("years", "net income")
    assert described.names(str(made / "tensor")) == ()
    assert described.width(str(made / "tensor")) == 2
    assert read_mlflow(str(made / "sklearn")).inner == ("skops", "model.skops")
    assert read_mlflow(str(made / "pickled")).inner == ("pickle", "model.pkl")
    assert read_mlflow(str(made / "booster")).inner == ("lightgbm", "model.lgb")
    assert read_mlflow(str(made / "odds")).inner is None


def test_it_is_not_loaded_without_trust(made: Path) -> None:
    with pytest.raises(ModelError, match="can run any code in it, so Assay does not load it"):
        ask(made / "sklearn", table(made), trust=None)


def test_answers_that_are_no_scores_are_refused(made: Path) -> None:
    for name in ("labels", "label-table", "label-columns"):
        with pytest.raises(ModelError, match="answers with labels, not with probabilities: save it so"):
            ask(made / name, table(made))
    with pytest.raises(ModelError, match="answers with 2 columns without names, so nobody knows which class each is"):
        ask(made / "unnamed", table(made))
    with pytest.raises(ModelError, match="column `years` has numbers beyond int32"):
        ask(made / "narrow", table(made, years=[1 << 40] * len(told(made)["rows"]["years"])))


def test_whole_numbers_may_come_as_decimals_without_a_fraction(made: Path) -> None:
    years = [float(each) for each in told(made)["rows"]["years"]]
    answers = ask(made / "whole", table(made, years=years))
    np.testing.assert_allclose(answers.scores[0][:, 0], told(made)["answers"]["whole"], rtol=1e-12)
    for odd in (0.5, float("nan")):
        with pytest.raises(ModelError, match="takes whole numbers as `years`, but some are missing or have a fraction"):
            ask(made / "whole", table(made, years=[odd, *years[1:]]))


def test_one_changed_byte_of_any_file_is_another_model(made: Path, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(made / "odds", folder)
    whole = digest_model(folder)
    for path in sorted(folder.rglob("*")):
        content = path.read_bytes()
        path.write_bytes(content + b"\n")
        assert digest_model(folder) != whole, path
        path.write_bytes(content)
    (folder / "__init__.py").write_bytes(b"")
    assert digest_model(folder) != whole


@pytest.mark.parametrize(
    "written",
    [
        None,
        "",
        "[1]",
        "flavors: 3",
        "flavors: {a: 3}",
        "flavors: {a: {b: 1}, a: {}}",
        "flavors: {python_function: {}}\nsignature: {inputs: '{'}",
        "flavors: {python_function: {}}\nsignature: {inputs: '" + "[" * 5_000 + "'}",
    ],
)
def test_what_is_no_model_is_refused(tmp_path: Path, written: str | None) -> None:
    if written is not None:
        (tmp_path / "MLmodel").write_text(written)
    with pytest.raises(ModelError, match=r"MLmodel|MLflow model"):
        inspect_model("mlflow", tmp_path)


@pytest.mark.parametrize(
    "inputs",
    [
        '"text"',
        "[3]",
        '[{"tensor-spec": 3}]',
        '[{"tensor-spec": {"shape": [-1]}}]',
        '[{"name": "a", "required": false}]',
    ],
)
def test_an_odd_signature_names_nothing(tmp_path: Path, inputs: str) -> None:
    (tmp_path / "MLmodel").write_text(f"flavors: {{python_function: {{}}}}\nsignature:\n  inputs: '{inputs}'\n")
    found = read_mlflow(str(tmp_path))
    assert (found.columns, found.width, found.inner) == ((), None, None)
