"""The twenty rules by dataframely. Argument: the Parquet file."""

import sys

import dataframely as dy
import polars as pl


class Table(dy.Schema):
    id = dy.Int64(unique=True)
    n1 = dy.Float64(nullable=True, min=-10, max=10, allow_inf=True, allow_nan=True)
    n2 = dy.Float64(nullable=True, min=999_000, max=1_001_000, allow_inf=True, allow_nan=True)
    n6 = dy.Float64(nullable=True, min=-40, max=40, allow_inf=True, allow_nan=True)
    n8 = dy.Float64(nullable=True, min=0, max=100, allow_inf=True, allow_nan=True)
    n10 = dy.Float64(nullable=True, min=-1, max=1, allow_inf=True, allow_nan=True)
    age = dy.Int64(nullable=True, min=18, max=90)
    c1 = dy.String(nullable=True, check=lambda column: column.is_in(["v0", "v1", "v2"]))
    c2 = dy.String(nullable=True, check=lambda column: column.is_in([f"v{index}" for index in range(5)]))
    c6 = dy.String(nullable=True, check=lambda column: column.is_in([f"v{index}" for index in range(5000)]))
    tier = dy.String()
    email = dy.String(regex=r"^person[0-9]+@example\.org$")
    code = dy.String(regex=r"^A[0-9]{5}$")
    created = dy.Date()
    label = dy.Int32()


frame = pl.read_parquet(sys.argv[1])
whole = frame.select(pl.len() >= 1_000, pl.col("n8").mean().is_between(40, 60).alias("mean"))
middle = frame.select(pl.col("n1").quantile(0.5).is_between(-1, 1)).item()
print(whole.row(0), middle, Table.filter(frame).failure.counts())
