"""A bare full decode of the columns that the twenty rules read, by DuckDB: the floor. Argument: the Parquet file."""

import sys

import duckdb

numbers, texts = ["id", "n1", "n2", "n6", "n8", "n10", "age", "label"], ["c1", "c2", "c6", "tier", "email", "code"]
connection = duckdb.connect(config={"threads": "2"})
# Sums and lengths, because what the file's statistics tell is not decoded.
asked = [f"sum({name})" for name in numbers] + [f"sum(strlen({name}))" for name in texts] + ["max(created + 1)"]
print(connection.execute(f"SELECT count(*), {', '.join(asked)} FROM '{sys.argv[1]}'").fetchall())
