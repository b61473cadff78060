"""Numbers of JSON lines as they are written, because the database's reader keeps no more digits than a float."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from assay.errors import DataError
from assay.tables.connection import literal

if TYPE_CHECKING:
    import duckdb

HINT = "Put the keys of numbers before those of nested values, or use Parquet with decimals."
_LONG = r"[1-9][0-9.]{15,}"
"""A number that may have more digits than every float keeps."""
_TEXT = r'"(?:[^"\\]|\\.)*"'
_OTHER = rf"\s*{_TEXT}\s*:\s*(?:{_TEXT}|[^\"\[\]{{}},\s]+)\s*,"
_NUMBER = r"-?[0-9][0-9.eE+-]*"


def loses_digits(connection: duckdb.DuckDBPyConnection, reader: str, pointers: Mapping[str, str]) -> bool:
    """Whether the numbers read (by key, with their pointers) may have other digits than the lines of a file."""
    read = f"json_extract_string(json, [{', '.join(map(literal, pointers.values()))}])"
    parts = ", ".join(f"{literal(key)}, coalesce(v[{index}], '')" for index, key in enumerate(pointers, 1))
    written, found = (f"regexp_replace({text}, '[^0-9]+', '', 'g')" for text in ("json", f"concat({parts})"))
    lines = f"SELECT json, {read} AS v FROM {reader} WHERE regexp_matches(json, {literal(_LONG)})"
    return bool(connection.execute(f"SELECT 1 FROM ({lines}) WHERE {written} <> {found} LIMIT 1").fetchall())


def written_number(key: str) -> str:
    """The number of a key as the line has it, as SQL; NULL if the key has none, or comes after nested values."""
    names = "|".join(dict.fromkeys(re.escape(json.dumps(key, ensure_ascii=plain)) for plain in (False, True)))
    pattern = rf"^\s*\{{(?:{_OTHER})*?\s*(?:{names})\s*:\s*({_NUMBER})"
    return f"nullif(regexp_extract(json, {literal(pattern)}, 1), '')"


def require_written(connection: duckdb.DuckDBPyConnection, reader: str, name: str, pointers: Mapping[str, str]) -> None:
    """Raises DataError if a number, by key, is not found in its line."""
    for key, pointer in pointers.items():
        read = f"json_extract_string(json, {literal(pointer)})"
        lines = f"SELECT row_number() OVER () AS line, {read} AS v, {written_number(key)} AS n FROM {reader}"
        wrong = f"SELECT line FROM ({lines}) WHERE v IS NOT NULL AND n IS NULL ORDER BY line LIMIT 1"
        for (line,) in connection.execute(wrong).fetchall():
            raise DataError(
                f"{name}, line {line}, has numbers with more digits than floats keep, and `{key}` after nested values.",
                hint=HINT,
            )
