"""The shape of a file of JSON lines and the types of its keys, checked before anything else is read."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NoReturn

from assay.errors import DataError
from assay.tables.connection import literal
from assay.tables.csv_types import CASTS, types
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
_TRIED: dict[int, tuple[str, ...]] = {2: ("integer", "number"), 4: ("date", "timestamp")}


def outline(connection: duckdb.DuckDBPyConnection, opened: Opened) -> Outline:
    """The columns and rows; `detail` is the database type of each column.

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
    kinds = types(connection, values(opened, pointers), list(pointers), tried)
    stored = [_stored(column, bits, kinds[column]) for column, bits in found.items()]
    casts = {each.identifier: CASTS.get(each.kind, "VARCHAR") for each in stored}
    return Outline(dict(zip(keys, stored, strict=True)), lines, casts)


def pointer(key: str) -> str:
    """A key as a JSON pointer (RFC 6901)."""
    return "/" + key.replace("~", "~0").replace("/", "~1")


def values(opened: Opened, pointers: Mapping[str, str]) -> str:
    """A relation of values as text, with one column for each pointer."""
    columns = ", ".join(f"v[{index}] AS {column}" for index, column in enumerate(pointers, 1)) or "1 AS nothing"
    found = f"SELECT json_extract_string(json, {_list(pointers.values())}) AS v FROM {_reader(opened)}"
    return f"(SELECT {columns} FROM ({found}))"


def _stored(column: str, bits: int, kind: str) -> Stored:
    words = [word for bit, word in _WORDS.items() if bits & bit]
    if len(words) > 1:
        return Stored(column, f"a mix of {' and '.join(words)}", "other")
    kind = {_BITS["OBJECT"]: "other", _BITS["BOOLEAN"]: "boolean"}.get(bits, kind)
    if kind == "other":
        return Stored(column, "an array or object", kind)
    return Stored(column, CASTS.get(kind, "VARCHAR"), kind)


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


def _list(texts: Iterable[str]) -> str:
    return f"[{', '.join(map(literal, texts))}]"


def _reader(opened: Opened) -> str:
    return (
        f"read_json_objects({literal(opened.paths()[0])}, format = 'newline_delimited', compression = 'uncompressed',"
        f" maximum_object_size = {LONGEST_LINE})"
    )


def _refuse(sentence: str) -> NoReturn:
    raise DataError(f"{sentence}.", hint=HINT)
