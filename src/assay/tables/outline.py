"""What a data file announces before its values are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from assay.errors import DataError

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


def once_each(names: Sequence[str], name: str) -> None:
    """Raises DataError for a column name that occurs twice."""
    seen = set[str]()
    for each in names:
        if each in seen:
            raise DataError(f"{name} names the column `{each}` twice.")
        seen.add(each)
