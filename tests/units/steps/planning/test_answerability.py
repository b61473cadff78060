"""What keeps a model from answering is told by `plan`, with its line, before any model runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from assay.errors import Problem
from assay.manifest.parsing import read_manifest
from assay.steps.planning.answerability import find_answerability
from assay.steps.planning.check_contexts import planned_contexts
from assay.steps.planning.locking import read_checked
from assay.steps.planning.planned_inputs import find_inputs

FIRST, SECOND = ("amount", "years"), (3, 41)


def found(
    root: Path,
    labels: list[Any],
    *,
    model: str = "",
    data: str = "",
    columns: tuple[str, ...] = FIRST,
    artifact: str = "",
) -> tuple[list[Problem], list[str]]:
    """The problems and warnings of a small repository whose holdout has these labels."""
    rows = "".join(f"{','.join(str(each) for each in SECOND[: len(columns)])},{label}\n" for label in labels)
    (root / "holdout.csv").write_text(f"{','.join(columns)},repaid\n{rows}")
    (root / "more.csv").write_text(f"{','.join(FIRST)},repaid\n")
    text = f"""\
assay: 1
model:
  name: small
{model}  artifact: {artifact or "{format: predictions, predictions: {holdout: scores.csv}}"}
data:
  label: repaid
{data}  sets: {{holdout: {{path: holdout.csv}}, more: {{path: more.csv}}}}
checks: {{quality: {{on: holdout, bars: {{accuracy: ">= 0.5"}}}}}}
"""
    if "task: regression" in model:
        text = text.replace("accuracy", "r2")
    (root / "scores.csv").write_text("id,score\n")
    document, manifest, problems = read_manifest(text.encode(), "assay.yaml")
    judging = read_checked(document, manifest, problems)
    inputs = find_inputs(root, judging.manifest, document)
    assert not [*problems, *inputs.problems]
    contexts = planned_contexts(judging.manifest, columns=inputs.columns(), as_of="2026-12-01")
    return find_answerability(root, judging, contexts, inputs)


WRITE = """has the text “No”, the text “Yes”. Write `positive: "No"` or `positive: "Yes"`"""


@pytest.mark.parametrize(
    ("labels", "model", "line", "told"),
    [
        (
            ["Yes", "No"],
            "",
            3,
            f"`positive`, the number 1, is no value of the label `repaid` in `holdout`, which {WRITE}",
        ),
        (["Yes", "No"], "  positive: yes\n", 4, 'name the class as the label has it, such as `positive: "Yes"`'),
        (["1", "0"], "  positive: '1'\n", 4, "The number 1 is not the text “1”; name the class"),
        ([0, 1, 2], "", 3, "has the number 0, the number 2, besides `positive`, the number 1: two classes"),
        (["no"], "", 3, "`positive`, the number 1, is no value"),
        (["a", "b"], "  task: regression\n", 7, "is text, and a regression predicts numbers"),
    ],
)
def test_labels_that_are_none_of_the_classes(
    tmp_path: Path, labels: list[Any], model: str, line: int, told: str
) -> None:
    problems, _ = found(tmp_path, labels, model=model)
    assert [told in each.message for each in problems] == [True], problems
    assert problems[0].line == line


@pytest.mark.parametrize("labels", [[1, 0], [1.0, 0.0], ["true", "false"], [1, 0, ""]])
def test_labels_that_are_the_classes(tmp_path: Path, labels: list[Any]) -> None:
    assert found(tmp_path, labels) == ([], [])


def test_a_class_without_rows_is_a_warning(tmp_path: Path) -> None:
    assert found(tmp_path, [0, 0]) == (
        [],
        ["The label `repaid` of `holdout` has only the number 0, so metrics that compare classes are undefined there."],
    )
    several = "  task: multiclass-classification\n"
    assert found(tmp_path, ["a", "b"], model=several) == ([], [])
    assert "has no value" in found(tmp_path, ["", ""], model=several)[1][0]


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A classifier of the texts `good` and `bad` in a pipeline, whose file names its features and classes."""
    import joblib
    import pandas as pd
    import skops.io
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    folder = tmp_path_factory.mktemp("saved")
    rows = pd.DataFrame({"amount": [1.0, 2, 3, 4], "years": [3.0, 1, 2, 5]})
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(rows, ["good", "bad", "good", "bad"])
    skops.io.dump(model, folder / "model.skops")
    joblib.dump(model, folder / "model.joblib")
    return folder


@pytest.mark.parametrize(
    ("labels", "model", "data", "columns", "told"),
    [
        (["good", "bad"], "  positive: good\n", "", FIRST, ""),
        (["good", "bad"], "", "", FIRST, 'the text “good”; write `positive: "bad"` or `positive: "good"`'),
        (["Good", "bad"], "  positive: good\n", "", FIRST, "has the text “Good”, which are none of the model's classes"),
        (["good", "bad"], "  positive: good\n", "  features: [amount]\n", FIRST, "takes `years`, but `features` does"),
        (["good", "bad"], "  positive: good\n", "", ("amount", "Years"), "`holdout` has no column `years`"),
        (["good", "bad"], "  positive: good\n", "  time: years\n", FIRST, "write `features: [amount, years]`"),
    ],
)  # fmt: skip
def test_a_model_file_says_what_it_takes(
    tmp_path: Path, saved: Path, labels: list[Any], model: str, data: str, columns: tuple[str, ...], told: str
) -> None:
    (tmp_path / "model.skops").write_bytes((saved / "model.skops").read_bytes())
    artifact = "{format: skops, path: model.skops}"
    problems, _ = found(tmp_path, labels, model=model, data=data, columns=columns, artifact=artifact)
    assert [told in each.message for each in problems] == ([True] if told else []), problems


def test_a_reading_that_is_not_sure_is_a_warning(tmp_path: Path, saved: Path) -> None:
    (tmp_path / "model.joblib").write_bytes((saved / "model.joblib").read_bytes())
    artifact = "{format: joblib, path: model.joblib, trust: pickle}"
    problems, warnings = found(
        tmp_path, ["good", "bad"], model="  positive: good\n", data="  features: [amount]\n", artifact=artifact
    )
    assert not problems
    assert "Perhaps the model's file says that it takes `years`" in warnings[0]


def test_a_feature_that_one_set_lacks(tmp_path: Path) -> None:
    problems, _ = found(tmp_path, [1, 0], data="  features: [amount, years]\n", columns=("amount",))
    assert [each.message for each in problems] == [
        "the data set `holdout` has no column `years`, which the model takes; add it to the file."
    ]
    assert problems[0].line == 7


def test_another_number_of_columns_than_the_model_takes(tmp_path: Path) -> None:
    numpy, skops = pytest.importorskip("numpy"), pytest.importorskip("skops.io")
    from sklearn.linear_model import LogisticRegression

    skops.dump(LogisticRegression().fit(numpy.eye(2), [0, 1]), tmp_path / "m.skops")
    artifact = "{path: m.skops, format: skops}"
    assert found(tmp_path, [1, 0], artifact=artifact) == ([], [])
    (problem,), _ = found(tmp_path, [1, 0], artifact=artifact, data="  sensitive: [years]\n")
    assert "takes 2 columns, which it does not name, but there are 1 features: amount." in problem.message
    assert "Sensitive columns (years) are features only if it names them." in problem.message
    assert found(tmp_path, [1, 0], artifact=artifact, data="  sensitive: [years]\n  features: [amount, years]\n") == (
        [],
        [],
    )
