"""CSV as in RFC 4180: one header line, UTF-8 and commas unless the data set declares others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

    from assay.tables.outline import Outline, Stored
    from assay.tables.source import Opened

SUFFIXES = (".csv",)
TITLE = "CSV"
STREAMED = False
FOLDERS = False
PACKS = True
DECLARED: Mapping[str, str] = {"delimiter": ",", "encoding": "utf-8", "decimal": "."}


def outline(connection: duckdb.DuckDBPyConnection, opened: Opened) -> Outline:
    """The columns, with types from every value, and the rows."""
    from assay.tables import delimited

    return delimited.outline(connection, opened, DECLARED["delimiter"])


def select(
    connection: duckdb.DuckDBPyConnection,  # noqa: ARG001  (every format has it)
    opened: Opened,
    outline: Outline,
    wanted: Sequence[Stored],
) -> str:
    """The wanted columns, each with its type."""
    from assay.tables import delimited

    return delimited.select(opened, outline, wanted)
