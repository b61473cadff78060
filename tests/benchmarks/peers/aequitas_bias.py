"""Aequitas on pandas: counts, rates and disparities of four groupings, without intervals. Arguments: table, scores, columns."""

import sys

import pandas as pd
from aequitas.bias import Bias
from aequitas.group import Group

columns = sys.argv[3].split(",")
frame = pd.read_parquet(sys.argv[1], columns=["label", *columns]).rename(columns={"label": "label_value"})
frame[columns] = frame[columns].fillna("missing").astype(str)
frame["score"] = (pd.read_parquet(sys.argv[2], columns=["score"])["score"] >= 0.5).astype(int)
counts, _ = Group().get_crosstabs(frame, attr_cols=columns)
print(Bias().get_disparity_major_group(counts, original_df=frame, check_significance=False).shape)
