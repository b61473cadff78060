"""Whole columns and types of one data file, for predict and plan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy.typing as npt

from assay.errors import DataError
from assay.tables.columns import fetch
from assay.tables.connection import connect, database_errors
from assay.tables.scanning import Scanner
from assay.tables.source import Source, open_source
from assay.tables.typed import Typed, as_text, nearest, stored

_WIDE = ("HUGEINT", "UHUGEINT", "UBIGINT", "DECIMAL")


def schema(source: Source) -> dict[str, str]:
    """The columns of a file and their types, as `questions.Schema` names them; raises DataError."""
    with _scanner(source) as scanner:
        return {name: column.kind for name, column in scanner.columns().items()}


def read(source: Source, columns: Sequence[str] | None = None) -> dict[str, npt.NDArray[Any]]:
    """Columns in the order of the file, all of them if None; raises DataError.

    Integers without missing values are int64 (float64 if the file's type is wider), other numbers float64 (missing:
    NaN), booleans without missing values bool, all other columns object (missing: None); times are ISO 8601 text.
    """
    with _scanner(source) as scanner:
        names = list(scanner.columns()) if columns is None else list(columns)
        _known(scanner, names)
        scan = scanner.scan(names)
        wanted: dict[str, Typed] = {}
        for name in names:
            column = scan.columns[name]
            typed = stored(f"d.{column.identifier}", column.kind)
            wide = column.kind == "integer" and column.sql_type.startswith(_WIDE)
            wanted[name] = Typed(typed.sql, "number") if wide else typed
        with database_errors(f"{source.name} could not be read"):
            return fetch(scanner.connection, source.name, f"{scan.relation} AS d", wanted, narrow=True)


def read_ids(source: Source, id: str | None) -> npt.NDArray[Any]:  # noqa: A002  (the manifest's own word)
    """The ids as text (object array), as predictions must name them, or row numbers from 0 without an id column.

    Raises DataError if an id is missing.
    """
    with _scanner(source) as scanner:
        _known(scanner, [] if id is None else [id])
        scan = scanner.scan([] if id is None else [id])
        key = Typed("CAST(d.rowid AS VARCHAR)", "text")
        if id is not None:
            column = scan.columns[id]
            key = Typed(as_text(stored(f"d.{column.identifier}", column.kind)), "text")
        with database_errors(f"{source.name} could not be read"):
            ids = fetch(scanner.connection, source.name, f"{scan.relation} AS d", {"id": key}, narrow=False)["id"]
    missing = sum(key is None for key in ids.tolist())
    if missing:
        raise DataError(f"{missing} of {len(ids)} rows of {source.name} have no id in `{id}`.")
    return ids


def _known(scanner: Scanner, names: Sequence[str]) -> None:
    columns = scanner.columns()
    for name in names:
        if name not in columns:
            near = nearest(name, columns)
            hint = f" Did you mean `{near}`?" if near else ""
            raise DataError(f"{scanner.source.name} has no column `{name}`.{hint}")
        if columns[name].kind == "other":
            sql_type = columns[name].sql_type
            raise DataError(f"{scanner.source.name}: column `{name}` is {sql_type}, which is not supported.")


@contextmanager
def _scanner(source: Source) -> Iterator[Scanner]:
    opened = open_source(source)
    connection = connect(opened.paths(), size=opened.bytes)
    try:
        scanner = Scanner(connection, opened, "t")
        try:
            yield scanner
        finally:
            scanner.confirm()
    finally:
        connection.close()
        opened.close()
