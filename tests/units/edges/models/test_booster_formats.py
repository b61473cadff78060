"""Boosters of LightGBM and XGBoost, saved as text or JSON: answers, names, and what is no booster."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.support.shutting_in import shut_in_level_of

from assay.edges.isolation import Level
from assay.edges.isolation_levels import Request
from assay.edges.model_job import FeatureTable, digest_model
from assay.edges.model_run import ModelRun, inspect_model, run_model
from assay.edges.models import MODEL_FORMATS
from assay.errors import ModelError

ROWS = 80


@pytest.fixture(scope="module")
def rows() -> Any:
    import pandas as pd

    random = np.random.default_rng(3)
    return pd.DataFrame(
        {
            "years": random.integers(18, 80, ROWS).astype("int64"),
            "town": random.choice(["Aix", "Brno", "Oslo"], ROWS),
            "net income": random.normal(size=ROWS),
        }
    )


def table(rows: Any) -> FeatureTable:
    return FeatureTable(name="holdout", columns={name: rows[name].to_numpy() for name in rows})


def ask(path: Path, form: str, task: str, given: FeatureTable, positive: Any = 1, level: Request = "process") -> Any:
    run = ModelRun(
        format=form,
        interpreter=Path(sys.executable),
        artifact=path,
        digest=digest_model(path),
        task=task,  # type: ignore[arg-type]  # one of the tasks
        positive=positive,
        isolation=level,
    )
    return run_model(run, [given])


@pytest.fixture(params=["lightgbm", "xgboost"])
def fitted(request: pytest.FixtureRequest, rows: Any, tmp_path: Path) -> Iterator[tuple[str, Path, Any]]:
    """A booster of two classes on numbers and categories, with the probabilities that it gives."""
    library = pytest.importorskip(request.param)
    categories = rows.assign(town=rows.town.astype("category"))
    hit = (rows["net income"] + (rows.town == "Oslo") > 0.2).astype(int)
    if request.param == "lightgbm":
        model = library.LGBMClassifier(n_estimators=3, min_child_samples=2, verbose=-1, n_jobs=1).fit(categories, hit)
        model.booster_.save_model(tmp_path / "model.txt")
        yield request.param, tmp_path / "model.txt", model.predict_proba(categories)
    else:
        model = library.XGBClassifier(n_estimators=3, enable_categorical=True, n_jobs=1).fit(categories, hit)
        model.save_model(tmp_path / "model.json")
        yield request.param, tmp_path / "model.json", model.predict_proba(categories)


def test_the_answers_are_those_of_the_library(fitted: tuple[str, Path, Any], rows: Any) -> None:
    form, path, expected = fitted
    answers = ask(path, form, "binary-classification", table(rows))
    np.testing.assert_allclose(answers.scores[0][:, 0], expected[:, 1], rtol=1e-6)
    # Fewer categories in the rows at hand change no code.
    part = rows[rows.town != "Aix"]
    fewer = ask(path, form, "binary-classification", table(part), positive="yes")
    np.testing.assert_allclose(fewer.scores[0][:, 0], expected[part.index, 1], rtol=1e-6)
    other = ask(path, form, "binary-classification", table(rows), positive=0)
    np.testing.assert_allclose(other.scores[0][:, 0], expected[:, 0], rtol=1e-6)


@shut_in_level_of
def test_the_answers_are_the_same_shut_in(fitted: tuple[str, Path, Any], rows: Any, level: Level) -> None:
    form, path, expected = fitted
    answers = ask(path, form, "binary-classification", table(rows), level=level)
    np.testing.assert_allclose(answers.scores[0][:, 0], expected[:, 1], rtol=1e-6)


def test_it_is_known_without_loading(fitted: tuple[str, Path, Any]) -> None:
    form, path, _ = fitted
    found = inspect_model(form, path)
    assert (found["executes"], found["types"]) == ("nothing", [])
    assert "binary" in found["note"]
    names = MODEL_FORMATS.load(form).names
    assert names is not None
    assert [each.replace("_", " ") for each in names(str(path))] == ["years", "town", "net income"]


def test_text_where_numbers_were_and_absent_columns_are_refused(fitted: tuple[str, Path, Any], rows: Any) -> None:
    form, path, _ = fitted
    with pytest.raises(ModelError, match="holds text"):
        ask(path, form, "binary-classification", table(rows.assign(years="old")))
    with pytest.raises(ModelError, match=r"features that are missing: net.income"):
        ask(path, form, "binary-classification", table(rows[["years", "town"]]))


@pytest.mark.parametrize("form", ["lightgbm", "xgboost"])
@pytest.mark.parametrize(
    "content", [b"", b"tr", b"[1]", b'{"learner": 3}', b'{"learner": {"objective": 3}}', b'{"learner"' + b"[" * 9_000]
)
def test_what_is_no_booster_is_refused(tmp_path: Path, form: str, content: bytes) -> None:
    path = tmp_path / "model"
    path.write_bytes(content)
    with pytest.raises(ModelError, match=r"XGBoost model|LightGBM model"):
        inspect_model(form, path)
    names = MODEL_FORMATS.load(form).names
    assert names is not None
    assert names(str(path)) == ()


def test_names_in_both_forms_of_xgboost(rows: Any, tmp_path: Path) -> None:
    library = pytest.importorskip("xgboost")
    model = library.XGBClassifier(n_estimators=1, n_jobs=1).fit(rows[["years", "net income"]], rows.years % 2)
    names = MODEL_FORMATS.load("xgboost").names
    assert names is not None
    for ending in ("json", "ubj"):
        model.save_model(tmp_path / f"model.{ending}")
        assert names(str(tmp_path / f"model.{ending}")) == ("years", "net income")
    content = (tmp_path / "model.ubj").read_bytes()
    end = content.index(b"feature_names") + 80
    for cut in range(2, end, 9):
        (tmp_path / "cut.ubj").write_bytes(content[:cut])
        assert len(names(str(tmp_path / "cut.ubj"))) in (0, 1, 2)
    model.fit(rows[["years", "net income"]].to_numpy(), rows.years % 2).save_model(tmp_path / "bare.ubj")
    assert names(str(tmp_path / "bare.ubj")) == ()


def test_several_classes_are_told_by_their_codes(rows: Any, tmp_path: Path) -> None:
    numbers = rows[["years", "net income"]]
    for form, name in (("lightgbm", "model.txt"), ("xgboost", "model.json")):
        library = pytest.importorskip(form)
        if form == "lightgbm":
            model = library.LGBMClassifier(n_estimators=2, verbose=-1, n_jobs=1).fit(numbers, rows.years % 3)
            model.booster_.save_model(tmp_path / name)
        else:
            model = library.XGBClassifier(n_estimators=2, n_jobs=1).fit(numbers, rows.years % 3)
            model.save_model(tmp_path / name)
        answers = ask(tmp_path / name, form, "multiclass-classification", table(numbers))
        assert answers.classes == (0, 1, 2)
        np.testing.assert_allclose(answers.scores[0], model.predict_proba(numbers), rtol=1e-6)
