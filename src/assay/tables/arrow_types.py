"""The types of Arrow columns in the database, and those that are widened so that it can read them."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from assay.tables.outline import Stored
from assay.tables.parquet_columns import kind_of

if TYPE_CHECKING:
    import duckdb

_DIGITS = 38
_REGISTERED = "arrow_types"


def readable(kind: Any) -> Any:
    """An Arrow type that the database reads, with exactly the same values; the same one if there is none."""
    arrow = importlib.import_module("pyarrow")
    if arrow.types.is_float16(kind):
        return arrow.float32()
    if arrow.types.is_decimal(kind) and not arrow.types.is_decimal128(kind) and kind.precision <= _DIGITS:
        return arrow.decimal128(kind.precision, kind.scale)
    return kind


def describe(connection: duckdb.DuckDBPyConnection, schema: Any) -> list[Stored]:
    """The columns of a schema; one of a type that the database does not know is `other`, and named by its type."""
    arrow = importlib.import_module("pyarrow")
    fields = [arrow.field(f"c{index}", readable(field.type)) for index, field in enumerate(schema)]
    described = _described(connection, arrow.schema(fields))
    if described is not None:
        return described
    found: list[Stored] = []
    for field in fields:
        known = _described(connection, arrow.schema([field]))
        found += known if known is not None else [Stored(field.name, str(field.type), "other")]
    return found


def _described(connection: duckdb.DuckDBPyConnection, schema: Any) -> list[Stored] | None:
    import duckdb

    try:
        connection.register(_REGISTERED, schema.empty_table())
        described = connection.execute(f"DESCRIBE SELECT * FROM {_REGISTERED}").fetchall()
    except duckdb.Error:
        return None
    finally:
        connection.unregister(_REGISTERED)
    return [Stored(str(name), str(sql_type), kind_of(str(sql_type))) for name, sql_type, *_ in described]
