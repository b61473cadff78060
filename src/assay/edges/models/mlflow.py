"""MLflow: a folder with `MLmodel`; the module that it names loads it, so loading can run any code."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable
from typing import Any

SUFFIXES: tuple[str, ...] = ()
FOLDER = True
EXECUTES = "arbitrary_code"
NAMES_ARE_SURE = True
IMPORTS_WHILE_LOADING = True

_ESTIMATORS = ("mlflow.sklearn", "mlflow.lightgbm", "mlflow.xgboost")
_GIVEN = {"int32": ("int64", "float64"), "int64": ("float64",), "float32": ("float64", "int64"), "float64": ("int64",)}
"""Types of a signature, and the others in which its columns come."""


def inspect(path: str) -> dict[str, Any]:
    """The flavours, and the module that loads the model; raises ValueError for any other folder."""
    from assay.edges.mlflow_folder import read_mlflow

    found = read_mlflow(path)
    loader = f"`{found.loader}` loads it" if found.loader else "nothing loads it as a Python function"
    note = f"An MLflow model ({', '.join(found.flavours) or 'no flavour'}); {loader}, which can run any code."
    return {"executes": EXECUTES, "types": [], "note": note}


def names(path: str) -> tuple[str, ...]:
    """The required columns of the signature; empty if there are none."""
    from assay.edges.mlflow_folder import read_mlflow

    try:
        return read_mlflow(path).columns
    except ValueError:
        return ()


def width(path: str) -> int | None:
    """How many numbers a row has, by a signature without names; None if it does not say."""
    from assay.edges.mlflow_folder import read_mlflow

    try:
        return read_mlflow(path).width
    except ValueError:
        return None


def prepare(_job: dict[str, Any]) -> None:
    """Imports MLflow, which may report to nobody that it is used."""
    os.environ.update(MLFLOW_DISABLE_TELEMETRY="true", DO_NOT_TRACK="true")
    importlib.import_module("mlflow.pyfunc")


def load(job: dict[str, Any]) -> tuple[Callable[[Any], Any], list[Any]]:
    """The model as a function of columns, and its classes if it names them.

    What scikit-learn's, LightGBM's and XGBoost's flavours hold is asked for probabilities itself, because MLflow's own
    function gives labels. Any other model is asked through MLflow's function, which must give scores.
    """
    path, task = job["artifact"], job["task"]
    described = importlib.import_module("mlflow.models").Model.load(path)
    loader = described.flavors.get("python_function", {}).get("loader_module", "")
    if loader in _ESTIMATORS:
        model = importlib.import_module(loader).load_model(path)
        if task == "regression" or callable(getattr(model, "predict_proba", None)):
            return importlib.import_module("assay_estimator_input").wrap(model, job)  # type: ignore[no-any-return]
    function = importlib.import_module("mlflow.pyfunc").load_model(path)
    types = {} if described.signature is None else _types(described.signature.inputs)
    classes: list[Any] = []

    def predict(columns: Any) -> Any:
        frame = columns.frame()
        for name, wanted in types.items():
            if name in frame and str(frame[name].dtype) in _GIVEN.get(wanted, ()):
                frame[name] = _as_declared(frame[name], wanted)
        given = frame.to_numpy() if described.signature is not None and not types else frame
        return _scores(function.predict(given), task, classes)

    return predict, classes


def _types(inputs: Any) -> dict[str, str]:
    """The types of a signature's columns by name; empty for tensors."""
    if inputs is None or inputs.is_tensor_spec():
        return {}
    return {str(each.name): str(each.type.to_numpy()) for each in inputs if hasattr(each.type, "to_numpy")}


def _as_declared(values: Any, wanted: str) -> Any:
    """The same numbers in the type of the signature, which MLflow does not convert."""
    if wanted.startswith("int") and (values.isna().any() or (values % 1 != 0).any()):
        raise ValueError(
            f"The model's signature takes whole numbers as `{values.name}`, but some are missing or have a fraction; "
            "declare the column as `double` in the signature."
        )
    held = values.astype(wanted)
    if wanted.startswith("int") and (held != values).any():
        raise ValueError(f"The column `{values.name}` has numbers beyond {wanted}, which the model's signature names.")
    return held


def _scores(answers: Any, task: str, classes: list[Any]) -> Any:
    """Scores, of which each column is a class if they have names; labels are refused, because nothing ranks them."""
    numpy = importlib.import_module("numpy")
    found = numpy.asarray(answers)
    if task == "regression":
        return found
    if found.dtype.kind != "f":
        raise ValueError(
            "The model answers with labels, not with probabilities: save it so that it gives probabilities "
            "(`pyfunc_predict_fn='predict_proba'` for scikit-learn), or name the file in the folder, in its own format."
        )
    if found.ndim == 2 and found.shape[1] > 1:  # noqa: PLR2004
        if not hasattr(answers, "columns"):
            raise ValueError(
                f"The model answers with {found.shape[1]} columns without names, so nobody knows which class each is: "
                "return a DataFrame whose columns are the classes."
            )
        classes[:] = list(answers.columns)
    return found
