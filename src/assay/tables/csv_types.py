"""The types of text columns, decided by every value of the file."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assay.tables.outline import Stored
from assay.tables.written_decimals import keeps_digits, number_type

if TYPE_CHECKING:
    import duckdb

SAMPLE, LEAST_SAMPLE, FIRST = 100_000, 20, 20
MANY, BATCH = 200, 5000
# A number with a leading zero, such as a postal code, is text; so are `nan` and `inf`, and integers beyond 64 bits.
_NUMBER = r"[+-]?((0|[1-9][0-9]*)(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?"
_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_TIMESTAMP = _DATE + r"[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?"
_ZONED = _TIMESTAMP + "(Z|[+-][0-9]{2}(:?[0-9]{2})?)"
FORMS = {
    "integer": "0|-?[1-9][0-9]{0,18}",
    "number": _NUMBER,
    "boolean": "true|false|True|False|TRUE|FALSE",
    "date": _DATE,
    "timestamp": _TIMESTAMP,
    "zoned": _ZONED,
}
"""How values of each type are written, as regular expressions; the types also refuse dates that do not exist."""
_TESTS = {
    "integer": f"regexp_full_match(@, '{FORMS['integer']}') AND (@ IS NULL OR TRY_CAST(@ AS BIGINT) IS NOT NULL)",
    "number": f"regexp_full_match(@, '{_NUMBER}') AND coalesce(isfinite(TRY_CAST(@ AS DOUBLE)), @ IS NULL)",
    "boolean": "@ IN ('true', 'false', 'True', 'False', 'TRUE', 'FALSE')",
    "date": f"regexp_full_match(@, '{_DATE}') AND (@ IS NULL OR TRY_CAST(@ AS DATE) IS NOT NULL)",
    "timestamp": f"regexp_full_match(@, '{_TIMESTAMP}') AND (@ IS NULL OR TRY_CAST(@ AS TIMESTAMP) IS NOT NULL)",
    "zoned": f"regexp_full_match(@, '{_ZONED}') AND (@ IS NULL OR TRY_CAST(@ AS TIMESTAMPTZ) IS NOT NULL)",
}
# Whole numbers beyond 64 bits: as floats, different ones would become equal.
_DIGITS = "regexp_full_match(@, '[+-]?[0-9]+')"
DIGITS = "digits"
# Whether floats keep every digit that is written.
FLOATS = "floats"
_TESTS_OF = _TESTS | {DIGITS: _DIGITS, FLOATS: keeps_digits("@")}
ZONED = "TIMESTAMP WITH TIME ZONE"
CASTS = {
    "integer": "BIGINT",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "zoned": ZONED,
}


@dataclass(frozen=True)
class TextType:
    """The type of a column of texts: in questions, and in the database."""

    kind: str
    sql_type: str = "VARCHAR"

    def stored(self, identifier: str) -> Stored:
        """A column of this type."""
        return Stored(identifier, self.sql_type, self.kind)


def cast(value: str, sql_type: str) -> str:
    """A text as a value of its type; times with a zone are times in UTC."""
    if sql_type == "VARCHAR":
        return value
    return f"timezone('UTC', CAST({value} AS {ZONED}))" if sql_type == ZONED else f"CAST({value} AS {sql_type})"


TEXT = TextType("text")


def types(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    columns: Sequence[str],
    allowed: Mapping[str, Collection[str]] | None = None,
    *,
    decimal: str = ".",
    rows: int | None = None,
) -> dict[str, TextType]:
    """The type of each text column of a relation; `text` if no narrower type fits every value.

    Times with a zone and times without one are not of one type.

    `allowed` names the types to try, by column; default: all. `decimal` is the mark before a number's fraction, and
    `rows` the number of rows, if it is known.

    The first rows only exclude types, which is safe; every row is checked against the remaining types.
    """
    first = min(SAMPLE // 100, max(LEAST_SAMPLE, SAMPLE // max(len(columns), 1)))
    tried = {column: [kind for kind in _TESTS if allowed is None or kind in allowed[column]] for column in columns}
    left = _not_excluded(connection, relation, tried, decimal)
    if rows is None or rows > first:
        fits = _fits(connection, f"(SELECT * FROM {relation} LIMIT {first})", left, decimal)
        left = {column: [kind for kind in kinds if fits[column, kind] is not False] for column, kinds in left.items()}
    found: dict[str, TextType] = {}
    while left := {column: kinds for column, kinds in left.items() if column not in found and kinds}:
        asked = {
            column: ["number", DIGITS, FLOATS] if kinds[0] == "number" else kinds[:1] for column, kinds in left.items()
        }
        fits = _fits(connection, relation, asked, decimal)
        for column, (kind, *_) in asked.items():
            if fits[column, kind] is not False:
                text = fits[column, kind] is None or (kind == "number" and fits.get((column, DIGITS)))
                found[column] = TEXT if text else TextType("timestamp" if kind == "zoned" else kind, CASTS[kind])
                if found[column].kind == "number" and fits[column, FLOATS] is False:
                    value = f"replace({column}, ',', '.')" if decimal == "," else column
                    exact = number_type(connection, relation, value)
                    found[column] = TEXT if exact is None else TextType("number", exact)
        left = {column: kinds[1:] for column, kinds in left.items()}
    return {column: found.get(column, TEXT) for column in columns}


def _not_excluded(
    connection: duckdb.DuckDBPyConnection, relation: str, tried: Mapping[str, Sequence[str]], decimal: str
) -> dict[str, list[str]]:
    """The types that the writing of the very first values leaves open; this spares the database most expressions."""
    if not tried:
        return {}
    rows = connection.execute(f"SELECT {', '.join(tried)} FROM {relation} LIMIT {FIRST}").fetchall()
    forms = {
        kind: re.compile(form.replace(r"\.", ",") if decimal == "," and kind == "number" else form)
        for kind, form in FORMS.items()
    }
    left = {}
    for index, (column, kinds) in enumerate(tried.items()):
        values = [row[index] for row in rows if row[index] is not None]
        left[column] = [kind for kind in kinds if all(forms[kind].fullmatch(value) for value in values)]
    return left


def _test(kind: str, column: str, decimal: str) -> str:
    """The condition that a value of a column is of a kind."""
    test = _TESTS_OF[kind]
    if kind == "number" and decimal == ",":
        test = test.replace(r"\.", ",").replace("TRY_CAST(@", "TRY_CAST(replace(@, ',', '.')")
    if kind == FLOATS and decimal == ",":
        test = test.replace("@", "replace(@, ',', '.')")
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
