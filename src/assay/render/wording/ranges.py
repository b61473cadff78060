"""Numbers and times on an axis, with just enough digits to differ."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

_START = datetime(1970, 1, 1, tzinfo=UTC)
_DAY, _MINUTE = 86_400.0, 60.0
_FEWEST, _MOST, _FINE = 6, 17, 50
_PLAIN_FROM, _PLAIN_TO = 1e-6, 1e12
_MOST_DECIMALS = 12


def marks(ticks: Sequence[float]) -> list[str]:
    """A scale's numbers, each with enough digits to differ from the others."""
    gaps = [abs(right / 2 - left / 2) for left, right in pairwise(ticks)]
    close = min(gaps, default=0.0) / _FINE
    for digits in range(_FEWEST, _MOST):
        shown = [f"{tick:.{digits}g}" for tick in ticks]
        if all(abs(float(text) / 2 - tick / 2) <= close for text, tick in zip(shown, ticks, strict=True)) or not close:
            return shown
    return [f"{tick:.{_MOST}g}" for tick in ticks]


def moments(seconds: Sequence[float]) -> list[str]:
    """Seconds from 1970 as days, or as times of the day in UTC if all lie within two days."""
    try:
        times = [_START + timedelta(seconds=each) for each in seconds]
    except (OverflowError, ValueError):
        return marks(seconds)
    span = max(seconds, default=0.0) - min(seconds, default=0.0)
    if span >= 2 * _DAY:
        return [time.date().isoformat() for time in times]
    return [f"{time:%m-%d %H:%M}" if span >= 2 * _MINUTE else f"{time:%H:%M:%S}" for time in times]


def ends(low: float, high: float, *, times: bool = False) -> tuple[str, str]:
    """The two ends of a range, with enough digits to show its width."""
    if times:
        first, last = moments((low, high))
        return first, last
    width = high / 2 - low / 2
    sizes = [abs(each) for each in (low, high) if each]
    if not all(_PLAIN_FROM <= size < _PLAIN_TO for size in sizes):
        first, last = marks((low, high))
        return first, last
    decimals = min(_MOST_DECIMALS, max(0, 2 - math.floor(math.log10(2 * width)))) if width else _FEWEST
    whole = low == math.floor(low) and high == math.floor(high)
    return f"{low:,.{0 if whole else decimals}f}", f"{high:,.{0 if whole else decimals}f}"
