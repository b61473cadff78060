"""A bare full decode of the columns that the twenty rules read, by DuckDB: the floor. Argument: the Parquet file."""

import sys

import duckdb

columns = ["id", "n1", "n2", "n6", "n8", "n10", "age", "c1", "c2", "c6", "tier", "email", "code", "created", "label"]
connection = duckdb.connect(config={"threads": "2"})
sums = ", ".join(f"max({name})" for name in columns)
print(connection.execute(f"SELECT count(*), {sums} FROM '{sys.argv[1]}'").fetchall())
