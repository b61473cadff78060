"""Scans of data files: the columns that are needed, read once into memory, and the digest confirmed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assay.errors import DataError
from assay.tables.addressing import BASE, KEY, ROW, SCORE
from assay.tables.connection import descriptor_path, identifier, literal, speaking
from assay.tables.csv_structure import shape
from assay.tables.csv_types import CASTS, types
from assay.tables.parquet_columns import Stored, normal, parquet_columns
from assay.tables.source import Source, confirm

if TYPE_CHECKING:
    import duckdb

_FORMATS = {"csv": "CSV", "parquet": "Parquet"}
MOST_CELLS = 1_000_000_000
RESERVED = (SCORE, BASE, ROW, KEY)


@dataclass(frozen=True)
class Scan:
    """What was read of a file: the relation that holds it, every column of the file, those held, and the rows."""

    relation: str
    columns: Mapping[str, Stored]
    held: frozenset[str]
    rows: int


class Scanner:
    """Reads one source again and again, each time in one scan; what was read stays until more is needed."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        source: Source,
        descriptor: int,
        relation: str,
        *,
        predictions: bool = False,
    ) -> None:
        self.connection = connection
        self.predictions = predictions
        self.source = source
        self.descriptor = descriptor
        self.relation = relation
        self._columns: Mapping[str, Stored] | None = None
        self._rows = 0
        self._held: frozenset[str] | None = None

    def columns(self) -> Mapping[str, Stored]:
        """Every column of the file; raises DataError where the file is malformed or changed."""
        if self._columns is None:
            self._confirming(self._open)
        return self._columns or {}

    def scan(self, wanted: Iterable[str]) -> Scan:
        """The wanted columns that the file has, in memory; names it does not have are left out."""
        columns = self.columns()
        needed = frozenset(name for name in wanted if name in columns)
        if self._held is None or not needed <= self._held:
            self._held = needed | (self._held or frozenset())
            self._confirming(self._load_parquet)
        return Scan(relation=self.relation, columns=columns, held=self._held, rows=self._rows)

    def _confirming(self, read: Callable[[], None]) -> None:
        """Runs a reading step, and confirms the digest whatever came of it: a changed file explains any trouble."""
        os.lseek(self.descriptor, 0, os.SEEK_SET)
        trouble: DataError | None = None
        try:
            form = _FORMATS[self.source.format]
            with speaking(f"{self.source.name} is not a readable {form} file; it may be cut or corrupt"):
                read()
        except DataError as error:
            trouble = error
        confirm(self.source, self.descriptor)
        if trouble is not None:
            self._columns = self._held = None
            raise trouble

    def _open(self) -> None:
        if self.source.format == "csv":
            self._load_csv()
        else:
            columns, rows = parquet_columns(self.connection, self.source, self.descriptor)
            self._refuse_reserved(columns)
            _budget(self.source.name, rows, 1)
            self._columns, self._rows = columns, rows

    def _refuse_reserved(self, columns: Iterable[str]) -> None:
        """Keeps a data file from passing its own columns off as the model's answers."""
        for column in columns:
            if not self.predictions and column.split(":")[0] in RESERVED:
                raise DataError(
                    f"{self.source.name} has a column `{column}`; that name is kept for predictions, so rename it."
                )

    def _load_csv(self) -> None:
        outline = shape(self.descriptor, self.source.name)
        _budget(self.source.name, outline.rows, len(outline.names))
        self._refuse_reserved(outline.names)
        raw, columns = f"{self.relation}_raw", [f"c{index}" for index in range(len(outline.names))]
        self.connection.execute(f"CREATE TEMP TABLE {raw} AS SELECT * FROM {_read_csv(self.descriptor, columns)}")
        self._rows = _count(self.connection, raw)
        if self._rows != outline.rows:
            raise DataError(f"{self.source.name} has {outline.rows} rows, but {self._rows} could be read.")
        found = types(self.connection, raw, columns)
        casts = ", ".join(_cast(column, kind) for column, kind in found.items())
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE {self.relation} AS SELECT {casts} FROM {raw}")
        self.connection.execute(f"DROP TABLE {raw}")
        stored = (Stored(column, CASTS.get(kind, "VARCHAR"), kind) for column, kind in found.items())
        self._columns = dict(zip(outline.names, stored, strict=True))
        self._held = frozenset(self._columns)

    def _load_parquet(self) -> None:
        held = [(name, column) for name, column in self.columns().items() if name in (self._held or ())]
        _budget(self.source.name, self._rows, len(held))
        selected = ", ".join(f"{normal(column)} AS {column.identifier}" for _, column in held) or "1 AS nothing"
        names = ", ".join(column.identifier for column in self.columns().values())
        reader = f"read_parquet({literal(descriptor_path(self.descriptor))}, hive_partitioning = false)"
        self.connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {self.relation} AS SELECT {selected} FROM {reader} AS file({names})"
        )
        if _count(self.connection, self.relation) != self._rows:
            raise DataError(f"{self.source.name} is corrupt: it does not hold the {self._rows} rows it announces.")


def _read_csv(descriptor: int, columns: list[str]) -> str:
    types_of = ", ".join(f"'{column}': 'VARCHAR'" for column in columns)
    return (
        f"read_csv({literal(descriptor_path(descriptor))}, auto_detect = false, columns = {{{types_of}}},"
        " header = true, delim = ',', quote = '\"', escape = '\"', comment = '', nullstr = '',"
        " allow_quoted_nulls = false, strict_mode = true, null_padding = false, ignore_errors = false,"
        " compression = 'none', hive_partitioning = false)"
    )


def _cast(column: str, kind: str) -> str:
    return f"CAST({column} AS {CASTS[kind]}) AS {column}" if kind in CASTS else column


def _count(connection: duckdb.DuckDBPyConnection, relation: str) -> int:
    return int(connection.execute(f"SELECT count(*) FROM {identifier(relation)}").fetchall()[0][0])


def _budget(name: str, rows: int, columns: int) -> None:
    if rows * max(columns, 1) > MOST_CELLS:
        raise DataError(f"{name} has {rows} rows of {columns} needed columns; at most {MOST_CELLS} values are read.")
