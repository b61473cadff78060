"""What a data file announces before its values are read, and what a format of files offers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Protocol, cast

from assay import registry
from assay.errors import DataError
from assay.tables.source import PACKED, Opened

if TYPE_CHECKING:
    import duckdb

FORMATS = "assay.tables.formats"
MORE_ROWS = "Raise `data.limits` in the manifest if that is what you want."


@dataclass(frozen=True)
class Stored:
    """A column of a file: its name in the database, its type there, and its type as questions call it."""

    identifier: str
    sql_type: str
    kind: str


@dataclass(frozen=True)
class Outline:
    """The columns of a data set and its rows; `detail` is the format's own."""

    columns: dict[str, Stored]
    rows: int
    detail: Any = None


class Format(Protocol):
    """A module of `tables/formats/`.

    `STREAMED` says that the file is read anew for each question, else it is read into memory once; `FOLDERS` that a
    folder of files is one data set; `PACKS` that the file may be gzipped.
    """

    SUFFIXES: tuple[str, ...]
    TITLE: str
    STREAMED: bool
    FOLDERS: bool
    PACKS: bool

    def outline(self, connection: duckdb.DuckDBPyConnection, opened: Opened) -> Outline:
        """The columns and rows; raises DataError for what is malformed."""
        ...

    def select(
        self, connection: duckdb.DuckDBPyConnection, opened: Opened, outline: Outline, wanted: Sequence[Stored]
    ) -> str:
        """A query for some columns by their identifiers, and `rowid` if STREAMED; it may register what it needs."""
        ...


def load_format(name: str) -> Format:
    """A format by name."""
    return cast("Format", registry.module(FORMATS, name))


def format_of(path: str) -> str | None:
    """The name of the format that a file's name ends in; None where there is none."""
    name = PurePosixPath(path).name.lower()
    packed = name.endswith(PACKED)
    for each in registry.names(FORMATS):
        found = load_format(each)
        if name.removesuffix(PACKED).endswith(found.SUFFIXES) and (found.PACKS or not packed):
            return each
    return None


def endings() -> str:
    """The ends of names that can be read, for a sentence."""
    found = [suffix for each in registry.names(FORMATS) for suffix in load_format(each).SUFFIXES]
    return f"{', '.join(found[:-1])} or {found[-1]}"


def once_each(names: Sequence[str], name: str) -> None:
    """Raises DataError for a column name that occurs twice."""
    seen = set[str]()
    for each in names:
        if each in seen:
            raise DataError(f"{name} names the column `{each}` twice.")
        seen.add(each)
