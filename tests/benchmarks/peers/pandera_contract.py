"""The twenty rules by pandera on polars. Argument: the Parquet file."""

import sys

import pandera.polars as pa
import polars as pl
from pandera.errors import SchemaErrors

frame = pl.read_parquet(sys.argv[1])
rows = frame.height
between = pa.Check.between
schema = pa.DataFrameSchema(
    {
        "id": pa.Column(pl.Int64, unique=True, nullable=False),
        "n1": pa.Column(pl.Float64, between(-10, 10), nullable=True),
        "n2": pa.Column(pl.Float64, between(999_000, 1_001_000), nullable=True),
        "n6": pa.Column(pl.Float64, between(-40, 40), nullable=True),
        "n8": pa.Column(pl.Float64, between(0, 100), nullable=True),
        "n10": pa.Column(pl.Float64, between(-1, 1), nullable=True),
        "age": pa.Column(pl.Int64, between(18, 90), nullable=True),
        "c1": pa.Column(str, pa.Check.isin(["v0", "v1", "v2"]), nullable=True),
        "c2": pa.Column(str, pa.Check.isin([f"v{index}" for index in range(5)]), nullable=True),
        "c6": pa.Column(str, pa.Check.isin([f"v{index}" for index in range(5000)]), nullable=True),
        "tier": pa.Column(str, nullable=False),
        "email": pa.Column(str, pa.Check.str_matches(r"^person[0-9]+@example\.org$"), nullable=False),
        "code": pa.Column(str, pa.Check.str_matches(r"^A[0-9]{5}$"), nullable=False),
        "created": pa.Column(pl.Date, nullable=False),
        "label": pa.Column(pl.Int32, nullable=False),
    },
    checks=[
        pa.Check(lambda data: data.lazyframe.select(pl.col("n8").mean().is_between(40, 60))),
        pa.Check(lambda data: data.lazyframe.select(pl.col("n1").quantile(0.5).is_between(-1, 1))),
    ],
)
try:
    schema.validate(frame, lazy=True)
    print("kept", rows >= 1_000)
except SchemaErrors as errors:
    print("broken", len(errors.failure_cases))
