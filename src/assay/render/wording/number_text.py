"""Numbers for readers: as few digits as are honest, and never rounded to the other side of a bar."""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal

from assay.facts.check_parts import Direction
from assay.facts.values import Measure, Undefined
from assay.stats.metric_bars import LARGEST

_MOST_DECIMALS = 15
_LEAST_SHARE, _TENTH = 0.001, 0.1
_PLAIN_FROM, _PLAIN_TO = Decimal("1e-6"), Decimal("1e12")


def count(number: int) -> str:
    """A whole number with separators of thousands."""
    return f"{number:,}"


def number_of(number: int, one: str, more: str) -> str:
    """A number of things in words: `1 bar`, `1,200 bars`."""
    return f"{count(number)} {one if number == 1 else more}"


def limit_text(limit: float) -> str:
    """A bound, exactly as written, with at least two decimals unless it is a whole number."""
    exact = _decimal(limit)
    if not _plain([exact]):
        return f"{limit:.9g}"
    return f"{int(exact):,}" if exact == exact.to_integral() else f"{exact:,.{max(2, _decimals_of(exact))}f}"


def bound_text(direction: Direction, limit: float) -> str:
    """A bar in words: `at most 0.10`."""
    if abs(limit) >= LARGEST:
        return "any number"
    return f"{'at least' if direction == 'at_least' else 'at most'} {limit_text(limit)}"


def measured_text(value: float, low: float, high: float, *, limit: float | None = None) -> str:
    """A value with its interval: `0.210 [0.140, 0.280]`, or only the value if the interval has no width.

    Every shown number is on the same side of `limit` as the exact one, with as many digits as that takes; the interval
    is rounded outwards.
    """
    numbers = [_decimal(number) for number in (value, low, high)]
    bound = None if limit is None else _decimal(limit)
    if not _plain(numbers):
        shown = [f"{number:.9g}" for number in (value, low, high)]
    else:
        decimals = _decimals_for(numbers, bound)
        roundings = (ROUND_HALF_EVEN, ROUND_FLOOR, ROUND_CEILING)
        shown = [_rounded(number, decimals, rounding) for number, rounding in zip(numbers, roundings, strict=True)]
    return shown[0] if low == value == high else f"{shown[0]} [{shown[1]}, {shown[2]}]"


def sign_text(limit: float, direction: Direction) -> str:
    """A bar in signs: `≤ 0.10`."""
    if abs(limit) >= LARGEST:
        return "any number"
    return f"{'≥' if direction == 'at_least' else '≤'} {limit_text(limit)}"


def share_text(share: float) -> str:
    """A share in per cent; only exact shares of 0 and 1 are shown as 0% and 100%."""
    if 0 < share < _LEAST_SHARE:
        return "<0.1%"
    if 1 - _LEAST_SHARE < share < 1:
        return ">99.9%"
    rounded = round(share, 3)
    decimals = 1 if 0 < rounded < _TENTH or 1 - _TENTH < rounded < 1 else 0
    return f"{share * 100:.{decimals}f}%"


def difference_text(before: float, now: float) -> str:
    """How far a number moved, with its sign: `+0.011`, with enough digits to show that it moved."""
    numbers = [_decimal(before), _decimal(now)]
    moved = numbers[1] - numbers[0]
    sign = "−" if moved < 0 else "+"
    if moved and not _plain([*numbers, moved]):
        return f"{sign}{abs(moved):.3g}"
    decimals = _decimals_for(numbers, None)
    while moved and not moved.quantize(Decimal(1).scaleb(-decimals)) and decimals < _MOST_DECIMALS:
        decimals += 1
    return sign + _rounded(abs(moved), decimals, ROUND_HALF_EVEN)


def value_text(measure: Measure) -> str:
    """A measure with its interval, or the reason why it is undefined."""
    if isinstance(measure, Undefined):
        return undefined_text(measure.reason, measure.n, measure.needed)
    return measured_text(measure.value, measure.low, measure.high)


def measure_text(measure: Measure) -> str:
    """A measure with its interval and `n`, or the reason why it is undefined."""
    shown = value_text(measure)
    return shown if isinstance(measure, Undefined) else f"{shown}, {rows_text(measure.n, measure.clusters)}"


def rows_text(n: int, clusters: int | None) -> str:
    """The number of rows behind a number: `n = 600`, or `n = 600 rows of 200 groups`."""
    return f"n = {count(n)}" if clusters is None else f"n = {count(n)} rows of {count(clusters)} groups"


def method_text(measure: Measure) -> str:
    """The method of a measure: `wilson, 95%`, and which rows it cannot know of; empty if it is undefined."""
    if isinstance(measure, Undefined):
        return ""
    if measure.level == 1:
        return measure.method
    method = f"{measure.method}, {(_decimal(measure.level) * 100).normalize():f}%"
    if measure.effective is not None:
        method = f"{method}; worth {count(math.floor(measure.effective))} independent rows"
    what, unseen = "rows" if measure.clusters is None else "groups", measure.unseen
    return method if unseen is None else f"{method}; {what} rarer than {share_text(unseen)} may be unseen"


def undefined_text(reason: str | None, n: int | None, needed: int | None) -> str:
    """Why a number does not exist, in words."""
    if reason == "too_few":
        rows = count(n or 0)
        return f"too few: {rows} of {count(needed)} rows needed" if needed is not None else f"too few rows: {rows}"
    if reason == "too_few_clusters":
        few = "undefined: too few groups of rows that belong together"
        return few if needed is None else f"{few}: {count(n or 0)} of {count(needed)} needed"
    return {
        "one_class": "undefined: all rows have the same label",
        "one_group": "undefined: only one group, nothing to compare it with",
        "empty": "undefined: no rows",
        "not_finite": "undefined: the result is not a finite number",
        "missing_labels": "undefined: some rows have no label",
        "unnamed_label": "undefined: no label column is named",
        "lacks_label": "undefined: the data set does not have the label column",
        "no_predictions": "undefined: the model gave no predictions",
        "not_applicable": "undefined: does not apply here",
        "zero_rates": "undefined: the rate is zero in every group, so it has no ratio",
        "tail_dominates": "undefined: one row, or one group of rows, has more than a fifth of the squared errors",
        "nothing_compared": "undefined: too few values could be compared",
        "not_probabilities": "undefined: the scores are not probabilities, or those of a row do not sum to one",
        "absent_class": "undefined: a class of the model has no row",
    }.get(reason or "", "undefined")


def _decimal(number: float) -> Decimal:
    return Decimal(repr(float(number)))


def _decimals_of(number: Decimal) -> int:
    exponent = number.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _plain(numbers: list[Decimal]) -> bool:
    return all(number == 0 or _PLAIN_FROM <= abs(number) < _PLAIN_TO for number in numbers)


def _decimals_for(numbers: list[Decimal], bound: Decimal | None) -> int:
    """About three significant digits, then more until rounding moves no number to or across the bound."""
    if all(number == number.to_integral() for number in numbers):
        return 0
    size = max(abs(number) for number in numbers)
    decimals = max(3 if size <= 1 else 0, 2 - size.adjusted())
    if bound is None:
        return decimals
    decimals = max(decimals, min(_decimals_of(bound), _MOST_DECIMALS))
    while decimals < _MOST_DECIMALS and any(_moved(number, bound, decimals) for number in numbers):
        decimals += 1
    return decimals


def _moved(number: Decimal, bound: Decimal, decimals: int) -> bool:
    roundings = (ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_CEILING)
    step = Decimal(1).scaleb(-decimals)
    return any(number.quantize(step, rounding).compare(bound) != number.compare(bound) for rounding in roundings)


def _rounded(number: Decimal, decimals: int, rounding: str) -> str:
    shown = number.quantize(Decimal(1).scaleb(-decimals), rounding)
    return f"{abs(shown) if shown == 0 else shown:,f}"
