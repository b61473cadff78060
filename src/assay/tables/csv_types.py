"""The types of columns of text, decided by every value of the whole file."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
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
DIGITS = "digits"
_DIGITS = "regexp_full_match(@, '[+-]?[0-9]+')"
CASTS = {"integer": "BIGINT", "number": "DOUBLE", "boolean": "BOOLEAN", "date": "DATE", "timestamp": "TIMESTAMP"}


def types(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    columns: Sequence[str],
    allowed: Mapping[str, Collection[str]] | None = None,
) -> dict[str, str]:
    """The type of each text column of a relation; `text` where no narrower type fits every value there is.

    `allowed` names the types that are tried, by column; left out: all.

    The first rows only rule types out, which is sound; what is left is held against every row, in one pass.
    """
    every = [(column, kind) for column in columns for kind in _TESTS if allowed is None or kind in allowed[column]]
    first = _fits(connection, f"(SELECT * FROM {relation} LIMIT {SAMPLE})", every)
    likely = [pair for pair, fits in first.items() if fits is not False]
    digits = [(column, DIGITS) for column, kind in likely if kind == "number"]
    whole = _fits(connection, relation, [*likely, *digits])
    found: dict[str, str] = {}
    for column, kind in likely:
        if whole[column, kind] and column not in found:
            # Whole numbers that no 64-bit integer holds: read as numbers, different ones would become equal.
            found[column] = "text" if kind == "number" and whole[column, DIGITS] else kind
    return {column: found.get(column, "text") for column in columns}


def _fits(
    connection: duckdb.DuckDBPyConnection, relation: str, pairs: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], bool | None]:
    """Whether all values of a column pass a test, by column and test; None where there is no value."""
    if not pairs:
        return {}
    tests = ", ".join(
        f"bool_and({(_TESTS | {DIGITS: _DIGITS})[kind].replace('@', column)}) FILTER (WHERE {column} IS NOT NULL)"
        for column, kind in pairs
    )
    answers = connection.execute(f"SELECT {tests} FROM {relation}").fetchall()[0]
    return dict(zip(pairs, answers, strict=True))
