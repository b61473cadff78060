"""Columns that were seen on both sides, compared: statistics, the decision on all of them together, and why."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assay.checks.comparison.categories import new_categories, told_apart
from assay.checks.comparison.facts import ColumnFacts, MissingFacts, Role
from assay.checks.comparison.sides import Seen, hides, is_category, is_ordered
from assay.checks.comparison.spec import CATEGORIES, EITHER, ORDERED
from assay.values import Measure, Undefined, exact

if TYPE_CHECKING:
    from assay.stats.bounded import Bounded
    from assay.stats.comparing import Comparison
    from assay.stats.drifting import Decision

VALUES, MISSING = "values", "missing"


@dataclass(frozen=True)
class Judging:
    """By what columns are judged: the level of the tests, the least PSI that matters, the fewest rows."""

    level: float
    effect: float
    fewest: int
    missingness: bool


@dataclass(frozen=True)
class Compared:
    """A column's two samples compared: by their values, or why not; and by what is missing, if anything is."""

    reference: Seen
    current: Seen
    values: Comparison | Undefined
    missing: Comparison | None
    by_values: bool = True


def compare(reference: Seen, current: Seen, judging: Judging, *, by_values: bool = True) -> Compared:
    """One column of both sides; without `by_values` it is judged only by what is missing."""
    values, missing = _values(reference, current, judging), _missing(reference, current, judging)
    return Compared(reference, current, values, missing, by_values)


def _values(reference: Seen, current: Seen, judging: Judging) -> Comparison | Undefined:
    from assay.stats.comparing import compare_categories, compare_numbers

    rows = reference.there + current.there
    if min(reference.rows, current.rows) == 0:
        return Undefined(reason="empty", n=rows)
    if min(reference.there, current.there) < judging.fewest:
        return Undefined(reason="too_few", n=min(reference.there, current.there), needed=judging.fewest)
    if reference.hidden or current.hidden:
        return Undefined(reason="not_applicable", n=rows)
    level, least = judging.level, judging.effect
    if reference.sample is not None and current.sample is not None:
        found = compare_numbers(reference.sample, current.sample, level=level, least=least)
        return _in_spreads(found, reference.spread)
    if reference.categories is not None and current.categories is not None:
        return compare_categories(*told_apart(reference.categories, current.categories), level=level, least=least)
    return Undefined(reason="not_applicable", n=rows)


def _in_spreads(found: Comparison | Undefined, spread: Bounded | None) -> Comparison | Undefined:
    """The same, Wasserstein's distance being told in the reference's standard deviations too."""
    from assay.stats.bounded import between

    moved = None if isinstance(found, Undefined) else found.statistics["wasserstein"]
    if isinstance(found, Undefined) or moved is None or spread is None or spread.low <= 0:
        return found
    normed = between(moved.low / spread.high, moved.value / spread.value, moved.high / spread.low)
    return replace(found, statistics={**found.statistics, "wasserstein_normed": normed})


def _missing(reference: Seen, current: Seen, judging: Judging) -> Comparison | None:
    """What is missing compared with what is there, as two categories."""
    from assay.stats.binning import CategoryCounts
    from assay.stats.comparing import compare_categories

    nothing = reference.missing == current.missing == 0
    if nothing or not judging.missingness or min(reference.rows, current.rows) < judging.fewest:
        return None
    sides = [CategoryCounts({"there": each.there, "missing": each.missing}) for each in (reference, current)]
    found = compare_categories(*sides, level=judging.level, least=judging.effect)
    return None if isinstance(found, Undefined) else found


def decisions_of(compared: Mapping[str, Compared], judging: Judging) -> dict[tuple[str, str], Decision]:
    """The decisions on values and on what is missing, of all columns as one family."""
    from assay.stats.drifting import decide

    evidence = {}
    for name, each in compared.items():
        if each.by_values and not isinstance(each.values, Undefined):
            evidence[name, VALUES] = each.values.evidence(f"{VALUES} {name}")
        if each.missing is not None:
            evidence[name, MISSING] = each.missing.evidence(f"{MISSING} {name}")
    return dict(zip(evidence, decide(tuple(evidence.values()), judging.level), strict=True))


def open_columns(compared: Mapping[str, Compared], decisions: Mapping[tuple[str, str], Decision]) -> Collection[str]:
    """The columns that must be seen exactly before all is settled."""
    wanted = {each.partition(" ")[2] for decision in decisions.values() for each in decision.unsettled_by}
    wanted |= {name for name, each in compared.items() if hides(each.reference, each.current)}
    return [name for name in compared if name in wanted]


def column_facts(
    name: str,
    kind: str,
    role: Role,
    compared: Compared,
    decisions: Mapping[tuple[str, str], Decision],
    *,
    sensitive: bool,
    judging: Judging,
) -> ColumnFacts:
    """A column's facts."""
    found, reference, current = compared.values, compared.reference, compared.current
    by_values, by_missing = decisions.get((name, VALUES)), decisions.get((name, MISSING))
    facts: dict[str, object] = {
        "kind": kind,
        "role": role,
        "drifted": _drifted(compared, by_values, by_missing, judging),
        "because": tuple(_because(by_values, by_missing)),
        "reference": reference.there,
        "current": current.there,
        "missing": _missing_facts(compared, by_missing) if judging.missingness else None,
    }
    if isinstance(found, Undefined):
        own = ORDERED if is_ordered(kind) else CATEGORIES if is_category(kind) else ()
        facts["statistics"] = dict.fromkeys((*EITHER, *own) if own else (), found)
    else:
        facts |= _figures(found, by_values, sensitive=sensitive)
    if reference.categories is not None:
        facts |= new_categories(reference, current, sensitive=sensitive)
    return ColumnFacts.model_validate(facts)


def _figures(found: Comparison, decision: Decision | None, *, sensitive: bool) -> dict[str, object]:
    """The statistics, the test and the bar of the effect; the edges are values, which are not told of some columns."""
    rows, infinity = found.n + found.m, float("inf")
    return {
        "test": "kolmogorov_smirnov" if "kolmogorov_smirnov" in found.statistics else "chi_squared",
        "p": found.p.estimate(rows),
        "adjusted_p": decision.adjusted_p.estimate(rows) if decision is not None else None,
        "effect_bar": found.bar,
        "statistics": {statistic: found.measure(statistic) for statistic in found.statistics},
        "edges": () if sensitive else tuple(edge for edge in found.edges if abs(edge) < infinity),
        "epsilon": found.epsilon,
    }


def _drifted(compared: Compared, by_values: Decision | None, by_missing: Decision | None, judging: Judging) -> Measure:
    """0 or 1: a column drifted if its values did or what is missing of them; without values, only the latter tells."""
    rows = compared.reference.rows + compared.current.rows
    known = [each for each in (by_values, by_missing) if each is not None]
    empty = compared.reference.there == compared.current.there == 0
    if any(each.low for each in known):
        return exact(1, rows)
    if compared.by_values and isinstance(compared.values, Undefined) and not (empty and by_missing is not None):
        return compared.values
    fewer = min(compared.reference.rows, compared.current.rows)
    if not known and judging.missingness and fewer >= judging.fewest:
        # Nothing is missing on either side, and nothing else was asked.
        return exact(0, rows)
    if not known:
        return Undefined(reason="empty" if rows == 0 else "too_few", n=rows, needed=judging.fewest)
    best = max(known, key=lambda each: (each.high, each.value))
    return best.drifted(rows)


def _because(by_values: Decision | None, by_missing: Decision | None) -> list[str]:
    told = []
    if by_values is not None and by_values.high:
        told.append("values")
    if by_missing is not None and by_missing.high:
        told.append("missing values")
    return told


def _missing_facts(compared: Compared, decision: Decision | None) -> MissingFacts | None:
    sides = (compared.reference, compared.current)
    if min(each.rows for each in sides) == 0:
        return None
    (n, before), (m, now) = ((each.rows, each.missing / each.rows) for each in sides)
    return MissingFacts(
        reference=exact(before, n),
        current=exact(now, m),
        difference=exact(now - before, n + m),
        psi=compared.missing.measure("psi") if compared.missing is not None else None,
        adjusted_p=decision.adjusted_p.estimate(n + m) if decision is not None else None,
    )
