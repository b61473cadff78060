"""Where the values of a Parquet file's columns lie, by its footer; they fit in the file and none counts twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from assay.errors import DataError
from assay.tables.connection import literal
from assay.tables.parquet_columns import ParquetColumn
from assay.tables.parquet_pages import ColumnChunk

if TYPE_CHECKING:
    import duckdb

MAGIC = 4
"""The bytes before the first chunk."""
_FIELDS = (
    "column_id, row_group_num_rows, type, num_values, compression, coalesce(dictionary_page_offset, 0),"
    " data_page_offset, total_compressed_size, stats_null_count"
)


def find_chunks(
    connection: duckdb.DuckDBPyConnection, path: str, size: int, name: str, columns: Sequence[ParquetColumn]
) -> Iterator[ColumnChunk]:
    """The chunks of some columns, one column after another; raises DataError where the footer contradicts itself."""
    wanted = {column.leaf: column for column in columns if column.leaf is not None}
    rows = connection.execute(f"SELECT {_FIELDS} FROM parquet_metadata({literal(path)})").fetchall()
    found = [(_start(row), _start(row) + int(row[7]), row) for row in rows]
    # A group without rows has no data pages, so writers leave their place at 0.
    places = sorted((start, end) for start, end, row in found if row[1])
    apart = all(first[1] <= second[0] for first, second in pairwise(places))
    if not apart or any(not MAGIC <= start <= end <= size for start, end in places):
        raise DataError(f"{name} is a corrupt Parquet file: its columns do not lie behind each other in it.")
    for start, end, row in sorted(found, key=lambda each: (each[2][0], each[0])):
        column = wanted.get(row[0])
        if column is None:
            continue
        if row[3] != row[1]:
            raise DataError(
                f"{name} is a corrupt Parquet file: `{column.name}` has {row[3]:,} values in {row[1]:,} rows."
            )
        if not row[1]:
            continue
        yield ColumnChunk(
            column=column.name,
            start=start,
            data=int(row[6]),
            size=end - start,
            values=int(row[3]),
            codec=str(row[4]),
            kind=str(row[2]),
            width=column.width,
            optional=column.optional,
            missing=None if row[8] is None else int(row[8]),
        )


def _start(row: Sequence[int]) -> int:
    dictionary, data = int(row[5]), int(row[6])
    return min(dictionary, data) if dictionary > 0 else data
