"""Models that CatBoost made: answers, what is known without loading, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.library_models import library_interpreter, make_models
from tests.support.shared_folders import make_once
from tests.support.shutting_in import shut_in_level_of

from assay.edges.catboost_file import read_catboost
from assay.edges.isolation import Level
from assay.edges.isolation_levels import Request
from assay.edges.model_job import FeatureTable, digest_model
from assay.edges.model_run import ModelRun, inspect_model, run_model
from assay.edges.models import MODEL_FORMATS
from assay.errors import ModelError

FORMS = ("cbm", "json")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    library_interpreter("catboost")
    return make_once(tmp_path_factory, "catboost", lambda folder: make_models("catboost", folder))


def told(made: Path) -> Any:
    return json.loads((made / "answers.txt").read_text(encoding="utf-8"))


def table(made: Path, *names: str, **changed: Any) -> FeatureTable:
    """Rows as Assay reads them: text as objects."""
    rows = {**told(made)["rows"], **changed}
    kept = {name: rows[name] for name in names or rows}
    return FeatureTable(
        name="holdout",
        columns={
            name: np.array(values, dtype=object if any(isinstance(each, str) for each in values) else None)
            for name, values in kept.items()
        },
    )


def ask(path: Path, task: str, rows: FeatureTable, positive: Any = "yes", level: Request = "process") -> Any:
    run = ModelRun(
        format="catboost",
        interpreter=library_interpreter("catboost"),
        artifact=path,
        digest=digest_model(path),
        task=task,  # type: ignore[arg-type]  # one of the tasks
        positive=positive,
        isolation=level,
    )
    return run_model(run, [rows])


@pytest.mark.parametrize("form", FORMS)
def test_the_answers_are_those_of_the_library(made: Path, form: str) -> None:
    expected = {name: np.array(each) for name, each in told(made)["answers"].items()}
    both = ask(made / f"binary.{form}", "binary-classification", table(made))
    np.testing.assert_allclose(both.scores[0][:, 0], expected["binary"][:, 1], rtol=1e-12)
    other = ask(made / f"binary.{form}", "binary-classification", table(made), positive="no")
    np.testing.assert_allclose(other.scores[0][:, 0], expected["binary"][:, 0], rtol=1e-12)
    # The columns come in another order than that of the training, with one more.
    shuffled = ask(made / f"binary.{form}", "binary-classification", table(made, "net income", "town", "years"))
    np.testing.assert_allclose(shuffled.scores[0], both.scores[0], rtol=1e-12)
    several = ask(made / f"several.{form}", "multiclass-classification", table(made))
    assert several.classes == (0, 1, 2)
    np.testing.assert_allclose(several.scores[0], expected["several"], rtol=1e-12)
    for name in ("number", "counts"):
        number = ask(made / f"{name}.{form}", "regression", table(made, "years", "net income"))
        np.testing.assert_allclose(number.scores[0][:, 0], expected[name], rtol=1e-12)
    bare = ask(made / f"bare.{form}", "binary-classification", table(made, "years", "net income"), positive=True)
    np.testing.assert_allclose(bare.scores[0][:, 0], expected["bare"][:, 1], rtol=1e-12)


def test_texts_are_a_feature_too(made: Path) -> None:
    answers = ask(made / "texts.cbm", "binary-classification", table(made))
    np.testing.assert_allclose(answers.scores[0][:, 0], np.array(told(made)["answers"]["texts"])[:, 1], rtol=1e-12)
    assert read_catboost(str(made / "texts.cbm")).features == ("note", "years")


@shut_in_level_of
def test_the_answers_are_the_same_shut_in(made: Path, level: Level) -> None:
    answers = ask(made / "binary.cbm", "binary-classification", table(made), level=level)
    np.testing.assert_allclose(answers.scores[0][:, 0], np.array(told(made)["answers"]["binary"])[:, 1], rtol=1e-12)


@pytest.mark.parametrize("form", FORMS)
def test_it_is_known_without_loading(made: Path, form: str) -> None:
    found = inspect_model("catboost", made / f"binary.{form}")
    assert found == {"executes": "nothing", "types": [], "note": "Objective: Logloss; 3 features."}
    described = MODEL_FORMATS.load("catboost")
    assert described.names is not None
    assert described.width is not None
    assert described.classes is not None
    assert described.names(str(made / f"binary.{form}")) == ("years", "town", "net income")
    assert described.names(str(made / f"bare.{form}")) == ()
    assert described.width(str(made / f"bare.{form}")) == 2
    assert described.classes(str(made / f"binary.{form}")) == ("no", "yes")
    assert described.classes(str(made / f"several.{form}")) == (0, 1, 2)
    assert described.classes(str(made / f"number.{form}")) == ()


@pytest.mark.parametrize("form", FORMS)
def test_a_model_of_another_task_does_not_answer(made: Path, form: str) -> None:
    """CatBoost itself would give a regression's numbers as probabilities, and a classifier's raw scores as numbers."""
    with pytest.raises(ModelError, match="contains no classifier, so it cannot answer for binary-classification"):
        ask(made / f"number.{form}", "binary-classification", table(made, "years", "net income"))
    with pytest.raises(ModelError, match="contains a classifier, so it cannot answer for regression"):
        ask(made / f"binary.{form}", "regression", table(made))


def test_what_is_missing_is_told(made: Path) -> None:
    with pytest.raises(ModelError, match="needs features that are missing: net income"):
        ask(made / "binary.cbm", "binary-classification", table(made, "years", "town"))
    with pytest.raises(ModelError, match="takes 2 features, but there are 4"):
        ask(made / "bare.cbm", "binary-classification", table(made), positive=True)
    towns = [None, None, *told(made)["rows"]["town"][2:]]
    with pytest.raises(ModelError, match="takes `town` as categories, and CatBoost takes none that is missing, but 2 "):
        ask(made / "binary.cbm", "binary-classification", table(made, town=towns))


@pytest.mark.parametrize(
    "content", [b"", b"CBM1", b"CBM1\0\0\0\0", b"{", b"[1]", b'{"model_info": 3}', b'{"a"' + b"[" * 9_000, b"\xff" * 99]
)
def test_what_is_no_model_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "model.cbm"
    path.write_bytes(content)
    with pytest.raises(ModelError, match="CatBoost model"):
        inspect_model("catboost", path)
    described = MODEL_FORMATS.load("catboost")
    assert described.names is not None
    assert described.names(str(path)) == ()


@given(place=st.integers(0, 400), value=st.integers(0, 255), end=st.integers(0, 12_000))
def test_no_damage_is_more_than_a_sentence(made: Path, place: int, value: int, end: int) -> None:
    content = bytearray((made / "binary.cbm").read_bytes())
    content[place] = value
    path = made / f"damaged-{place}-{value}-{end}.cbm"
    path.write_bytes(content[: max(end, 1)])
    try:
        read_catboost(str(path))
    except ValueError as problem:
        assert "CatBoost model" in str(problem)
    finally:
        path.unlink()


@pytest.mark.parametrize(
    ("written", "expected"),
    [("[0.0, 1.0]", (0, 1)), ("[0.5, 1.5]", ("0.5", "1.5")), ('["a", "b"]', ("a", "b")), ("[NaN, 1]", ("nan", 1))],
)
def test_classes_are_read_as_they_are_named(tmp_path: Path, written: str, expected: tuple[Any, ...]) -> None:
    described = '"features_info": {"float_features": [{"flat_feature_index": 0, "feature_id": "a"}]}'
    path = tmp_path / "model.json"
    path.write_text(f'{{{described}, "model_info": {{"class_params": {{"class_names": {written}}}}}}}')
    assert read_catboost(str(path)).classes == expected


def test_parameters_that_are_no_json_are_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    path.write_text('{"features_info": {}, "model_info": {"params": "{"}}')
    with pytest.raises(ValueError, match="CatBoost model"):
        read_catboost(str(path))
