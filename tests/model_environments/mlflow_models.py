"""Models that MLflow saves in folders, the rows they know, and what they answer: run by MLflow's own interpreter."""

import json
import os
import sys
from pathlib import Path
from typing import Any

os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"

import lightgbm
import mlflow.lightgbm
import mlflow.pyfunc
import mlflow.sklearn
import numpy as np
import pandas as pd
from mlflow.models import infer_signature
from mlflow.types import ColSpec, Schema
from sklearn.linear_model import LinearRegression, LogisticRegression

ROWS = 60


class Odds(mlflow.pyfunc.PythonModel):
    """A probability, without a class's name."""

    def predict(self, context: object, model_input: Any, params: object = None) -> Any:  # noqa: ARG002
        return 1 / (1 + np.exp(-model_input["net income"].to_numpy(dtype=float)))


class Named(Odds):
    """A probability for each class, by its name."""

    def predict(self, context: object, model_input: Any, params: object = None) -> Any:  # noqa: ARG002
        odds = super().predict(context, model_input)
        return pd.DataFrame({"no": 1 - odds, "yes": odds})


class Unnamed(Odds):
    """A probability for each class, of which nobody knows which is which."""

    def predict(self, context: object, model_input: Any, params: object = None) -> Any:  # noqa: ARG002
        return super().predict(context, model_input)[:, None].repeat(2, axis=1) / 2 + [[0, 0.5]]


class Labels(Odds):
    """A label."""

    def predict(self, context: object, model_input: Any, params: object = None) -> Any:  # noqa: ARG002
        return (model_input["net income"] > 0).astype(int)


class LabelTable(Odds):
    """A label, in a table."""

    def predict(self, context: object, model_input: Any, params: object = None) -> Any:  # noqa: ARG002
        return pd.DataFrame({"prediction": (model_input["net income"] > 0).astype(int)})


class LabelColumns(Odds):
    """A mark in the column of the label."""

    def predict(self, context: object, model_input: Any, params: object = None) -> Any:  # noqa: ARG002
        hit = (model_input["net income"] > 0).astype(int)
        return pd.DataFrame({"no": 1 - hit, "yes": hit})


class Narrow(Odds):
    """What asks for the types of its signature."""

    def predict(self, context: object, model_input: Any, params: object = None) -> Any:  # noqa: ARG002
        assert [str(each) for each in model_input.dtypes] == ["int32", "float32"], model_input.dtypes
        return super().predict(context, model_input)


class Whole(Odds):
    """What asks for whole numbers."""

    def predict(self, context: object, model_input: Any, params: object = None) -> Any:  # noqa: ARG002
        assert str(model_input["years"].dtype) == "int64"
        return super().predict(context, model_input)


def main(folder: Path) -> None:
    random = np.random.default_rng(3)
    rows = pd.DataFrame({"years": random.integers(18, 80, ROWS), "net income": random.normal(size=ROWS)})
    hit = np.where(rows["net income"] + rows.years / 100 > 0.5, "yes", "no")
    linear, straight = LogisticRegression().fit(rows, hit), LinearRegression().fit(rows, rows.years * 2.0)
    trees = lightgbm.LGBMClassifier(n_estimators=3, min_child_samples=2, verbose=-1, n_jobs=1).fit(rows, hit)
    signature = infer_signature(rows, linear.predict(rows))
    mlflow.sklearn.save_model(linear, folder / "sklearn", signature=signature)
    mlflow.sklearn.save_model(linear, folder / "pickled", signature=signature, serialization_format="pickle")
    mlflow.sklearn.save_model(straight, folder / "number", signature=infer_signature(rows, straight.predict(rows)))
    mlflow.lightgbm.save_model(trees, folder / "lightgbm", signature=signature)
    mlflow.lightgbm.save_model(trees.booster_, folder / "booster", signature=signature)
    for name, model in (
        ("odds", Odds()),
        ("named", Named()),
        ("unnamed", Unnamed()),
        ("labels", Labels()),
        ("label-table", LabelTable()),
        ("label-columns", LabelColumns()),
        ("whole", Whole()),
    ):
        mlflow.pyfunc.save_model(folder / name, python_model=model, signature=signature)
    narrow = Schema([ColSpec("integer", "years"), ColSpec("float", "net income")])
    mlflow.pyfunc.save_model(
        folder / "narrow", python_model=Narrow(), signature=mlflow.models.ModelSignature(inputs=narrow)
    )
    tensor = infer_signature(rows.to_numpy(), np.array([0.5]))
    mlflow.sklearn.save_model(LogisticRegression().fit(rows.to_numpy(), hit), folder / "tensor", signature=tensor)
    odds = 1 / (1 + np.exp(-rows["net income"].to_numpy()))
    answers = {
        "sklearn": linear.predict_proba(rows)[:, 1],
        "pickled": linear.predict_proba(rows)[:, 1],
        "number": straight.predict(rows),
        "lightgbm": trees.predict_proba(rows)[:, 1],
        "booster": trees.predict_proba(rows)[:, 1],
        "odds": odds,
        "named": odds,
        "narrow": odds,
        "whole": odds,
    }
    document = {"rows": rows.to_dict("list"), "answers": {name: each.tolist() for name, each in answers.items()}}
    (folder / "answers.txt").write_text(json.dumps(document), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
