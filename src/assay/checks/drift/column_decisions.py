"""Comparisons of single columns, and one decision on all of them together."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assay.checks.drift.categories import MOST_KNOWN, align_categories
from assay.checks.drift.sides import SideColumn, hides_differences
from assay.facts.values import Undefined

if TYPE_CHECKING:
    from assay.stats.bounded import Bounded
    from assay.stats.comparing import Comparison
    from assay.stats.drifting import ColumnDecision
    from assay.stats.rare_categories import Newcomers

VALUES, MISSING, NEW = "values", "missing", "new"


@dataclass(frozen=True)
class DriftThresholds:
    """The thresholds of drift: the level of the tests, the least PSI that matters, the fewest rows."""

    level: float
    effect: float
    fewest: int
    missingness: bool


@dataclass(frozen=True)
class ComparedColumn:
    """A column compared: by values (or why not), by missing values, and by rare new categories."""

    reference: SideColumn
    current: SideColumn
    values: Comparison | Undefined
    missing: Comparison | None
    newcomers: Newcomers | None = None
    by_values: bool = True


def compare(
    reference: SideColumn, current: SideColumn, thresholds: DriftThresholds, *, by_values: bool = True
) -> ComparedColumn:
    """One column of both sides, compared; without `by_values` only missing values are judged."""
    values, missing = _values(reference, current, thresholds), _missing(reference, current, thresholds)
    return ComparedColumn(reference, current, values, missing, _newcomers(reference, current, values), by_values)


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
    sides = [CategoryCounts({"there": each.there, "missing": each.missing}) for each in (reference, current)]
    found = compare_categories(*sides, level=thresholds.level, least=thresholds.effect)
    return None if isinstance(found, Undefined) else found


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
        if (new := each.newcomers) is not None and each.by_values:
            bar = psi_bar(each.reference.there, each.current.there, 2, level=thresholds.level, least=thresholds.effect)
            evidence[name, NEW] = ColumnEvidence(f"{NEW} {name}", known(new.p), known(new.effect), bar)
    return dict(zip(evidence, decide(tuple(evidence.values()), thresholds.level), strict=True))


def open_columns(
    compared: Mapping[str, ComparedColumn], decisions: Mapping[tuple[str, str], ColumnDecision]
) -> Collection[str]:
    """The columns whose every value is needed before all decisions are settled."""
    wanted = {each.partition(" ")[2] for decision in decisions.values() for each in decision.unsettled_by}
    wanted |= {name for name, each in compared.items() if hides_differences(each.reference, each.current)}
    return [name for name in compared if name in wanted]
