"""NannyML's univariate drift in one chunk: KS, Jensen-Shannon and Wasserstein, χ² and Jensen-Shannon by column."""

import sys

import nannyml as nml
import pandas as pd

reference, current, columns = sys.argv[1], sys.argv[2], sys.argv[3].split(",")
before, after = (pd.read_parquet(path, columns=columns) for path in (reference, current))
calculator = nml.UnivariateDriftCalculator(
    column_names=columns,
    treat_as_categorical=[name for name in columns if before[name].dtype.kind not in "fi"],
    continuous_methods=["kolmogorov_smirnov", "jensen_shannon", "wasserstein"],
    categorical_methods=["chi2", "jensen_shannon"],
    chunk_number=1,
)
calculator.fit(before)
print(calculator.calculate(after).to_df().shape)
