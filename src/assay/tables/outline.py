"""The outline of a data file: what it announces before its values are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from assay.errors import DataError

MORE_ROWS = "To read it anyway, raise `data.limits` in the manifest."

DENSER = "To read it anyway, raise `data.limits.rows_per_megabyte` in the manifest."


@dataclass(frozen=True)
class Stored:
    """A column of a file: its name and type in the database, and its type in questions."""

    identifier: str
    sql_type: str
    kind: str


@dataclass(frozen=True)
class Outline:
    """The columns and rows of a data set; `detail` belongs to the format."""

    columns: dict[str, Stored]
    rows: int
    detail: Any = None


def require_distinct(names: Sequence[str], name: str) -> None:
    """Raises DataError for a column name that occurs twice."""
    seen = set[str]()
    for each in names:
        if each in seen:
            raise DataError(f"{name} names the column `{each}` twice.")
        seen.add(each)
