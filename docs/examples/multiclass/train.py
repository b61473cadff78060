"""Tells ten digits apart, on the images that scikit-learn ships, and writes data and model."""

from pathlib import Path

import skops.io
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

table = load_digits(as_frame=True).frame.astype("int64")
table.insert(0, "image", [f"I{number:04d}" for number in range(len(table))])
train, holdout = train_test_split(table, test_size=0.5, random_state=0, stratify=table["target"])
features = [name for name in table.columns if name not in ("image", "target")]
model = LogisticRegression(C=0.01, max_iter=2000).fit(train[features], train["target"])
for name, rows in {"train": train, "holdout": holdout}.items():
    Path("data").mkdir(exist_ok=True)
    rows.to_csv(f"data/{name}.csv", index=False)
skops.io.dump(model, "model.skops")
