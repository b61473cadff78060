"""Comparisons of single columns, and one decision on all of them together."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assay.checks.drift.categories import MOST_KNOWN, align_categories
from assay.checks.drift.sides import SideColumn, hides_differences
from assay.facts.values import Undefined

if TYPE_CHECKING:
    from assay.stats.binning import CategoryCounts
    from assay.stats.bounded import Bounded
    from assay.stats.comparing import Comparison
    from assay.stats.drifting import ColumnDecision
    from assay.stats.rare_categories import Newcomers

VALUES, MISSING, NEW, STRAYS = "values", "missing", "new", "strays"
MOST_UNSEEN, MOST_UNTOLD = 0.9, 0.5
"""At most this share of either side may lie in categories that are compared neither alone nor as new ones.

The second limit is for values that seldom repeat, whose number says nothing.
"""


@dataclass(frozen=True)
class DriftThresholds:
    """The thresholds of drift: the level of the tests, the least PSI that matters, the fewest rows."""

    level: float
    effect: float
    fewest: int
    missingness: bool

    @property
    def level_each(self) -> float:
        """The level of the tests of distributions, and of those of shares: both together must keep `level`."""
        return 1 - (1 - self.level) / 2


@dataclass(frozen=True)
class ComparedColumn:
    """A column compared: by values (or why not), by missing values, rare new categories, and texts among numbers.

    `unseen` says that what was compared leaves too much out to prove that the column is stable.
    """

    reference: SideColumn
    current: SideColumn
    values: Comparison | Undefined
    missing: Comparison | None
    newcomers: Newcomers | None = None
    strays: Comparison | None = None
    by_values: bool = True
    unseen: Undefined | None = None


def compare(
    reference: SideColumn, current: SideColumn, thresholds: DriftThresholds, *, by_values: bool = True
) -> ComparedColumn:
    """One column of both sides, compared; without `by_values` only missing values are judged."""
    values, missing = _values(reference, current, thresholds), _missing(reference, current, thresholds)
    newcomers, strays = _newcomers(reference, current, values), _strays(reference, current, thresholds)
    unseen = _unseen(reference, current, values) if newcomers is None else None
    if unseen is not None and not (isinstance(values, Undefined) or values.names):
        values = unseen
    return ComparedColumn(reference, current, values, missing, newcomers, strays, by_values, unseen)


def _values(reference: SideColumn, current: SideColumn, thresholds: DriftThresholds) -> Comparison | Undefined:
    from assay.stats.comparing import compare_categories, compare_numbers

    rows = reference.there + current.there
    if min(reference.rows, current.rows) == 0:
        return Undefined(reason="empty", n=rows)
    if min(reference.there, current.there) < thresholds.fewest:
        return Undefined(reason="too_few", n=min(reference.there, current.there), needed=thresholds.fewest)
    if reference.hidden or current.hidden:
        return Undefined(reason="not_applicable", n=rows)
    level, least = thresholds.level, thresholds.effect
    if reference.sample is not None and current.sample is not None:
        found = compare_numbers(reference.sample, current.sample, level=level, least=least)
        return _in_spreads(found, reference.spread)
    if reference.categories is not None and current.categories is not None:
        return compare_categories(*align_categories(reference.categories, current.categories), level=level, least=least)
    return Undefined(reason="not_applicable", n=rows)


def _in_spreads(found: Comparison | Undefined, spread: Bounded | None) -> Comparison | Undefined:
    """The same comparison, with Wasserstein's distance in the reference's standard deviations too."""
    from assay.stats.bounded import between

    moved = None if isinstance(found, Undefined) else found.statistics["wasserstein"]
    if isinstance(found, Undefined) or moved is None or spread is None or spread.low <= 0:
        return found
    normed = between(moved.low / spread.high, moved.value / spread.value, moved.high / spread.low)
    return replace(found, statistics={**found.statistics, "wasserstein_normed": normed})


def _missing(reference: SideColumn, current: SideColumn, thresholds: DriftThresholds) -> Comparison | None:
    """The missing values, compared as two categories: missing and present."""
    from assay.stats.binning import CategoryCounts
    from assay.stats.comparing import compare_categories

    nothing = reference.missing == current.missing == 0
    if nothing or not thresholds.missingness or min(reference.rows, current.rows) < thresholds.fewest:
        return None
    sides = [
        CategoryCounts({"there": each.rows - each.missing, "missing": each.missing}) for each in (reference, current)
    ]
    found = compare_categories(*sides, level=thresholds.level, least=thresholds.effect)
    return None if isinstance(found, Undefined) else found


def _strays(reference: SideColumn, current: SideColumn, thresholds: DriftThresholds) -> Comparison | None:
    """The texts among numbers or times, compared with these as two categories."""
    from assay.stats.binning import CategoryCounts
    from assay.stats.comparing import compare_categories

    sides = [CategoryCounts({"read": each.there, "strays": each.strays}) for each in (reference, current)]
    if reference.strays == current.strays == 0 or min(each.n for each in sides) < thresholds.fewest:
        return None
    found = compare_categories(*sides, level=thresholds.level, least=thresholds.effect)
    return None if isinstance(found, Undefined) else found


def _unseen(reference: SideColumn, current: SideColumn, values: Comparison | Undefined) -> Undefined | None:
    """Why categories that were compared do not stand for the column: most rows have others."""
    from assay.stats.rare_categories import FEWEST_EACH

    both = [each.categories for each in (reference, current) if each.categories is not None]
    if len(both) < 2 or isinstance(values, Undefined):  # noqa: PLR2004  # both sides
        return None
    seen = min(sum(each.listed.get(name, 0) for name in values.names) / each.n for each in both)
    seldom = any(_rows_each(each, values.names) < FEWEST_EACH for each in both)
    unseen = 1 - seen > (MOST_UNTOLD if seldom else MOST_UNSEEN)
    return Undefined(reason="nothing_compared", n=sum(each.n for each in both)) if unseen or not values.names else None


def _rows_each(counts: CategoryCounts, compared: Collection[object]) -> float:
    """About how many rows a category has that is not compared alone, as far as that is known.

    Where the most frequent ones are counted, an unlisted one has no more rows than any of these; profiles list few.
    """
    if counts.rest:
        return float(min(counts.listed.values())) if len(counts.listed) >= MOST_KNOWN else float("inf")
    others = [count for name, count in counts.listed.items() if name not in compared]
    return sum(others) / len(others) if others else float("inf")


def _newcomers(reference: SideColumn, current: SideColumn, values: Comparison | Undefined) -> Newcomers | None:
    """The categories too rare to compare one by one, if both sides list all of theirs."""
    from assay.stats.rare_categories import are_identifiers, find_newcomers

    before, now = reference.categories, current.categories
    if before is None or now is None or before.rest or now.rest or isinstance(values, Undefined):
        return None
    # The limit is that of counts in the database, so that the number of rows does not change the finding.
    if max(len(before.listed), len(now.listed)) > MOST_KNOWN:
        return None
    kept = {*values.names}
    first, second = ({name: n for name, n in each.listed.items() if name not in kept} for each in (before, now))
    return None if are_identifiers(first, second) else find_newcomers(first, second, before.n, now.n)


def decisions_of(
    compared: Mapping[str, ComparedColumn], thresholds: DriftThresholds
) -> dict[tuple[str, str], ColumnDecision]:
    """The decisions on values and rare new categories, with all columns as one family of tests."""
    from assay.stats.bounded import known
    from assay.stats.divergences import psi_bar
    from assay.stats.drifting import ColumnEvidence, decide

    evidence = {}
    for name, each in compared.items():
        if each.by_values and not isinstance(each.values, Undefined):
            evidence[name, VALUES] = each.values.evidence(f"{VALUES} {name}")
        if each.strays is not None and each.by_values:
            evidence[name, STRAYS] = each.strays.evidence(f"{STRAYS} {name}")
        if (new := each.newcomers) is not None and each.by_values:
            bar = psi_bar(each.reference.there, each.current.there, 2, level=thresholds.level, least=thresholds.effect)
            evidence[name, NEW] = ColumnEvidence(f"{NEW} {name}", known(new.p), known(new.effect), bar)
    return dict(zip(evidence, decide(tuple(evidence.values()), thresholds.level_each), strict=True))


def open_columns(
    compared: Mapping[str, ComparedColumn], decisions: Mapping[tuple[str, str], ColumnDecision]
) -> Collection[str]:
    """The columns whose every value is needed before all decisions are settled."""
    wanted = {each.partition(" ")[2] for decision in decisions.values() for each in decision.unsettled_by}
    wanted |= {name for name, each in compared.items() if hides_differences(each.reference, each.current)}
    return [name for name in compared if name in wanted]
