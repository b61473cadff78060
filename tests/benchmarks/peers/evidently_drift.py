"""Evidently's preset of data drift, with its defaults: one statistic by column. Arguments: reference, current, columns."""

import sys

import pandas as pd
from evidently import DataDefinition, Dataset, Report
from evidently.presets import DataDriftPreset

reference, current, columns = sys.argv[1], sys.argv[2], sys.argv[3].split(",")
frames = [pd.read_parquet(path, columns=columns) for path in (reference, current)]
numbers = [name for name in columns if frames[0][name].dtype.kind in "fi"]
definition = DataDefinition(numerical_columns=numbers, categorical_columns=[c for c in columns if c not in numbers])
before, after = (Dataset.from_pandas(frame, data_definition=definition) for frame in frames)
result = Report([DataDriftPreset()]).run(after, before)
print(len(result.dict()["metrics"]))
