"""The types of text columns, decided by every value of the file."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

SAMPLE, LEAST_SAMPLE = 100_000, 20
MANY, BATCH = 200, 5000
# A number with a leading zero, such as a postal code, is text; so are `nan` and `inf`, and integers beyond 64 bits.
_NUMBER = r"[+-]?((0|[1-9][0-9]*)(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?"
_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_TIMESTAMP = _DATE + r"[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?Z?"
FORMS = {
    "integer": "0|-?[1-9][0-9]{0,18}",
    "number": _NUMBER,
    "boolean": "true|false|True|False|TRUE|FALSE",
    "date": _DATE,
    "timestamp": _TIMESTAMP,
}
"""How values of each type are written, as regular expressions; the types also refuse dates that do not exist."""
_TESTS = {
    "integer": f"regexp_full_match(@, '{FORMS['integer']}') AND (@ IS NULL OR TRY_CAST(@ AS BIGINT) IS NOT NULL)",
    "number": f"regexp_full_match(@, '{_NUMBER}') AND coalesce(isfinite(TRY_CAST(@ AS DOUBLE)), @ IS NULL)",
    "boolean": "@ IN ('true', 'false', 'True', 'False', 'TRUE', 'FALSE')",
    "date": f"regexp_full_match(@, '{_DATE}') AND (@ IS NULL OR TRY_CAST(@ AS DATE) IS NOT NULL)",
    "timestamp": f"regexp_full_match(@, '{_TIMESTAMP}') AND (@ IS NULL OR TRY_CAST(@ AS TIMESTAMP) IS NOT NULL)",
}
# Whole numbers beyond 64 bits: as floats, different ones would become equal.
_DIGITS = "regexp_full_match(@, '[+-]?[0-9]+')"
DIGITS = "digits"
_TESTS_OF = _TESTS | {DIGITS: _DIGITS}
CASTS = {"integer": "BIGINT", "number": "DOUBLE", "boolean": "BOOLEAN", "date": "DATE", "timestamp": "TIMESTAMP"}


def types(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    columns: Sequence[str],
    allowed: Mapping[str, Collection[str]] | None = None,
    *,
    decimal: str = ".",
) -> dict[str, str]:
    """The type of each text column of a relation; `text` if no narrower type fits every value.

    `allowed` names the types to try, by column; default: all. `decimal` is the mark before a number's fraction.

    The first rows only exclude types, which is safe; every row is checked against the remaining types.
    """
    rows = min(SAMPLE // 100, max(LEAST_SAMPLE, SAMPLE // max(len(columns), 1)))
    tried = {
        column: [kind for kind in _TESTS if allowed is None or kind in allowed[column]] + [DIGITS] for column in columns
    }
    ruled_out = {
        pair
        for pair, fits in _fits(connection, f"(SELECT * FROM {relation} LIMIT {rows})", tried, decimal).items()
        if fits is False
    }
    found: dict[str, str] = {}
    left = {column: [kind for kind in tried[column] if (column, kind) not in ruled_out] for column in columns}
    while left := {
        column: kinds for column, kinds in left.items() if column not in found and kinds != [DIGITS] and kinds
    }:
        asked = {
            column: [kinds[0], *kinds[-1:]] if kinds[0] == "number" else kinds[:1] for column, kinds in left.items()
        }
        fits = _fits(connection, relation, asked, decimal)
        for column, (kind, *_) in asked.items():
            if fits[column, kind] is not False:
                text = fits[column, kind] is None or (kind == "number" and fits.get((column, DIGITS)))
                found[column] = "text" if text else kind
        left = {column: kinds[1:] for column, kinds in left.items()}
    return {column: found.get(column, "text") for column in columns}


def _test(kind: str, column: str, decimal: str) -> str:
    """The condition that a value of a column is of a kind."""
    test = _TESTS_OF[kind]
    if kind == "number" and decimal == ",":
        test = test.replace(r"\.", ",").replace("TRY_CAST(@", "TRY_CAST(replace(@, ',', '.')")
    return test.replace("@", column)


def _fits(
    connection: duckdb.DuckDBPyConnection, relation: str, tests: Mapping[str, Sequence[str]], decimal: str
) -> dict[tuple[str, str], bool | None]:
    """Whether all values of each column pass its tests; None if there is no value."""
    pairs = [(column, kind) for column, kinds in tests.items() for kind in kinds]
    if len(pairs) > MANY:
        return _fits_of_many(connection, relation, tests, decimal)
    if not pairs:
        return {}
    listed = ", ".join(f"bool_and({_test(kind, column, decimal)})" for column, kind in pairs)
    return dict(zip(pairs, connection.execute(f"SELECT {listed} FROM {relation}").fetchall()[0], strict=True))


def _fits_of_many(
    connection: duckdb.DuckDBPyConnection, relation: str, tests: Mapping[str, Sequence[str]], decimal: str
) -> dict[tuple[str, str], bool | None]:
    """The same as `_fits`, with all values in one column, because the database is slow with many expressions."""
    found: dict[tuple[str, str], bool | None] = {(column, kind): None for column in tests for kind in tests[column]}
    alike: dict[tuple[str, ...], list[str]] = {}
    for column, kinds in tests.items():
        alike.setdefault(tuple(kinds), []).append(column)
    for kinds, columns in alike.items():
        asked = ", ".join(f"bool_and({_test(kind, 'v', decimal)})" for kind in kinds)
        for batch in (columns[start : start + BATCH] for start in range(0, len(columns), BATCH)):
            wide = f"SELECT [{', '.join(batch)}] AS v FROM {relation}"
            long = f"SELECT unnest(v) AS v, unnest(range({len(batch)})) AS k FROM ({wide})"
            for place, *answers in connection.execute(f"SELECT k, {asked} FROM ({long}) GROUP BY k").fetchall():
                found |= {(batch[place], kind): fits for kind, fits in zip(kinds, answers, strict=True)}
    return found
