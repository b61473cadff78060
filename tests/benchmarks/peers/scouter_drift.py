"""scouter's PSI by column, between deciles of the reference. Arguments: reference, current, columns.

Missing values of numbers are replaced by the median and those of categories by a category: it takes none.
"""

import sys

import polars as pl
from scouter.drift import Drifter, PsiDriftConfig

reference, current, columns = sys.argv[1], sys.argv[2], sys.argv[3].split(",")
before, after = (pl.read_parquet(path, columns=columns) for path in (reference, current))
numbers = [name for name in columns if before[name].dtype.is_numeric()]
filled = [pl.col(name).cast(pl.Float64).fill_null(before[name].median()) for name in numbers]
filled += [pl.col(name).cast(pl.String).fill_null("missing") for name in columns if name not in numbers]
before, after = before.select(filled), after.select(filled)
config = PsiDriftConfig(categorical_features=[name for name in columns if name not in numbers])
drifter = Drifter()
profile = drifter.create_drift_profile(before, config)
print(drifter.compute_drift(after, profile))
