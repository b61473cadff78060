"""Columns that count the calendar, whose later rows have values that earlier rows lack."""

from __future__ import annotations

import re
from collections.abc import Collection

PARTS = {
    "month": (1, 12),
    "mon": (1, 12),
    "mnth": (1, 12),
    "quarter": (1, 4),
    "qtr": (1, 4),
    "weekday": (0, 7),
    "dayofweek": (0, 7),
    "dow": (0, 7),
    "day": (1, 31),
    "dom": (1, 31),
    "hour": (0, 24),
    "hr": (0, 24),
    "minute": (0, 60),
    "week": (0, 53),
}
ONWARD = frozenset(("year", "yr", "date", "period", "yearmonth", "yyyymm", "yyyymmdd", "time", "timestamp", "epoch"))
"""Words of columns that grow as time passes."""
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_PERIOD = re.compile(r"[12][0-9]{3}[-/. ]?(?:0?[1-9]|1[0-2]|[qQ][1-4]|[wW][0-5][0-9])(?:[-/. ]?[0-9]{1,2})?")
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def span_of(name: str, least: float, largest: float) -> tuple[int, int] | None:
    """The first and last value of the part of the calendar that a column of whole numbers counts, by its name."""
    for word in _words(name):
        if word in PARTS and PARTS[word][0] <= least and largest <= PARTS[word][1]:
            return PARTS[word]
    return None


def goes_onward(name: str) -> bool:
    """Whether later rows of a column of numbers have larger values, by its name."""
    return not ONWARD.isdisjoint(_words(name))


def counts_calendar(values: Collection[str]) -> bool:
    """Whether texts are names of months or weekdays, or periods such as 2026-01 or 2026Q1."""
    starts = {value.strip().lower()[:3] for value in values}
    named = starts <= set(MONTHS) or starts <= set(WEEKDAYS)
    return bool(values) and (named or all(map(_PERIOD.fullmatch, values)))


def _words(name: str) -> list[str]:
    found = [word.lower() for word in _WORDS.findall(name)]
    return [*found, "".join(found)]
