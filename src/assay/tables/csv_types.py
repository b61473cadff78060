"""The types of CSV columns, decided by every value of the whole file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

SAMPLE = 1000
# A number with a leading zero, such as a postal code, is text; so are `nan` and `inf`, and integers beyond 64 bits.
_NUMBER = r"[+-]?((0|[1-9][0-9]*)(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?"
_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_TIMESTAMP = _DATE + r"[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?Z?"
_TESTS = {
    "integer": "regexp_full_match(@, '0|-?[1-9][0-9]{0,18}') AND TRY_CAST(@ AS BIGINT) IS NOT NULL",
    "number": f"regexp_full_match(@, '{_NUMBER}') AND isfinite(TRY_CAST(@ AS DOUBLE))",
    "boolean": "@ IN ('true', 'false', 'True', 'False', 'TRUE', 'FALSE')",
    "date": f"regexp_full_match(@, '{_DATE}') AND TRY_CAST(@ AS DATE) IS NOT NULL",
    "timestamp": f"regexp_full_match(@, '{_TIMESTAMP}') AND TRY_CAST(@ AS TIMESTAMP) IS NOT NULL",
}
CASTS = {"integer": "BIGINT", "number": "DOUBLE", "boolean": "BOOLEAN", "date": "DATE", "timestamp": "TIMESTAMP"}


def types(connection: duckdb.DuckDBPyConnection, relation: str, columns: Sequence[str]) -> dict[str, str]:
    """The type of each text column of a relation; `text` where no narrower type fits every value there is.

    The first rows only rule types out, which is sound; what is left is held against every row.
    """
    found: dict[str, str] = {}
    for kind in _TESTS:
        left = [column for column in columns if column not in found]
        likely = _fits(connection, f"(SELECT * FROM {relation} LIMIT {SAMPLE})", left, kind, unknown=True)
        found |= dict.fromkeys(_fits(connection, relation, likely, kind, unknown=False), kind)
    wide = [column for column, kind in found.items() if kind == "number"]
    found |= dict.fromkeys(_all_digits(connection, relation, wide), "text")
    return {column: found.get(column, "text") for column in columns}


def _fits(
    connection: duckdb.DuckDBPyConnection, relation: str, columns: Sequence[str], kind: str, *, unknown: bool
) -> list[str]:
    """The columns whose values all pass the type's test; those without a value if `unknown`."""
    if not columns:
        return []
    tests = ", ".join(
        f"bool_and({_TESTS[kind].replace('@', column)}) FILTER (WHERE {column} IS NOT NULL)" for column in columns
    )
    answers = connection.execute(f"SELECT {tests} FROM {relation}").fetchall()[0]
    return [column for column, answer in zip(columns, answers, strict=True) if answer or (answer is None and unknown)]


def _all_digits(connection: duckdb.DuckDBPyConnection, relation: str, columns: Sequence[str]) -> list[str]:
    """The columns of whole numbers that no 64-bit integer holds: read as numbers, different ones would become equal."""
    if not columns:
        return []
    tests = ", ".join(f"bool_and(regexp_full_match({column}, '[+-]?[0-9]+'))" for column in columns)
    answers = connection.execute(f"SELECT {tests} FROM {relation}").fetchall()[0]
    return [column for column, answer in zip(columns, answers, strict=True) if answer]
