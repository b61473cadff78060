"""What `init` guesses of a repository: names, roles of columns, the task; and what it leaves out, with a note."""

from pathlib import Path

import pytest

from assay.commands.parts.people_columns import is_about_people
from assay.commands.parts.repository_survey import Found, find_repository

ROWS = "".join(f"K{row},{row / 7:.3f},{'fm'[row % 2]},{row % 2}\n" for row in range(40))


def survey(folder: Path, **files: str) -> Found:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_csv", ".csv")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return find_repository(folder)


@pytest.mark.parametrize(
    ("name", "expected"), [("Credit Model_2", "credit-model-2"), ("2nd", "model-2nd"), ("___", "model")]
)
def test_a_model_is_named_after_its_folder(tmp_path: Path, name: str, expected: str) -> None:
    (tmp_path / name).mkdir()
    assert find_repository(tmp_path / name).name == expected


def test_columns_have_the_roles_that_they_seem_to_have(tmp_path: Path) -> None:
    found = survey(tmp_path, data__test_csv=f"key,rate,gender,target\n{ROWS}")
    assert ({name: each.path for name, each in found.sets.items()}, found.evaluated) == (
        {"test": "data/test.csv"},
        "test",
    )
    assert found.label is not None
    assert (found.id, found.label.column, found.sensitive) == ("key", "target", ("gender",))
    assert (found.features, found.listed, found.task) == (("rate",), False, "binary-classification")
    assert found.labelled
    assert found.rules["key"] == "{unique: true}"


@pytest.mark.parametrize(
    ("values", "task"),
    [("ab", "binary-classification"), ("abc", "multiclass-classification"), (("0.5", "1.5"), "regression")],
)
def test_the_task_follows_from_the_label(tmp_path: Path, values: tuple[str, ...], task: str) -> None:
    rows = "".join(f"{row},{values[row % len(values)]}\n" for row in range(60))
    assert survey(tmp_path, train_csv=f"no,target\n{rows}").task == task


def test_the_safest_format_of_a_model_is_taken_and_said(tmp_path: Path) -> None:
    for name in ("a.pkl", "b.onnx", "c.joblib"):
        (tmp_path / name).write_bytes(b"")
    found = find_repository(tmp_path)
    assert found.model is not None
    assert (found.model.path, found.model.format) == ("b.onnx", "onnx")
    assert found.notes == ["several model files; the manifest names b.onnx"]


def test_a_scaler_is_no_model(tmp_path: Path) -> None:
    """Of several files the one that names a model counts, whatever their names and formats."""
    for name, held in (
        ("a_scaler.pkl", "sklearn.preprocessing._data StandardScaler"),
        ("z.pkl", "sklearn.svm._classes SVC"),
    ):
        (tmp_path / name).write_bytes(f"c{held.replace(' ', chr(10))}\n.".encode())
    (tmp_path / "settings.json").write_text('{"learner": 3}')
    (tmp_path / "requirements.txt").write_text("numpy==2.0\n")
    found = find_repository(tmp_path)
    assert found.model is not None
    assert (found.model.path, found.model.task) == ("z.pkl", "classification")
    assert found.model.others == ("a_scaler.pkl",)


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ("SEX", True),
        ("applicant_race", True),
        ("codeGender", True),
        ("age", True),
        ("vehicle_age", False),
        ("Essex", False),
    ],
)
def test_columns_about_people_are_told_by_their_names(column: str, expected: bool) -> None:
    assert is_about_people(column) is expected


def test_what_cannot_be_read_or_is_hidden_is_left_out(tmp_path: Path) -> None:
    (tmp_path / ".cache").mkdir()
    (tmp_path / ".cache/test.csv").write_text("a\n1\n")
    (tmp_path / "env").mkdir()
    (tmp_path / "env/pyvenv.cfg").write_text("")
    (tmp_path / "env/test.csv").write_text("a\n1\n")
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 not really")
    found = find_repository(tmp_path)
    assert found.sets == {}
    assert len(found.notes) == 1
    assert "broken.parquet" in found.notes[0]
