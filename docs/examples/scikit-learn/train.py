"""Trains a classifier on the breast-cancer table that scikit-learn ships, and writes its data and its file."""

from pathlib import Path

import skops.io
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

table = load_breast_cancer(as_frame=True).frame
table.columns = [name.replace(" ", "_") for name in table.columns]
table.insert(0, "sample", [f"S{number:03d}" for number in range(len(table))])
train, holdout = train_test_split(table, test_size=0.5, random_state=0, stratify=table["target"])
features = [name for name in table.columns if name not in ("sample", "target")]
model = make_pipeline(StandardScaler(), LogisticRegression(C=0.1)).fit(train[features], train["target"])
for name, rows in {"train": train, "holdout": holdout}.items():
    Path("data").mkdir(exist_ok=True)
    rows.to_csv(f"data/{name}.csv", index=False)
skops.io.dump(model, "model.skops")
