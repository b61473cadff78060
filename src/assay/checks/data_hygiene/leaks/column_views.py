"""What can be seen of a column: its values, whether it is missing, its last digit, its first letter and the like."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay.stats.grouping import are_numbers, missing

Codes = NDArray[np.int64]
Numbers = NDArray[np.float64]
MOST_BINS = 32
MOST_DECIMALS, MOST_TEXTS = 6, 100
DAY, HOUR, WEEK = 86_400, 3_600, 7
EXACT = 2.0**53
TIMES = ("date", "timestamp")
_PLAIN_TIMES = re.compile(r"[0-9T:.-]*")
_FIRST, _LAST = -int(EXACT), 253_402_300_800 * 10**6
"""The microseconds from which on, and before which, a year has four digits and a float says them exactly."""
VALUES, MISSING, COMMONEST = "its values", "whether it is missing", "whether it has its commonest value"


@dataclass(frozen=True)
class ColumnView:
    """One way to look at a column: a whole number for each row, from 0 to below `count`; equal looks are equal."""

    name: str
    codes: Codes
    count: int


@dataclass(frozen=True)
class SeenColumn:
    """A column as rules see it: as numbers if it has an order (NaN is missing), and as numbered values (-1 is missing).

    Times are seconds since 1970, booleans 0 and 1. A text of two values is a number as well.
    """

    name: str
    kind: str
    values: NDArray[Any]
    numbers: Numbers | None
    codes: Codes
    distinct: int


def see(name: str, kind: str, values: NDArray[Any]) -> SeenColumn:
    """A sampled column of a type, seen."""
    absent = missing(values)
    numbers = None if kind == "text" else _seconds(values, absent) if kind in TIMES else None
    if numbers is None and kind != "text":
        numbers = _numbers(values, absent)
    if numbers is None:
        codes, distinct = _numbered([None if gone else str(each) for each, gone in zip(values, absent, strict=True)])
        numbers = np.where(absent, np.nan, codes.astype(np.float64)) if distinct == 2 else None  # noqa: PLR2004  # yes, no
    else:
        codes = np.full(len(values), -1, dtype=np.int64)
        # Whole numbers and decimals that floats would round are objects, which sort by value as well.
        found, places = np.unique((values if are_numbers(values) else numbers)[~absent], return_inverse=True)
        codes[~absent] = places
        distinct = len(found)
    return SeenColumn(name, kind, values, numbers, codes, distinct)


def few_valued(column: SeenColumn, most: int) -> ColumnView | None:
    """The column's values, if there are at most so many; a missing one is a value too."""
    if not 0 < column.distinct <= most:
        return None
    return ColumnView(VALUES, column.codes + 1, column.distinct + 1)


def binned(column: SeenColumn, bins: int = MOST_BINS) -> ColumnView | None:
    """A column with an order, in bins of about equal size; few values are a bin each."""
    if column.numbers is None or column.distinct < 1:
        return None
    if column.distinct <= bins:
        return few_valued(column, bins)
    there = column.codes >= 0
    edges = np.quantile(column.codes[there], np.linspace(0, 1, bins + 1)[1:-1])
    codes = np.where(there, np.searchsorted(edges, column.codes, side="right") + 1, 0)
    return ColumnView(VALUES, codes.astype(np.int64), bins + 1)


def cells_of(column: SeenColumn) -> Codes | None:
    """The cells in which a column's values are compared with each other; 0 is missing. None if there are too many."""
    view = binned(column) or few_valued(column, MOST_TEXTS)
    return None if view is None else view.codes


def asides(column: SeenColumn) -> Iterator[ColumnView]:
    """What can be seen besides the values themselves."""
    absent = column.codes < 0
    if absent.any() and not absent.all():
        yield ColumnView(MISSING, absent.astype(np.int64), 2)
    if column.distinct > 2:  # noqa: PLR2004  # of two values, each says what the other does
        times = np.bincount(column.codes[~absent], minlength=column.distinct)
        yield ColumnView(COMMONEST, (column.codes == int(times.argmax())).astype(np.int64), 2)
    if column.kind == "text":
        yield from _of_text(column)
    elif column.numbers is not None and column.kind in ("date", "timestamp"):
        yield from _of_times(column.numbers, absent)
    elif column.numbers is not None and column.kind != "boolean":
        yield from _of_numbers(column.numbers, absent)


def _of_text(column: SeenColumn) -> Iterator[ColumnView]:
    texts = [None if gone else str(each) for each, gone in zip(column.values, column.codes < 0, strict=True)]
    for name, look in (("its length", len), ("its first letter", lambda text: text[:1]), ("its last letter", _last)):
        codes, count = _numbered([None if each is None else look(each) for each in texts])
        yield ColumnView(name, codes + 1, count + 1)


def _last(text: str) -> str:
    return text[-1:]


def _of_numbers(numbers: Numbers, absent: NDArray[np.bool_]) -> Iterator[ColumnView]:
    there = ~absent & np.isfinite(numbers)
    size = np.where(there, np.abs(numbers), 0.5)
    whole = there & (size == np.floor(size)) & (size <= EXACT)
    if whole.any():
        units = np.where(whole, size, 0.0)
        yield ColumnView("whether it is even", np.where(whole, units % 2 + 1, 0).astype(np.int64), 3)
        yield ColumnView("its last digit", np.where(whole, units % 10 + 1, 0).astype(np.int64), 11)
    if not whole[there].all():
        yield ColumnView("whether it is whole", np.where(there, whole + 1, 0).astype(np.int64), 3)
        places = np.full(len(numbers), MOST_DECIMALS, dtype=np.int64)
        for digits in range(MOST_DECIMALS - 1, -1, -1):
            with np.errstate(over="ignore", invalid="ignore"):
                places[np.abs(np.round(size, digits) - size) <= 1e-12 * np.maximum(size, 1)] = digits
        yield ColumnView("its number of decimals", np.where(there, places + 1, 0), MOST_DECIMALS + 2)


def _of_times(seconds: Numbers, absent: NDArray[np.bool_]) -> Iterator[ColumnView]:
    there = ~absent & np.isfinite(seconds)
    known = np.where(there, seconds, 0.0)
    yield ColumnView("its weekday", np.where(there, np.floor(known / DAY) % WEEK + 1, 0).astype(np.int64), WEEK + 1)
    within = known % DAY
    if within[there].any():
        yield ColumnView("whether it is midnight", np.where(there, (within == 0) + 1, 0).astype(np.int64), 3)
        yield ColumnView("its hour", np.where(there, within // HOUR + 1, 0).astype(np.int64), 25)
        yield ColumnView("whether its second is even", np.where(there, known % 2 // 1 + 1, 0).astype(np.int64), 3)


def _seconds(values: NDArray[Any], absent: NDArray[np.bool_]) -> Numbers | None:
    """Times as the database writes nearly all of them, in seconds since 1970; None if one is written otherwise."""
    texts = values[~absent].tolist()
    if not all(isinstance(each, str) for each in texts):
        return None
    whole = "".join(texts)
    if not _PLAIN_TIMES.fullmatch(whole) or whole.count("-") != 2 * len(texts):
        return None
    try:
        moments = np.array(texts, "datetime64[us]").astype(np.int64)
    except ValueError:
        return None
    if len(moments) and not (moments.min() >= _FIRST and moments.max() < min(_LAST, int(EXACT))):
        return None
    found = np.full(len(values), np.nan)
    found[~absent] = moments / 1e6
    return found


def _numbers(values: NDArray[Any], absent: NDArray[np.bool_]) -> Numbers | None:
    """Numbers, booleans and times as numbers; None if one is neither."""
    if values.dtype.kind in "iufb":
        return values.astype(np.float64, copy=False)
    found = np.full(len(values), np.nan)
    for place in np.flatnonzero(~absent).tolist():
        number = _number(values[place])
        if number is None:
            return None
        found[place] = number
    return found


def _number(value: object) -> float | None:
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp()
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC).timestamp()
    if isinstance(value, str):
        try:
            return _number(datetime.fromisoformat(value))
        except ValueError:
            return None
    try:
        return float(value)  # type: ignore[arg-type]  # decimals, numpy's own; what has no number is refused
    except (TypeError, ValueError):
        return None


def _numbered(values: list[Any]) -> tuple[Codes, int]:
    """Equal values have equal numbers, from 0 in the order of first sight; None has -1."""
    places: dict[object, int] = {}
    codes = np.fromiter(
        (-1 if each is None else places.setdefault(each, len(places)) for each in values), np.int64, len(values)
    )
    return codes, len(places)
