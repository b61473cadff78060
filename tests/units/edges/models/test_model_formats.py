"""Every model format, with real models: the answers are those the model gives in its own process."""

from __future__ import annotations

import io
import json
import pickle
import shutil
import sys
import zipfile
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
from tests.support.saved_models import Saved

from assay.edges import model_formats, model_run
from assay.edges.model_job import FeatureTable, digest_model
from assay.edges.model_run import ModelRun, inspect_model, run_model
from assay.edges.models import MODEL_FORMATS, ModelFormat
from assay.edges.models import joblib as joblib_format
from assay.errors import ModelError
from assay.registry import Registry

Task = Literal["binary-classification", "multiclass-classification", "regression"]
NUMBERS = ("income", "debt")
TREES = ("sklearn.tree._tree.Tree",)


def ask(path: Path, task: Task, tables: list[FeatureTable], **more: Any) -> model_run.ModelAnswers:
    run = ModelRun(
        **{
            "format": {".pkl": "pickle"}.get(path.suffix, path.suffix[1:]),
            "interpreter": Path(sys.executable),
            "artifact": path,
            "digest": digest_model(path),
            "task": task,
            "positive": "yes",
            "trust": "pickle",
            "isolation": "process",
            **more,
        }
    )
    return run_model(run, tables)


def some(table: FeatureTable, *names: str) -> FeatureTable:
    return FeatureTable(name=table.name, columns={name: table.columns[name] for name in names})


@pytest.mark.parametrize("file", ["binary.skops", "binary.joblib", "binary-packed.joblib", "binary.pkl"])
def test_two_classes(saved: Saved, file: str) -> None:
    answers = ask(saved.folder / file, "binary-classification", [saved.table, saved.table])
    assert answers.classes == ("no", "yes")
    assert [one.shape for one in answers.scores] == [(40, 1)] * 2
    np.testing.assert_array_equal(answers.scores[1][:, 0], saved.binary)


@pytest.mark.parametrize("file", ["several.skops", "several.pkl"])
def test_several_classes(saved: Saved, file: str) -> None:
    answers = ask(
        saved.folder / file, "multiclass-classification", [some(saved.table, "debt", "income")], trusted_types=TREES
    )
    assert answers.classes == (0, 1, 2)
    np.testing.assert_array_equal(answers.scores[0], saved.several)


@pytest.mark.parametrize("file", ["number.skops", "number.joblib"])
def test_numbers(saved: Saved, file: str) -> None:
    answers = ask(saved.folder / file, "regression", [saved.table])
    assert answers.classes == ()
    np.testing.assert_array_equal(answers.scores[0][:, 0], saved.number)


def test_onnx(saved: Saved) -> None:
    table = some(saved.table, *NUMBERS)
    plain = pickle.loads((saved.folder / "plain.pkl").read_bytes())
    expected = plain.predict_proba(np.column_stack([table.columns[name] for name in NUMBERS]))[:, 1]
    for file in ("binary.onnx", "binary-tensor.onnx"):
        answers = ask(saved.folder / file, "binary-classification", [table])
        assert answers.classes == ("no", "yes")
        np.testing.assert_allclose(answers.scores[0][:, 0], expected, atol=1e-5)
    several = ask(saved.folder / "several.onnx", "multiclass-classification", [table])
    assert several.classes == (0, 1, 2)
    np.testing.assert_allclose(several.scores[0], saved.several, atol=1e-6)
    number = ask(saved.folder / "number.onnx", "regression", [table])
    np.testing.assert_allclose(number.scores[0][:, 0], saved.number, rtol=1e-5)


def test_onnx_with_an_input_per_column(saved: Saved) -> None:
    answers = ask(saved.folder / "columns.onnx", "binary-classification", [saved.table])
    np.testing.assert_allclose(answers.scores[0][:, 0], saved.binary, atol=1e-5)


def test_onnx_refusals(saved: Saved) -> None:
    with pytest.raises(ModelError, match="takes 2 features, but there are 3"):
        ask(saved.folder / "binary.onnx", "binary-classification", [some(saved.table, "unused", *NUMBERS)])
    with pytest.raises(ModelError, match="inputs that are not features: town"):
        ask(saved.folder / "columns.onnx", "binary-classification", [some(saved.table, *NUMBERS)])
    with pytest.raises(ModelError, match="no single output of scores for regression"):
        ask(saved.folder / "binary.onnx", "regression", [some(saved.table, *NUMBERS)])


def test_onnx_weights_beside_the_graph_stay_within_its_folder(saved: Saved, tmp_path: Path) -> None:
    """F-3: weights may lie beside the graph, in the folder that is copied and digested, and nowhere else."""
    import onnx
    from onnx import TensorProto, helper

    weights = helper.make_tensor("w", TensorProto.FLOAT, [2, 1], np.array([2, -1], "<f4").tobytes(), raw=True)
    shape = helper.make_tensor_value_info
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["x", "w"], ["y"])],
        "g",
        [shape("x", TensorProto.FLOAT, [None, 2])],
        [shape("y", TensorProto.FLOAT, [None, 1])],
        [weights],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    inside = tmp_path / "inside"
    inside.mkdir()
    onnx.save(model, inside / "model.onnx", save_as_external_data=True, location="weights", size_threshold=0)
    assert (inside / "weights").exists()
    answers = ask(inside, "regression", [some(saved.table, *NUMBERS)], format="onnx")
    expected = 2 * saved.table.columns["income"] - saved.table.columns["debt"]
    np.testing.assert_allclose(answers.scores[0][:, 0], expected, rtol=1e-5)
    content = (inside / "model.onnx").read_bytes()
    (inside / "model.onnx").write_bytes(content.replace(b"weights", b"../wght"))
    shutil.copy(inside / "weights", tmp_path / "wght")
    with pytest.raises(ModelError, match=r"reads weights from `../wght`, which is not part of the model's file"):
        ask(inside, "regression", [some(saved.table, *NUMBERS)], format="onnx")
    # A graph alone has no folder; what it names there could be anything in the private folder.
    alone = tmp_path / "alone.onnx"
    alone.write_bytes(content)
    with pytest.raises(ModelError, match="reads weights from `weights`, which is not part of the model's file"):
        ask(alone, "regression", [some(saved.table, *NUMBERS)])


def test_missing_features_and_positive_class_are_named(saved: Saved) -> None:
    with pytest.raises(ModelError, match="needs features that are missing: town"):
        ask(saved.folder / "binary.skops", "binary-classification", [some(saved.table, *NUMBERS)])
    with pytest.raises(ModelError, match=r"classes .'no', 'yes'.; expected two classes, .* positive one, 1"):
        ask(saved.folder / "binary.skops", "binary-classification", [saved.table], positive=1)
    with pytest.raises(ModelError, match="LinearRegression without `predict_proba`"):
        ask(saved.folder / "number.skops", "binary-classification", [saved.table])


def test_f2_a_skops_file_with_an_unknown_type_is_refused_by_name(tmp_path: Path, saved: Saved) -> None:
    """F-2: the file cannot vouch for its own types; only the manifest's list counts."""
    import skops.io

    evil = tmp_path / "evil.skops"
    with zipfile.ZipFile(saved.folder / "number.skops") as archive:
        schema = archive.read("schema.json").decode()
        schema = schema.replace('"__class__": "LinearRegression"', '"__class__": "system"')
        schema = schema.replace('"__module__": "sklearn.linear_model._base"', '"__module__": "posix"')
        with zipfile.ZipFile(evil, "w") as copy:
            copy.writestr("schema.json", schema)
            for name in archive.namelist():
                if name != "schema.json":
                    copy.writestr(name, archive.read(name))
    assert skops.io.get_untrusted_types(file=evil) == ["posix.system"]
    found = inspect_model("skops", evil)
    assert (found["executes"], found["types"]) == ("unknown_types", ["posix.system"])
    with pytest.raises(ModelError, match=r"posix\.system.*trusted_types"):
        ask(evil, "regression", [saved.table])


def test_inspection_loads_nothing(saved: Saved, tmp_path: Path) -> None:
    """F-1: what a pickle would import is listed, and its payload does not run."""
    marker = tmp_path / "marker"

    class Payload:
        def __reduce__(self) -> tuple[Any, ...]:
            return exec, (f"open({str(marker)!r}, 'w').close()",)

    (tmp_path / "payload.pkl").write_bytes(pickle.dumps(Payload()))
    (tmp_path / "payload.joblib").write_bytes(pickle.dumps(Payload(), protocol=2))
    assert inspect_model("pickle", tmp_path / "payload.pkl")["types"] == ["builtins.exec"]
    assert inspect_model("joblib", tmp_path / "payload.joblib")["types"] == ["__builtin__.exec"]
    assert not marker.exists()
    for file in ("binary.joblib", "binary-packed.joblib", "binary.pkl"):
        found = inspect_model("pickle" if file.endswith("pkl") else "joblib", saved.folder / file)
        assert found["executes"] == "arbitrary_code"
        assert "sklearn.linear_model._logistic.LogisticRegression" in found["types"]
    assert inspect_model("skops", saved.folder / "binary.skops")["executes"] == "known_types"
    assert inspect_model("onnx", saved.folder / "binary.onnx")["executes"] == "nothing"
    assert any(one.startswith("ai.onnx.ml ") for one in inspect_model("onnx", saved.folder / "binary.onnx")["types"])


@pytest.mark.parametrize(
    "content", [b"", b"\x00" * 100, b"PK\x03\x04broken", b"\x80\x05", b"\x78\x9cbroken", b"\xff" * 50]
)
def test_inspection_of_garbage_is_a_sentence(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "garbage"
    path.write_bytes(content)
    for name in ("onnx", "pickle", "joblib", "python"):
        assert inspect_model(name, path)["note"].endswith(".")
    with pytest.raises(ModelError, match="not a skops archive that can be read safely"):
        inspect_model("skops", path)


def test_f9_a_packed_schema_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.skops"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("schema.json", json.dumps({"filler": " " * (8 << 20)}))
    with pytest.raises(ModelError, match="unpacks to"):
        inspect_model("skops", path)


def test_a_format_is_one_new_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module dropped into the folder is listed, inspected, and predicts."""
    folder = tmp_path / "formats_and_one_more"
    shutil.copytree(MODEL_FORMATS.path("onnx").parent, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "coefficients.py").write_text(
        '"""Coefficients: a JSON object of one number per feature."""\n'
        "import json\n"
        'SUFFIXES = (".json",)\n'
        'EXECUTES = "nothing"\n'
        "def inspect(path):\n"
        '    return {"executes": EXECUTES, "types": [], "note": "Numbers only."}\n'
        "def load(job):\n"
        '    weights = json.load(open(job["artifact"]))\n'
        "    def predict(columns):\n"
        "        return [sum(weights[name] * columns[name][row] for name in weights) for row in range(columns.rows)]\n"
        "    return predict, []\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    more = Registry[Any](folder.name, ModelFormat)
    for module in (model_run, model_formats):
        monkeypatch.setattr(module, "MODEL_FORMATS", more)
    model = tmp_path / "model.json"
    model.write_text('{"a": 2, "b": -1}')
    assert "coefficients" in more.names()
    assert inspect_model("coefficients", model)["executes"] == "nothing"
    table = FeatureTable(name="t", columns={"a": np.array([1.0, 2.0]), "b": np.array([3, 4])})
    answers = ask(model, "regression", [table], format="coefficients")
    assert answers.scores[0].tolist() == [[-1.0], [0.0]]


def test_formats_import_nothing_but_the_standard_library_and_fit_old_interpreters() -> None:
    import ast

    for name in MODEL_FORMATS.names():
        tree = ast.parse(MODEL_FORMATS.path(name).read_text(encoding="utf-8"), feature_version=(3, 8))
        assert ast.get_docstring(tree)
        # Only Assay's own process asks what a file says of itself.
        asked = ("inspect", "names", "classes", "refused", "width", "scan")
        tree.body = [each for each in tree.body if not (isinstance(each, ast.FunctionDef) and each.name in asked)]
        tree.body = [
            each for each in tree.body if not (isinstance(each, ast.If) and "TYPE_CHECKING" in ast.unparse(each.test))
        ]
        imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert {one.partition(".")[0] for one in imported} <= set(sys.stdlib_module_names)


def test_joblib_inspection_of_noise_is_quick() -> None:
    noise = io.BytesIO(np.random.default_rng(1).bytes(1 << 20)).getvalue()
    assert isinstance(joblib_format._named(noise), set)
