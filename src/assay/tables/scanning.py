"""Scans of data sets: a relation in the database for each, and its digest confirmed after reading."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from assay.errors import DataError
from assay.tables.addressing import BASE, KEY, ROW, SCORE
from assay.tables.connection import database_errors, identifier
from assay.tables.formats import DATA_FORMATS
from assay.tables.outline import DENSER, MORE_ROWS, Outline, Stored
from assay.tables.source import Opened

if TYPE_CHECKING:
    import duckdb

CELL, WIDE = 8, 10
SMALL, FEWEST = 1 << 23, 2048
"""The most cells that are read into memory at once, and the fewest rows that a column counts as."""
RESERVED = (SCORE, BASE, ROW, KEY)


@dataclass(frozen=True)
class Scan:
    """A relation of the database, all columns of the data set, the columns it has, and the rows.

    `rowid` is the row's number, whether the relation is a table in memory or a view that reads the files again.
    `select` gives the query of a view that has only some columns, because each column of a view costs time.
    """

    relation: str
    columns: Mapping[str, Stored]
    held: frozenset[str]
    rows: int
    select: Callable[[Collection[str]], str] | None = None

    def narrowed(self, names: Collection[str]) -> str:
        """A relation with at least some of the columns."""
        return self.relation if self.select is None else f"({self.select(names)})"


class Scanner:
    """Reads one source repeatedly; a format that is not streamed stays in memory until more columns are needed."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, opened: Opened, relation: str, *, predictions: bool = False
    ) -> None:
        self.connection = connection
        self.opened = opened
        self.source = opened.source
        self.relation = relation
        self.predictions = predictions
        self._format = DATA_FORMATS.load(self.source.format)
        self._outline: Outline | None = None
        self._held: frozenset[str] | None = None
        self._verified: frozenset[str] = frozenset()
        self._unconfirmed = False
        self._kind = "TABLE"

    def columns(self) -> Mapping[str, Stored]:
        """All columns of the data set; raises DataError if a file is malformed or changed."""
        return self._outlined().columns

    def scan(self, wanted: Iterable[str]) -> Scan:
        """A relation with at least the wanted columns; unknown names are ignored.

        A query of the relation reads a streamed file, so call `confirm` after all queries.
        """
        outline = self._outlined()
        needed = frozenset(name for name in wanted if name in outline.columns)
        if unverified := needed - self._verified:
            self._confirming(lambda: self._format.verify(self.connection, self.opened, outline, sorted(unverified)))
            self._verified |= unverified
        if self._held is None or not needed <= self._held:
            self._confirming(lambda: self._relate(outline, needed | (self._held or frozenset())))
        self._unconfirmed = self._unconfirmed or self._format.STREAMED
        select = partial(self._select, outline) if self._kind == "VIEW" else None
        return Scan(self.relation, outline.columns, self._held or frozenset(), outline.rows, select)

    def _select(self, outline: Outline, names: Collection[str]) -> str:
        wanted = [outline.columns[name] for name in names if name in outline.columns]
        return self._format.select(self.connection, self.opened, outline, wanted)

    def confirm(self) -> None:
        """Raises DataError unless the bytes read since the last call are the planned ones."""
        if self._unconfirmed:
            self.opened.confirm()
            self._unconfirmed = False

    def release(self) -> None:
        """Frees the memory of the relation."""
        self.connection.execute(f"DROP {self._kind} IF EXISTS {identifier(self.relation)}")
        self._held = None

    def _outlined(self) -> Outline:
        if self._outline is None:
            self._confirming(self._open)
        if self._outline is None:
            raise DataError(f"{self.source.name} could not be read.")
        return self._outline

    def _confirming(self, read: Callable[[], None]) -> None:
        """Runs a reading step and confirms the digest even if it fails, because a changed file explains any error."""
        trouble: DataError | None = None
        try:
            title = self._format.TITLE
            with database_errors(f"{self.source.name} is not a readable {title} file; it may be truncated or corrupt"):
                read()
        except DataError as error:
            trouble = error
        self.opened.confirm()
        if trouble is not None:
            self._outline = self._held = None
            raise trouble

    def _open(self) -> None:
        outline = self._format.outline(self.connection, self.opened)
        self._refuse_reserved(outline.columns)
        self._budget(outline.rows, 1)
        self._outline = outline

    def _refuse_reserved(self, columns: Iterable[str]) -> None:
        """Refuses a data file with columns that are reserved for the model's scores."""
        for column in columns:
            if not self.predictions and column.split(":")[0] in RESERVED:
                raise DataError(
                    f"{self.source.name} has a column `{column}`; that name is reserved for predictions, so rename it."
                )

    def _relate(self, outline: Outline, needed: frozenset[str]) -> None:
        """Makes the relation: a view of all columns if the format is streamed, or a table of the needed ones.

        Small data are read into memory in any format, because each column of a view costs time.
        """
        self._budget(outline.rows, len(needed))
        streamed = self._format.STREAMED and max(outline.rows, FEWEST) * len(needed) > SMALL
        if streamed:
            needed = frozenset(outline.columns)
        wanted = [column for name, column in outline.columns.items() if name in needed]
        kind = "VIEW" if streamed else "TABLE"
        query = self._format.select(self.connection, self.opened, outline, wanted)
        self.connection.execute(f"DROP {self._kind} IF EXISTS {identifier(self.relation)}")
        self.connection.execute(f"CREATE {kind} {identifier(self.relation)} AS {query}")
        self._kind = kind
        if not streamed:
            found = self.connection.execute(f"SELECT count(*) FROM {identifier(self.relation)}").fetchall()[0][0]
            if found != outline.rows:
                raise DataError(f"{self.source.name} announces {outline.rows} rows, but {found} could be read.")
        self._held = needed

    def _budget(self, rows: int, columns: int) -> None:
        """Refuses small files that unpack to too much, before they are unpacked."""
        limits = self.source.limits
        if rows > limits.rows:
            raise DataError(
                f"{self.source.name} has {rows:,} rows; at most {limits.rows:,} are allowed.", hint=MORE_ROWS
            )
        most = limits.rows_in(self.source.bytes)
        if rows > most or rows * columns > most * WIDE:
            wide = f" of {columns} needed columns" if columns > 1 else ""
            raise DataError(
                f"{self.source.name} has {rows:,} rows{wide} in {self.source.bytes:,} bytes, too much for a file"
                " of its size.",
                hint=DENSER,
            )
        if rows * columns * CELL > limits.decompressed:
            raise DataError(
                f"{self.source.name} has {rows:,} rows of {columns} needed columns; they unpack to more than "
                f"{limits.decompressed:,} bytes.",
                hint=MORE_ROWS,
            )
