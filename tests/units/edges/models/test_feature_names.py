"""The columns that a model takes, and the types that loading it needs, read from its file without loading it."""

from __future__ import annotations

import contextlib
import pickle
from pathlib import Path

import pytest
from tests.support.saved_models import Saved

from assay.edges.models import MODEL_FORMATS
from assay.edges.pickled_names import read_names

USED, NUMBERS = ("income", "debt", "town"), ("income", "debt")


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("binary.skops", USED),
        ("binary.joblib", USED),
        ("binary-packed.joblib", USED),
        ("binary.pkl", USED),
        ("several.skops", NUMBERS),
        ("several.joblib", NUMBERS),
        ("several.pkl", NUMBERS),
        ("plain.pkl", ()),
        ("binary.onnx", ()),
        ("columns.onnx", USED),
    ],
)
def test_names_are_read_and_none_are_made_up(saved: Saved, file: str, expected: tuple[str, ...]) -> None:
    form = {"pkl": "pickle"}.get(file.rpartition(".")[2], file.rpartition(".")[2])
    names = MODEL_FORMATS.load(form).names
    assert names is not None
    assert names(str(saved.folder / file)) == expected


def test_a_model_of_an_array_says_how_many_columns_it_takes(tmp_path: Path) -> None:
    skops = pytest.importorskip("skops.io")
    skl2onnx = pytest.importorskip("skl2onnx")
    numpy = pytest.importorskip("numpy")
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    rows = numpy.arange(40, dtype=numpy.float32).reshape(10, 4)
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(rows, [0, 1] * 5)
    skops.dump(model, tmp_path / "m.skops")
    (tmp_path / "m.onnx").write_bytes(skl2onnx.to_onnx(model, rows[:1]).SerializeToString())
    found = {"skops": 4, "onnx": 4}
    with contextlib.suppress(ImportError):
        import lightgbm

        trained = lightgbm.LGBMClassifier(n_estimators=1, min_child_samples=1, verbose=-1).fit(rows, [0, 1] * 5)
        trained.booster_.save_model(tmp_path / "m.lightgbm")
        found["lightgbm"] = 4
    with contextlib.suppress(ImportError):
        import xgboost

        xgboost.XGBClassifier(n_estimators=1).fit(rows, [0, 1] * 5).save_model(tmp_path / "m.xgboost.json")
        (tmp_path / "m.xgboost.json").rename(tmp_path / "m.xgboost")
        found["xgboost"] = 4
    read = {form: MODEL_FORMATS.load(form) for form in found}
    for form, columns in found.items():
        path, described = tmp_path / f"m.{form}", read[form]
        assert described.names is not None
        assert described.width is not None
        assert (described.names(str(path)), described.width(str(path))) == ((), columns)
        path.write_bytes(path.read_bytes()[:100])
        assert described.width(str(path)) in (None, 4)
        path.write_bytes(b"nothing of the kind")
        assert described.width(str(path)) is None


@pytest.mark.parametrize(
    ("labels", "expected"), [([0, 1], (0, 1)), (["no", "yes"], ("no", "yes")), ([False, True], (0, 1))]
)
def test_a_graph_says_which_classes_it_has(tmp_path: Path, labels: list[object], expected: tuple[object, ...]) -> None:
    skl2onnx = pytest.importorskip("skl2onnx")
    numpy = pytest.importorskip("numpy")
    from sklearn.linear_model import LinearRegression, LogisticRegression

    rows, described = numpy.eye(2, dtype=numpy.float32), MODEL_FORMATS.load("onnx")
    path, other = tmp_path / "m.onnx", tmp_path / "other.onnx"
    path.write_bytes(skl2onnx.to_onnx(LogisticRegression().fit(rows, labels), rows).SerializeToString())
    other.write_bytes(skl2onnx.to_onnx(LinearRegression().fit(rows, [0.0, 1.0]), rows).SerializeToString())
    assert described.classes is not None
    assert described.classes(str(path)) == expected
    assert described.classes(str(other)) == ()
    path.write_bytes(path.read_bytes()[:90])
    assert described.classes(str(path)) == ()


class _Bomb:
    """A pickle that would run code if it were loaded."""

    def __init__(self, place: Path) -> None:
        self.place, self.feature_names_in_ = place, ["amount", "years"]

    def __reduce__(self) -> tuple[object, ...]:
        return exec, (f"open({str(self.place)!r}, 'w')",), {"feature_names_in_": ["amount", "years"]}


def test_reading_names_runs_nothing(tmp_path: Path) -> None:
    content = pickle.dumps(_Bomb(tmp_path / "ran"))
    assert read_names(content) == ("amount", "years")
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_only_a_list_of_texts_counts(protocol: int) -> None:
    def read(value: object) -> tuple[str, ...]:
        return read_names(pickle.dumps({"before": ["a"], "feature_names_in_": value, "after": ["b"]}, protocol))

    shared = "town"
    assert read(["age", shared]) == ("age", "town")
    assert read_names(pickle.dumps([[shared], {"feature_names_in_": [shared, "age"]}], protocol)) == ("town", "age")
    assert read(["age", 3]) == ()
    assert read_names(pickle.dumps({"other": ["a"]}, protocol)) == ()
    for end in range(0, 60, 7):
        assert isinstance(read_names(pickle.dumps({"feature_names_in_": ["age", "town"]}, protocol)[:end]), tuple)


def test_types_that_skops_refuses_of_its_own_libraries(saved: Saved, tmp_path: Path) -> None:
    refused = MODEL_FORMATS.load("skops").refused
    assert refused is not None
    assert refused(str(saved.folder / "several.skops")) == ("sklearn.tree._tree.Tree",)
    assert refused(str(saved.folder / "binary.skops")) == ()
    (tmp_path / "no.skops").write_bytes(b"PK")
    assert refused(str(tmp_path / "no.skops")) == ()
