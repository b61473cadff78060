"""What the folder of an MLflow model says, read without MLflow: its columns, what loads it, and the file inside."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assay.edges.files import read_beneath
from assay.errors import AssayError, ModelError
from assay.manifest.yaml_strict import load

NAME, REQUIREMENTS = "MLmodel", "requirements.txt"
MOST_BYTES = 4 << 20
WHOLE = ("integer", "long")
INNER: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "sklearn": ("pickled_model", {".skops": "skops", ".pkl": "pickle"}),
    "catboost": ("data", {".cb": "catboost", ".json": "catboost"}),
    "lightgbm": ("data", {".lgb": "lightgbm", ".txt": "lightgbm", ".skops": "skops", ".pkl": "pickle"}),
    "xgboost": ("data", {".ubj": "xgboost", ".json": "xgboost", ".xgb": "xgboost", ".skops": "skops"}),
    "onnx": ("data", {".onnx": "onnx"}),
}
"""Flavours whose own file Assay can read: its key, and the format by its ending."""


@dataclass(frozen=True, kw_only=True)
class MlflowFolder:
    """An MLflow model: the module that loads it, its flavours, and the columns of its signature.

    `columns` are those it refuses rows without, `whole` those of whole numbers; `width` is how many numbers a row of
    a tensor has. `inner` is the format and the path, in the folder, of a file that holds the whole model.
    """

    loader: str
    flavours: tuple[str, ...]
    columns: tuple[str, ...] = ()
    whole: tuple[str, ...] = ()
    width: int | None = None
    inner: tuple[str, str] | None = None


def read_mlflow(path: str) -> MlflowFolder:
    """The description in a folder; raises ValueError for any other folder."""
    try:
        content = read_beneath(Path(path), NAME, limit=MOST_BYTES, error=ModelError)
        written = load(content, NAME).value
    except AssayError as problem:
        raise ValueError(f"The folder is not an MLflow model: {str(problem).rstrip('.')}.") from problem
    flavours = written.get("flavors") if isinstance(written, dict) else None
    if not isinstance(flavours, dict) or not all(isinstance(each, dict) for each in flavours.values()):
        raise ValueError("The folder is not an MLflow model: `MLmodel` lists no `flavors`.")
    inputs = _inputs(written.get("signature"))
    columns = tuple(str(each["name"]) for each in inputs if "name" in each and each.get("required", True) is not False)
    return MlflowFolder(
        loader=str(flavours.get("python_function", {}).get("loader_module", ""))[:200],
        flavours=tuple(str(each)[:100] for each in sorted(flavours)),
        columns=columns,
        whole=tuple(str(each["name"]) for each in inputs if "name" in each and each.get("type") in WHOLE),
        width=_last(inputs[0].get("tensor-spec")) if len(inputs) == 1 and not columns else None,
        inner=_inner(Path(path), flavours),
    )


def _inputs(signature: object) -> list[dict[str, Any]]:
    """The inputs of a signature; none if it lists none."""
    written = signature.get("inputs") if isinstance(signature, dict) else None
    try:
        listed = json.loads(written) if isinstance(written, str) else []
    except (ValueError, RecursionError) as problem:
        raise ValueError("The signature in `MLmodel` is not JSON.") from problem
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []


def _last(tensor: object) -> int | None:
    shape = tensor.get("shape") if isinstance(tensor, dict) else None
    pair = isinstance(shape, list) and len(shape) == 2  # noqa: PLR2004 - rows and columns
    return shape[1] if pair and isinstance(shape, list) and isinstance(shape[1], int) and shape[1] > 0 else None


def _inner(folder: Path, flavours: Mapping[str, Mapping[str, Any]]) -> tuple[str, str] | None:
    for flavour, (key, formats) in INNER.items():
        path = str(flavours.get(flavour, {}).get(key, ""))
        form = formats.get(Path(path).suffix)
        if form is not None and "/" not in path and (folder / path).is_file():
            return form, path
    return None
