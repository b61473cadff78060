"""Small real models, trained once and saved in every format, and what they answer."""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from assay.edges.model_job import FeatureTable

ROWS = 40
ANSWERS = "answers.pickle"


@dataclass(frozen=True, kw_only=True)
class Saved:
    """A folder of saved models, the features they were trained on, and what they answer."""

    folder: Path
    table: FeatureTable
    binary: np.ndarray[Any, Any]
    several: np.ndarray[Any, Any]
    number: np.ndarray[Any, Any]


def save_models(folder: Path) -> None:
    """Trains the models, and saves them with their answers."""
    import joblib
    import pandas as pd
    import skops.io
    from skl2onnx import to_onnx
    from sklearn.compose import make_column_transformer
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.linear_model import LinearRegression, LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    random = np.random.default_rng(7)
    frame = pd.DataFrame(
        {
            "unused": random.normal(size=ROWS),
            "debt": random.normal(size=ROWS),
            "income": random.integers(0, 100, size=ROWS),
            "town": random.choice(["Aix", "Brno", "Çeşme"], size=ROWS),
        }
    )
    used, numbers = frame[["income", "debt", "town"]], frame[["income", "debt"]]
    approve = (frame.income / 50 + frame.debt > 1).map({True: "yes", False: "no"})
    prepare = make_column_transformer((OneHotEncoder(), ["town"]), (StandardScaler(), ["income", "debt"]))
    binary = make_pipeline(prepare, LogisticRegression()).fit(used, approve)
    several = RandomForestClassifier(3, random_state=0).fit(numbers, frame.income % 3)
    number = LinearRegression().fit(numbers, frame.income * 2.0 + frame.debt)
    for name, model in (("binary", binary), ("several", several), ("number", number)):
        skops.io.dump(model, folder / f"{name}.skops")
        joblib.dump(model, folder / f"{name}.joblib")
        joblib.dump(model, folder / f"{name}-packed.joblib", compress=3)
        (folder / f"{name}.pkl").write_bytes(pickle.dumps(model))
    one = numbers.to_numpy()[:1].astype("float32")
    plain = make_pipeline(StandardScaler(), LogisticRegression()).fit(numbers.to_numpy(), approve)
    for name, zipmap in (("binary", True), ("binary-tensor", False)):
        graph = to_onnx(plain, one, options={"zipmap": zipmap})
        (folder / f"{name}.onnx").write_bytes(graph.SerializeToString())
    singles = used[:1].astype({"income": "float32", "debt": "float32"})
    graph = to_onnx(several, one, options={"zipmap": False})
    (folder / "several.onnx").write_bytes(graph.SerializeToString())
    (folder / "number.onnx").write_bytes(to_onnx(number, one).SerializeToString())
    (folder / "columns.onnx").write_bytes(to_onnx(binary, singles, options={"zipmap": False}).SerializeToString())
    (folder / "plain.pkl").write_bytes(pickle.dumps(plain))
    columns = {name: frame[name].to_numpy() for name in frame}
    answers = {
        "table": FeatureTable(name="holdout", columns={**columns, "town": columns["town"].astype(object)}),
        "binary": binary.predict_proba(used)[:, 1],
        "several": several.predict_proba(numbers),
        "number": number.predict(numbers),
    }
    (folder / ANSWERS).write_bytes(pickle.dumps(answers))


def read_models(folder: Path) -> Saved:
    """The models of a folder that they were saved in."""
    return Saved(folder=folder, **pickle.loads((folder / ANSWERS).read_bytes()))
