"""Data formats: each reads one kind of data file."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from assay.registry import Registry

if TYPE_CHECKING:
    import duckdb

    from assay.tables.outline import Outline, Stored
    from assay.tables.source import Opened


class DataFormat(Protocol):
    """A data format: its file names, its outline of columns and rows, and its query for columns."""

    SUFFIXES: tuple[str, ...]
    """The endings of its files, such as `.csv`."""

    TITLE: str
    """The format's name in sentences."""

    STREAMED: bool
    """Whether each question reads the file again; else it is read into memory once."""

    FOLDERS: bool
    """Whether a folder of files is one data set."""

    PACKS: bool
    """Whether a file may be gzipped."""

    DECLARED: Mapping[str, str]
    """What a data set may declare of how its file is written, by the fields of `Dialect`, and what holds otherwise."""

    @abstractmethod
    def outline(self, connection: duckdb.DuckDBPyConnection, opened: Opened) -> Outline:
        """The columns and rows; raises DataError for a malformed file."""
        ...

    @abstractmethod
    def select(
        self, connection: duckdb.DuckDBPyConnection, opened: Opened, outline: Outline, wanted: Sequence[Stored]
    ) -> str:
        """A query for some columns by their identifiers, with `rowid` if STREAMED; may register objects it needs."""
        ...

    def verify(
        self,
        connection: duckdb.DuckDBPyConnection,  # noqa: ARG002  (most formats say nothing of their values)
        opened: Opened,  # noqa: ARG002
        outline: Outline,  # noqa: ARG002
        names: Sequence[str],  # noqa: ARG002
    ) -> None:
        """Raises DataError unless the values of some columns are what the file says of them."""
        return


DATA_FORMATS = Registry("assay.tables.formats", DataFormat)  # type: ignore[type-abstract]  # read, not made
