"""fairlearn's MetricFrame: six rates of four groupings and their gaps, without intervals. Arguments: table, scores, columns."""

import sys

import pandas as pd
from fairlearn.metrics import (
    MetricFrame,
    false_negative_rate,
    false_positive_rate,
    selection_rate,
    true_negative_rate,
    true_positive_rate,
)
from sklearn.metrics import accuracy_score

columns = sys.argv[3].split(",")
frame = pd.read_parquet(sys.argv[1], columns=["label", *columns])
frame[columns] = frame[columns].fillna("missing")
selected = (pd.read_parquet(sys.argv[2], columns=["score"])["score"] >= 0.5).astype(int)
rates = {
    each.__name__: each
    for each in (
        selection_rate,
        true_positive_rate,
        false_positive_rate,
        true_negative_rate,
        false_negative_rate,
        accuracy_score,
    )
}
for name in columns:
    found = MetricFrame(metrics=rates, y_true=frame["label"], y_pred=selected, sensitive_features=frame[name])
    print(name, found.difference().to_dict(), found.ratio().to_dict())
