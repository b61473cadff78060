"""The first line of a CSV file: the names of its columns."""

from __future__ import annotations

import csv
from collections.abc import Sequence

ROW_NAMES = "row_names"
"""The name lent to a first column without one, in which R and pandas write the names of rows."""


def read_header(line: str, delimiter: str) -> tuple[str, ...]:
    """The names in a header; raises ValueError, with what is wrong, if a column has none."""
    # A name may contain a line end, which a reader of single lines would take for the end.
    names = next(csv.reader(line.splitlines(keepends=True), delimiter=delimiter, strict=True), [])
    if len(names) > 1 and not names[0].strip() and all(name.strip() for name in names[1:]):
        if ROW_NAMES in names:
            raise ValueError(f"has a first column without a name beside a column `{ROW_NAMES}`; name the first column")
        return (ROW_NAMES, *names[1:])
    if not names or not all(name.strip() for name in names):
        raise ValueError(f"is not a header: {_nameless(names)}")
    return tuple(names)


def _nameless(names: Sequence[str]) -> str:
    if not any(name.strip() for name in names):
        return "it is empty"
    missing = [number for number, name in enumerate(names, 1) if not name.strip()]
    if missing == [len(names)]:
        return f"its last column, {len(names)}, has no name; the line may end with one delimiter too many"
    return f"column {missing[0]} of {len(names)} has no name"
