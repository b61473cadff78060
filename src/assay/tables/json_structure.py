"""The shape of a file of JSON lines and the types of its keys, checked before anything else is read."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NoReturn

from assay.errors import DataError
from assay.tables.connection import literal
from assay.tables.csv_types import TextType, types
from assay.tables.json_numbers import loses_digits, require_written, written_number
from assay.tables.outline import MORE_ROWS, Outline, Stored, require_distinct
from assay.tables.source import CHUNK, Opened
from assay.tables.text_refusals import require_text

if TYPE_CHECKING:
    import duckdb

HINT = "Write one JSON object per line, with the keys of the first line, or use Parquet."
LONGEST_LINE = 1 << 20
MOST_KEYS = 1000
_BITS = {"BOOLEAN": 1, "BIGINT": 2, "UBIGINT": 2, "DOUBLE": 2, "VARCHAR": 4, "ARRAY": 8, "OBJECT": 8}
_WORDS = {1: "booleans", 2: "numbers", 4: "texts", 8: "nested values"}
_NOT_FINITE = "'nan', 'inf', 'infinity', '-inf', '-infinity'"
_TRIED: dict[int, tuple[str, ...]] = {2: ("integer", "number"), 4: ("date", "timestamp", "zoned")}


def outline(connection: duckdb.DuckDBPyConnection, opened: Opened) -> Outline:
    """The columns and rows; `detail` has the columns of numbers that are read as they are written, and their keys.

    A column with several types, or with nested values, is `other`.
    """
    name = opened.source.name
    require_text(opened)
    lines = _lines(opened.descriptors[0], name, opened.source.limits.rows)
    keys = _first_keys(connection, opened)
    if len(keys) > MOST_KEYS:
        _refuse(f"{name} has {len(keys):,} keys per line; at most {MOST_KEYS:,} are allowed, more in Parquet or CSV")
    if int(connection.execute(f"SELECT count(*) FROM {_reader(opened)}").fetchall()[0][0]) != lines:
        _refuse(f"{name} has blank lines")
    _require_keys(connection, opened, keys)
    pointers = {f"c{index}": pointer(key) for index, key in enumerate(keys)}
    found = _bits(connection, opened, pointers)
    tried = {column: _TRIED.get(bits, ()) for column, bits in found.items()}
    named = dict(zip(pointers, keys, strict=True))
    numbers = [column for column, bits in found.items() if bits == _BITS["DOUBLE"]]
    exactly = _written_numbers(connection, opened, {column: named[column] for column in numbers}, named)
    kinds = types(connection, values(opened, pointers, exactly), list(pointers), tried)
    _require_finite(connection, opened, named, [column for column in numbers if kinds[column].kind == "text"])
    stored = [_stored(column, bits, kinds[column]) for column, bits in found.items()]
    return Outline(dict(zip(keys, stored, strict=True)), lines, exactly)


def _written_numbers(
    connection: duckdb.DuckDBPyConnection, opened: Opened, numbers: Mapping[str, str], keys: Mapping[str, str]
) -> dict[str, str]:
    """The columns of numbers that are read as they are written, with their keys: all or none."""
    reader = _reader(opened)
    if not numbers or not loses_digits(connection, reader, {key: pointer(key) for key in keys.values()}):
        return {}
    require_written(connection, reader, opened.source.name, {key: pointer(key) for key in numbers.values()})
    return dict(numbers)


def pointer(key: str) -> str:
    """A key as a JSON pointer (RFC 6901)."""
    return "/" + key.replace("~", "~0").replace("/", "~1")


def values(opened: Opened, pointers: Mapping[str, str], exactly: Mapping[str, str]) -> str:
    """A relation of values as text, with one column for each pointer; `exactly` as in an outline."""
    listed = [
        f"{written_number(exactly[column]) if column in exactly else f'v[{index}]'} AS {column}"
        for index, column in enumerate(pointers, 1)
    ]
    found = f"SELECT json, json_extract_string(json, {_list(pointers.values())}) AS v FROM {_reader(opened)}"
    return f"(SELECT {', '.join(listed) or '1 AS nothing'} FROM ({found}))"


def _stored(column: str, bits: int, found: TextType) -> Stored:
    words = [word for bit, word in _WORDS.items() if bits & bit]
    if len(words) > 1:
        return Stored(column, f"a mix of {' and '.join(words)}", "other")
    if bits == _BITS["OBJECT"]:
        return Stored(column, "an array or object", "other")
    return Stored(column, "BOOLEAN", "boolean") if bits == _BITS["BOOLEAN"] else found.stored(column)


def _lines(descriptor: int, name: str, most: int) -> int:
    """The number of lines, with or without an end of the last one; raises DataError for one that is too long."""
    offset = lines = open_line = 0
    last = b""
    while chunk := os.pread(descriptor, CHUNK, offset):
        first, *others = map(len, chunk.split(b"\n"))
        if max(open_line + first, *others, 0) > LONGEST_LINE:
            _refuse(f"{name} has a line of more than {LONGEST_LINE:,} bytes")
        open_line = others[-1] if others else open_line + first
        offset += len(chunk)
        lines += chunk.count(10)
        last = chunk[-1:]
        if lines > most:
            raise DataError(f"{name} has more than {most:,} rows.", hint=MORE_ROWS)
    if not last:
        _refuse(f"{name} is empty; expected one object per line")
    return lines + (last != b"\n")


def _first_keys(connection: duckdb.DuckDBPyConnection, opened: Opened) -> list[str]:
    found = connection.execute(
        f"SELECT json_type(json), json_keys(json) FROM (SELECT json FROM {_reader(opened)} LIMIT 1)"
    ).fetchall()
    kind, keys = found[0] if found else ("", [])
    if kind != "OBJECT" or not keys:
        _refuse(f"{opened.source.name}, line 1, is not a JSON object with a key")
    require_distinct(keys, f"{opened.source.name}, line 1,")
    return list(keys)


def _require_keys(connection: duckdb.DuckDBPyConnection, opened: Opened, keys: Sequence[str]) -> None:
    """Raises DataError if a line is not an object, repeats a key, or has a key that the first line lacks."""
    known = f"CAST([{', '.join(map(literal, keys))}] AS VARCHAR[])"
    read = f"SELECT json, json_type(json) AS kind, json_keys(json) AS keys FROM {_reader(opened)}"
    fewer = f"len(list_distinct(keys)) = len(keys) AND list_has_all({known}, keys)"
    fine = f"kind = 'OBJECT' AND (keys = {known} OR ({fewer}))"
    if not connection.execute(f"SELECT count(*) FROM ({read}) WHERE ({fine}) IS NOT TRUE").fetchall()[0][0]:
        return
    numbered = f"SELECT row_number() OVER () AS line, * FROM ({read})"
    wrong = f"SELECT line, kind, keys FROM ({numbered}) WHERE ({fine}) IS NOT TRUE ORDER BY line LIMIT 1"
    line, kind, found = connection.execute(wrong).fetchall()[0]
    where = f"{opened.source.name}, line {line},"
    if kind != "OBJECT":
        _refuse(f"{where} is not a JSON object")
    require_distinct(found, where)
    _refuse(f"{where} has a key `{next(key for key in found if key not in set(keys))}` that line 1 lacks")


def _bits(connection: duckdb.DuckDBPyConnection, opened: Opened, pointers: Mapping[str, str]) -> dict[str, int]:
    """The JSON types in each column, as a sum of bits."""
    cases = " ".join(f"WHEN '{kind}' THEN {bit}" for kind, bit in _BITS.items())
    listed = f"json_type(json, {_list(pointers.values())})"
    long = f"SELECT unnest({listed}) AS t, unnest(range({len(pointers)})) AS k FROM {_reader(opened)}"
    query = f"SELECT bit_or(CASE t {cases} ELSE 0 END) FROM ({long}) GROUP BY k ORDER BY k"
    return dict(zip(pointers, (int(row[0]) for row in connection.execute(query).fetchall()), strict=True))


def _require_finite(
    connection: duckdb.DuckDBPyConnection, opened: Opened, keys: Mapping[str, str], columns: Sequence[str]
) -> None:
    """Raises DataError for a number that JSON does not have, such as NaN."""
    for column in columns:
        value = f"json_extract_string(json, {_list([pointer(keys[column])])})[1]"
        lines = f"SELECT row_number() OVER () AS line, {value} AS v FROM {_reader(opened)}"
        wrong = f"SELECT line, v FROM ({lines}) WHERE lower(v) IN ({_NOT_FINITE}) ORDER BY line LIMIT 1"
        for line, value in connection.execute(wrong).fetchall():
            raise DataError(
                f"{opened.source.name}, line {line}, has {value} as `{keys[column]}`, which is not JSON.",
                hint="Write null for a missing number; JSON has no other, and no infinite ones.",
            )


def _list(texts: Iterable[str]) -> str:
    return f"[{', '.join(map(literal, texts))}]"


def _reader(opened: Opened) -> str:
    return (
        f"read_json_objects({literal(opened.paths()[0])}, format = 'newline_delimited', compression = 'uncompressed',"
        f" maximum_object_size = {LONGEST_LINE})"
    )


def _refuse(sentence: str) -> NoReturn:
    raise DataError(f"{sentence}.", hint=HINT)
