"""Data formats: each knows one kind of data file."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from assay.registry import Registry

if TYPE_CHECKING:
    import duckdb

    from assay.tables.outline import Outline, Stored
    from assay.tables.source import Opened


class DataFormat(Protocol):
    """A data format: how its files are named, what they announce, and how their columns are selected."""

    SUFFIXES: tuple[str, ...]
    """The endings of its files, such as `.csv`."""

    TITLE: str
    """The format's name in sentences."""

    STREAMED: bool
    """Whether the file is read anew for each question; else it is read into memory once."""

    FOLDERS: bool
    """Whether a folder of files is one data set."""

    PACKS: bool
    """Whether the file may be gzipped."""

    @abstractmethod
    def outline(self, connection: duckdb.DuckDBPyConnection, opened: Opened) -> Outline:
        """The columns and rows; raises DataError for what is malformed."""
        ...

    @abstractmethod
    def select(
        self, connection: duckdb.DuckDBPyConnection, opened: Opened, outline: Outline, wanted: Sequence[Stored]
    ) -> str:
        """A query for some columns by their identifiers, and `rowid` if STREAMED; it may register what it needs."""
        ...


DATA_FORMATS = Registry("assay.tables.formats", DataFormat)  # type: ignore[type-abstract]  # read, not made
