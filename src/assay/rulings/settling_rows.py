"""How many rows would settle a bar that lies within an interval."""

from __future__ import annotations

import math
from statistics import NormalDist

from assay.facts.values import Estimate

MOST, MOST_TIMES = 10**9, 100
"""More rows, or more times the rows there are, are no answer: such a distance is hardly more than chance."""
POWER = NormalDist().inv_cdf(0.8)
"""A new sample settles the bar four times in five."""
DIGITS = 2


def rows_to_settle(measured: Estimate, limit: float) -> int | None:
    """About how many rows settle a bar with a chance of 80 %; None if it is settled, or where no number is honest.

    Where rows come in clusters, it is about how many clusters do.

    The width of an interval shrinks with the root of the rows, and the value of a new sample differs. The distance to
    the bar is taken as half a standard error less than it was measured, because a distance that small is as likely as
    not chance; if nothing is left of it, no number is honest. A value that chance alone makes larger, such as a
    calibration error, also falls by that part with more rows.
    """
    value = measured.value
    if not measured.low <= limit <= measured.high or measured.low == measured.high or not 0 < measured.level < 1:
        return None
    quantile = NormalDist().inv_cdf((1 + measured.level) / 2)
    above, below, both = measured.high - value, value - measured.low, 1 + POWER / quantile
    if measured.chance is not None:
        likely = value + above / quantile / 2
        factor = _factor_above_chance(likely, measured.chance, limit, both * above)
    else:
        reach = above if limit > value else below
        distance = abs(limit - value) - reach / quantile / 2
        factor = (both * reach / distance) ** 2 if distance > 0 else math.inf
    known = measured.n if measured.clusters is None else measured.clusters
    needed = known * factor
    return _rounded_up(needed) if known < needed <= min(MOST, MOST_TIMES * known) else None


def _factor_above_chance(value: float, chance: float, limit: float, reach: float) -> float:
    """How many times the rows bring the upper limit of a value, a part of which is chance, below a bound."""
    part = min(chance, value) ** 2
    true = value**2 - part

    def is_below(factor: float) -> bool:
        return math.sqrt(true + part / factor) + reach / math.sqrt(factor) <= limit

    low, high = 1.0, float(MOST)
    if not is_below(high):
        return math.inf
    for _ in range(80):
        middle = math.sqrt(low * high)
        low, high = (low, middle) if is_below(middle) else (middle, high)
    return high


def _rounded_up(rows: float) -> int:
    """Rounded up to two digits: more would promise what nobody knows."""
    whole = math.ceil(rows)
    step: int = 10 ** max(0, len(str(whole)) - DIGITS)
    return -(-whole // step) * step
