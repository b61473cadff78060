"""Whole columns and types of one data file, for predict and plan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy.typing as npt

from assay.errors import DataError
from assay.tables.columns import fetch
from assay.tables.connection import connect, database_errors
from assay.tables.dialect_proposals import propose_dialect
from assay.tables.dialects import PLAIN, Dialect
from assay.tables.formats import DATA_FORMATS
from assay.tables.scanning import Scanner
from assay.tables.source import Source, open_source
from assay.tables.typed import Typed, as_text, nearest, stored

_WIDE = ("HUGEINT", "UHUGEINT", "UBIGINT", "DECIMAL")


class OpenFile:
    """One data file while it is open; several looks at it cost one opening."""

    def __init__(self, scanner: Scanner) -> None:
        self._scanner = scanner

    def schema(self) -> dict[str, str]:
        """The columns and their types, as `questions.Schema` names them; raises DataError."""
        return {name: column.kind for name, column in self._scanner.columns().items()}

    def read(self, columns: Sequence[str] | None = None) -> dict[str, npt.NDArray[Any]]:
        """Columns in the order of the file, all of them if None; raises DataError.

        Integers without missing values are int64 (float64 if the file's type is wider), other numbers float64 (missing:
        NaN), booleans without missing values bool, all other columns object (missing: None); times are ISO 8601 text.
        """
        names = list(self._scanner.columns()) if columns is None else list(columns)
        self._refuse_unknown(names)
        scan = self._scanner.scan(names)
        wanted: dict[str, Typed] = {}
        for name in names:
            column = scan.columns[name]
            typed = stored(f"d.{column.identifier}", column.kind, column.sql_type)
            wide = column.kind == "integer" and column.sql_type.startswith(_WIDE)
            wanted[name] = Typed(typed.sql, "number") if wide else typed
        return self._fetch(scan.relation, wanted, narrow=True)

    def distinct(self, column: str, most: int) -> list[Any]:
        """The different values of a column as `questions.Values` gives them, without missing ones; at most `most`."""
        self._refuse_unknown([column])
        scan = self._scanner.scan([column])
        found = scan.columns[column]
        typed = stored(f"d.{found.identifier}", found.kind, found.sql_type)
        source = self._scanner.source.name
        relation = f"(SELECT DISTINCT {found.identifier} FROM {scan.relation} LIMIT {most + 1}) AS d"
        with database_errors(f"{source} could not be read"):
            values = fetch(self._scanner.connection, source, relation, {column: typed}, narrow=False)[column]
        return [each for each in values.tolist() if each is not None and each == each][:most]  # noqa: PLR0124 - NaN

    def read_ids(self, id: str | None) -> npt.NDArray[Any]:  # noqa: A002  (the manifest's own word)
        """The ids as text (object array), as predictions must name them, or row numbers from 0 without an id column.

        Raises DataError if an id is missing.
        """
        self._refuse_unknown([] if id is None else [id])
        scan = self._scanner.scan([] if id is None else [id])
        key = Typed("CAST(d.rowid AS VARCHAR)", "text")
        if id is not None:
            column = scan.columns[id]
            key = Typed(as_text(stored(f"d.{column.identifier}", column.kind, column.sql_type)), "text")
        ids = self._fetch(scan.relation, {"id": key}, narrow=False)["id"]
        missing = ids.tolist().count(None)
        if missing:
            raise DataError(f"{missing} of {len(ids)} rows of {self._scanner.source.name} have no id in `{id}`.")
        return ids

    def _fetch(self, relation: str, wanted: dict[str, Typed], *, narrow: bool) -> dict[str, npt.NDArray[Any]]:
        name = self._scanner.source.name
        with database_errors(f"{name} could not be read"):
            return fetch(self._scanner.connection, name, f"{relation} AS d", wanted, narrow=narrow)

    def _refuse_unknown(self, names: Sequence[str]) -> None:
        columns, file = self._scanner.columns(), self._scanner.source.name
        for name in names:
            if name not in columns:
                near = nearest(name, columns)
                hint = f" Did you mean `{near}`?" if near else ""
                raise DataError(f"{file} has no column `{name}`.{hint}")
            if columns[name].kind == "other":
                raise DataError(f"{file}: column `{name}` is {columns[name].sql_type}, which is not supported.")


def schema(source: Source) -> dict[str, str]:
    """The columns of a file and their types, as `OpenFile.schema`."""
    with open_file(source) as opened:
        return opened.schema()


def read(source: Source, columns: Sequence[str] | None = None) -> dict[str, npt.NDArray[Any]]:
    """Columns of a file, as `OpenFile.read`."""
    with open_file(source) as opened:
        return opened.read(columns)


def read_ids(source: Source, id: str | None) -> npt.NDArray[Any]:  # noqa: A002  (the manifest's own word)
    """The ids of a file's rows, as `OpenFile.read_ids`."""
    with open_file(source) as opened:
        return opened.read_ids(id)


def propose(source: Source) -> Dialect:
    """How a text file seems to be written, beyond what needs no declaration; a proposal for people to confirm."""
    known = DATA_FORMATS.load(source.format).DECLARED
    if not known:
        return PLAIN
    opened = open_source(source)
    try:
        found = propose_dialect(opened.descriptors[0], known.get("delimiter", ""))
    finally:
        opened.close()
    return Dialect(**{name: value for name, value in found.declared().items() if name in known})


@contextmanager
def open_file(source: Source) -> Iterator[OpenFile]:
    """A data file; raises DataError at the end too, if the bytes that were read are not the planned ones."""
    opened = open_source(source)
    connection = connect(opened.paths(), size=opened.bytes)
    try:
        scanner = Scanner(connection, opened, "t")
        try:
            yield OpenFile(scanner)
        finally:
            scanner.confirm()
    finally:
        connection.close()
        opened.close()
