"""Fairness: the rates of each group and the gaps between them, named as in fairlearn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from assay.facts.values import Estimate, Measure, Undefined
from assay.stats.confusion import Confusion
from assay.stats.intervals import Limits, bonferroni, estimate
from assay.stats.proportions import mover_ratio_limits, newcombe_limits, proportion

Share = tuple[int, int]
Kind = Literal["difference", "ratio"]
GAPS: dict[str, tuple[Kind, tuple[str, ...]]] = {
    "demographic_parity_difference": ("difference", ("selection_rate",)),
    "demographic_parity_ratio": ("ratio", ("selection_rate",)),
    "equalized_odds_difference": ("difference", ("true_positive_rate", "false_positive_rate")),
    "equalized_odds_ratio": ("ratio", ("true_positive_rate", "false_positive_rate")),
    "equal_opportunity_difference": ("difference", ("true_positive_rate",)),
    "equal_opportunity_ratio": ("ratio", ("true_positive_rate",)),
}
"""Each gap: the largest difference or the smallest ratio, and its rates (the worst of them counts)."""


def _as_it_is(level: float) -> float:
    return level


@dataclass(frozen=True, kw_only=True)
class RatePair:
    """Two groups' rates: as counted, as shares of the independent rows that theirs are `worth`, and the level for that.

    Rows that depend on each other are worth fewer, and so few that the level is `wider`.
    """

    smaller: Share
    larger: Share
    worth: tuple[tuple[float, float], tuple[float, float]]
    wider: Callable[[float], float] = _as_it_is


def shares(counts: Confusion) -> dict[str, Share]:
    """A group's rates, each as (rows counted, rows out of which)."""
    return {
        "selection_rate": (counts.selected, counts.rows),
        "true_positive_rate": (counts.tp, counts.positives),
        "false_positive_rate": (counts.fp, counts.negatives),
        "false_negative_rate": (counts.fn, counts.positives),
        "precision": (counts.tp, counts.selected),
    }


def rates(counts: Confusion, *, level: float = 0.95, smallest: int = 1) -> dict[str, Measure]:
    """A group's rates with Wilson intervals; a rate of fewer than `smallest` rows is undefined."""
    found = shares(counts)
    return {name: proportion(*share, level=level, smallest=smallest) for name, share in found.items()}


def gap(name: str, groups: Sequence[Confusion], *, level: float = 0.95, smallest: int = 1) -> Measure:
    """A gap of `GAPS` over all groups; the order of the groups does not matter.

    Every pair of groups, in every rate of the gap, gets an interval (Newcombe's for differences, MOVER-R for ratios),
    folded so that the sign does not matter. A gap is within a bound if every pair is, so on the side that clears a bar
    each pair needs the level alone (intersection-union, Berger 1982): the highest upper limit of a difference, the
    lowest lower one of a ratio. The other side holds for all pairs at once, at Bonferroni's level.

    Undefined without rows, with one group, if a group or the rows of a rate are fewer than `smallest`, if nobody or
    everybody is selected, and for a ratio if every rate is 0 in every group. If one of two rates is, the other has the
    value, and the interval begins at 0.
    """
    kind, names = GAPS[name]
    n = sum(group.rows for group in groups)
    if n == 0:
        return Undefined(reason="empty")
    if len(groups) == 1:
        return Undefined(reason="one_group", n=n)
    table = [[shares(group)[rate] for group in groups] for rate in names]
    fewest = min(among for row in table for _, among in row)
    fewest = min(fewest, *(group.rows for group in groups))
    if fewest < max(1, smallest):
        return Undefined(reason="too_few", n=fewest, needed=max(1, smallest))
    undefined = _shows_nothing(kind, table, groups)
    if undefined is not None:
        return Undefined(reason=undefined, n=n)
    if len(table) == 1:
        # A gap in one rate depends on the rows of that rate, such as the positives.
        n = sum(among for _, among in table[0])
    pairs = [
        RatePair(smaller=smaller, larger=larger, worth=(smaller, larger))
        for row in table
        for smaller, larger in combinations(sorted(row, key=_rate), 2)
    ]
    return largest_difference(pairs, n, level) if kind == "difference" else smallest_ratio(pairs, n, level)


def _shows_nothing(
    kind: Kind, table: Sequence[Sequence[Share]], groups: Sequence[Confusion]
) -> Literal["zero_rates", "one_class"] | None:
    """Why rates show nothing of a gap: ratios of nothing, or nobody or everybody is selected."""
    if kind == "ratio" and all(counted == 0 for row in table for counted, _ in row):
        return "zero_rates"
    alike = all(group.selected == 0 for group in groups) or all(group.selected == group.rows for group in groups)
    return "one_class" if alike else None


def largest_difference(pairs: Sequence[RatePair], n: int, level: float) -> Estimate:
    """The largest difference of pairs of rates, and its interval."""
    value = max(_rate(pair.larger) - _rate(pair.smaller) for pair in pairs)
    together = bonferroni(level, len(pairs))
    low = max(_folded_difference(pair, together)[0] for pair in pairs)
    high = max(_folded_difference(pair, level)[1] for pair in pairs)
    return estimate(value, (low, high), n=n, method="newcombe-pairs", level=level)


def smallest_ratio(pairs: Sequence[RatePair], n: int, level: float) -> Estimate:
    """The smallest ratio of pairs of rates, and its interval."""
    value = min(_rate(pair.smaller) / _rate(pair.larger) for pair in pairs if pair.larger[0] > 0)
    together = bonferroni(level, len(pairs))
    low = min(_folded_ratio(pair, level)[0] for pair in pairs)
    high = min(_folded_ratio(pair, together)[1] for pair in pairs)
    unknown = any(pair.larger[0] == 0 for pair in pairs)
    method = "mover-r-pairs, some rates are 0" if unknown else "mover-r-pairs"
    return estimate(value, (low, high), n=n, method=method, level=level)


def _folded_difference(pair: RatePair, level: float) -> Limits:
    low, high = newcombe_limits(pair.worth[1], pair.worth[0], pair.wider(level))
    return max(low, 0.0), max(high, -low)


def _folded_ratio(pair: RatePair, level: float) -> Limits:
    """Two rates that are both 0 in the sample say nothing about their ratio."""
    if pair.larger[0] == 0:
        return 0.0, 1.0
    low, high = mover_ratio_limits(pair.worth[0], pair.worth[1], pair.wider(level))
    return min(low, 1 / high), min(high, 1.0)


def _rate(share: Share) -> float:
    return share[0] / share[1]
