"""A DuckDB that reads only the given descriptors, and its errors as sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from assay.errors import DataError

if TYPE_CHECKING:
    import duckdb

MOST_MEGABYTES, FEWEST_MEGABYTES = 4096, 256
STREAMING_MEGABYTES, MOST_SPILLED = 512, 65536
MOST_RATIO = 100
THREADS = 2
OPTIMIZERS = frozenset(
    (
        "build_side_probe_side",
        "column_lifetime",
        "common_aggregate",
        "common_subexpressions",
        "cte_inlining",
        "deliminator",
        "duplicate_groups",
        "expression_rewriter",
        "in_clause",
        "join_order",
        "limit_pushdown",
        "reorder_filter",
        "unnest_rewriter",
        "unused_columns",
    )
)
"""The optimizers that look at a query only. All others are off, also those that a later DuckDB brings: some believe the
minima, maxima, null counts and filters that a file claims, and answer from these without its values."""
_INTERRUPTED = "Query interrupted"  # DuckDB's RuntimeError in the place of a KeyboardInterrupt
_UNITS = {"bytes": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40}


def connect(
    paths: Iterable[str],
    *,
    size: int = 1 << 40,
    threads: int = THREADS,
    most: int = MOST_MEGABYTES,
    spill: str = "",
) -> duckdb.DuckDBPyConnection:
    """An in-memory database without extensions, with access to `paths` only and locked settings.

    `size` is the number of bytes of the files: memory is limited to a multiple of it, so that few bytes cannot unpack
    to many, and to `most` megabytes. `spill` is a private folder for data that do not fit in memory; without it nothing
    is written to disk.
    """
    import duckdb

    unpacked = size * MOST_RATIO // 10**6
    connection = duckdb.connect(
        ":memory:",
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "temp_directory": spill,
            "max_temp_directory_size": f"{min(MOST_SPILLED, FEWEST_MEGABYTES + unpacked) if spill else 0}MB",
            "memory_limit": f"{min(most, FEWEST_MEGABYTES + unpacked)}MB",
            "threads": str(threads),
            "preserve_insertion_order": "true",
        },
    )
    connection.execute("SET GLOBAL TimeZone = 'UTC'")  # also for cursors, which several questions look through
    connection.execute("SET enable_progress_bar = false")
    connection.execute(f"SET disabled_optimizers = {literal(_believing(connection))}")
    connection.execute(f"SET allowed_paths = [{', '.join(literal(path) for path in paths)}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def _believing(connection: duckdb.DuckDBPyConnection) -> str:
    known = [str(name) for (name,) in connection.execute("SELECT name FROM duckdb_optimizers()").fetchall()]
    return ",".join(name for name in known if name not in OPTIMIZERS)


def memory(connection: duckdb.DuckDBPyConnection) -> int:
    """The bytes of memory that a database may use."""
    number, unit = connection.execute("SELECT current_setting('memory_limit')").fetchall()[0][0].split()
    return int(float(number) * _UNITS[unit])


def literal(text: str) -> str:
    """Text as an SQL string."""
    return "'" + text.replace("'", "''") + "'"


def double(value: float) -> str:
    """A float as SQL, bit for bit; a literal could be read as a decimal."""
    return f"CAST('{float(value)!r}' AS DOUBLE)"


def identifier(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


@contextmanager
def database_errors(trouble: str) -> Iterator[None]:
    """Turns any error of DuckDB into a DataError that says `trouble` and shows no SQL."""
    import duckdb

    try:
        yield
    except (duckdb.OutOfMemoryException, MemoryError) as error:
        raise DataError(f"{trouble}: it needs more memory than a file of its size may use.") from error
    except (duckdb.Error, RuntimeError, UnicodeError, OverflowError) as error:
        if str(error) == _INTERRUPTED:
            raise KeyboardInterrupt from error
        raise DataError(f"{trouble}.") from error
