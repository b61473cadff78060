"""polars-ds: KS and PSI of numbers, PSI of categories. Arguments: reference, current, columns."""

import sys

import polars as pl
import polars_ds as pds

reference, current, columns = sys.argv[1], sys.argv[2], sys.argv[3].split(",")
before, after = (pl.read_parquet(path, columns=columns) for path in (reference, current))
for name in columns:
    sides = before[name].drop_nulls(), after[name].drop_nulls()
    if sides[0].dtype.is_numeric():
        x, y = (side.cast(pl.Float64).rename(new) for side, new in zip(sides, ("x", "y"), strict=True))
        found = pl.select(ks=pds.ks_2samp(pl.lit(x), pl.lit(y)), psi=pds.psi(y, x, n_bins=10))
    else:
        x, y = (side.cast(pl.String) for side in sides)
        found = pl.select(psi=pds.psi_discrete(y, x))
    print(name, found.row(0))
