"""Drift by hand: scipy on pandas, the same statistics as Assay's, by column. Arguments: reference, current, columns."""

import sys

import numpy as np
import pandas as pd
from scipy import stats

reference, current, columns = sys.argv[1], sys.argv[2], sys.argv[3].split(",")
before, after = pd.read_parquet(reference, columns=columns), pd.read_parquet(current, columns=columns)


def divergences(p, q):
    p, q = np.maximum(p / p.sum(), 1e-4), np.maximum(q / q.sum(), 1e-4)
    middle = (p / p.sum() + q / q.sum()) / 2
    psi = float(((q - p) * np.log(q / p)).sum())
    js = float((stats.entropy(p, middle, base=2) + stats.entropy(q, middle, base=2)) / 2)
    return psi, js, float(stats.entropy(q, p)), float(np.abs(p - q).sum() / 2)


for name in columns:
    if before[name].dtype.kind == "f" or name == "age":
        x, y = before[name].dropna().to_numpy(), after[name].dropna().to_numpy()
        edges = np.unique(np.quantile(x, np.linspace(0, 1, 11)[1:-1]))
        counts = [np.bincount(np.searchsorted(edges, values), minlength=len(edges) + 1) for values in (x, y)]
        print(name, *stats.ks_2samp(x, y, method="asymp")[:2], stats.wasserstein_distance(x, y), *divergences(*counts))
    else:
        both = pd.concat([before[name].value_counts(), after[name].value_counts()], axis=1).fillna(0).to_numpy().T
        chi = stats.chi2_contingency(both)
        print(name, chi.statistic, chi.pvalue, *divergences(*both))
