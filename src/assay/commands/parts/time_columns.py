"""Which columns are times or parts of the calendar, by type and values, never by name alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from assay.tables.addressing import Table
from assay.tables.aggregates import Summary

if TYPE_CHECKING:
    from assay.tables.source import Source

TIMES = ("date", "timestamp")
DATES = 0.95
EPOCH = (5e8, 4e9)
_DATE = re.compile(r"\s*(\d{4}-\d{1,2}-\d{1,2}([T ]\d{1,2}:\d{2}.*)?|\d{1,2}[./]\d{1,2}[./]\d{4})\s*")
_WHEN = re.compile(r"date|time", re.IGNORECASE)
_AFTERWARDS = re.compile(
    r"(^|[_.\s-])(end(ed)?|closed?|death|died|finish(ed)?|resol\w*|paid)([_.\s-]|$)", re.IGNORECASE
)
_CALENDAR = re.compile(
    r"(^|[_.\s-])(month|mon|mnth|week|weekday|dow|day|hour|hr|quarter|qtr|season|holiday|weekend|year|yr)\d{0,4}$",
    re.IGNORECASE,
)
_CALENDAR_MOST = 2_200


def is_time(name: str, kind: str, values: Any) -> bool:
    """Whether a column holds times: by its type, by how its texts read, or by its name and the range of its numbers."""
    if kind in TIMES:
        return True
    there = [value for value in values.tolist() if value is not None and value == value]  # noqa: PLR0124  # NaN
    if not there:
        return False
    if kind == "text":
        return sum(_reads_as_date(str(value)) for value in there) > DATES * len(there)
    if kind == "integer" and _WHEN.search(name):
        seconds = any(all(EPOCH[0] <= value / scale <= EPOCH[1] for value in there) for scale in (1, 1e3))
        return seconds or all(map(_is_day, there))
    return False


def _reads_as_date(text: str) -> bool:
    if not _DATE.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text.strip())
    except ValueError:
        parts = re.split(r"[./-]", text.strip().split()[0])
        try:
            day, month, year = (int(each) for each in parts)
            date(year, month, day) if month <= 12 else date(year, day, month)  # noqa: PLR2004  # months
        except ValueError:
            return False
    return True


def _is_day(value: float) -> bool:
    """Whether a number is a day written as yyyymmdd."""
    try:
        date(int(value) // 10_000, int(value) // 100 % 100, int(value) % 100)
    except ValueError:
        return False
    return 1900 <= value // 10_000 <= 2100  # noqa: PLR2004  # years


def _is_few(values: Any) -> bool:
    """Whether a column has so few values that a calendar can have them, none of them large or negative."""
    there = [value for value in values.tolist() if value is not None and value == value]  # noqa: PLR0124  # NaN
    numbers = [value for value in there if isinstance(value, float | int)]
    return 0 < len(set(there)) <= 366 and all(0 <= value <= _CALENDAR_MOST for value in numbers)  # noqa: PLR2004  # days


def is_calendar(name: str, kind: str, values: Any) -> bool:
    """Whether a column seems to be a part of the calendar, such as a month or a weekday."""
    return kind in ("integer", "text", "boolean") and _CALENDAR.search(name) is not None and _is_few(values)


def ends(name: str) -> bool:
    """Whether a time seems to say when something ended, which is not when its row was made."""
    return _AFTERWARDS.search(name) is not None


def lies_after(
    sources: Mapping[str, Source], kinds: Mapping[str, Mapping[str, str]], evaluated: str, train: str, name: str
) -> bool:
    """Whether the evaluated rows lie after the training rows."""
    from assay.tables.answering import Tables

    if kinds[train].get(name) not in TIMES:
        return False
    ends = []
    for each in (train, evaluated):
        with Tables({each: sources[each]}, {}, None) as tables:
            (found,) = tables.answer([Summary(Table(each), (name,))])
        ends.append(found[name])
    last, first = ends[0].maximum, ends[1].minimum
    return isinstance(last, str) and isinstance(first, str) and last <= first
