"""The facts of a compared column: whether it drifted and why, and every number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from assay.checks.drift.categories import new_categories
from assay.checks.drift.column_decisions import MISSING, NEW, STRAYS, VALUES, ComparedColumn, DriftThresholds
from assay.checks.drift.facts import ColumnFacts, MissingFacts, NewcomerFacts, Role, ShareFacts, StrayFacts, TextFacts
from assay.checks.drift.sides import is_category, is_ordered
from assay.checks.drift.spec import CATEGORIES, EITHER, ORDERED
from assay.checks.drift.text_comparison import TEXTS, text_message
from assay.checks.drift.yes_no_questions import BEYOND, ONE_VALUE
from assay.facts.values import Measure, Undefined, exact

if TYPE_CHECKING:
    from assay.stats.comparing import Comparison
    from assay.stats.drifting import ColumnDecision
    from assay.stats.rare_categories import Newcomers
    from assay.stats.share_changes import ShareChange

LEAST_TOLD = 0.001
REASONS = {
    VALUES: "values",
    MISSING: "missing values",
    NEW: "new categories",
    STRAYS: "texts among numbers or times",
    ONE_VALUE: ONE_VALUE,
    BEYOND: BEYOND,
}


def column_facts(
    name: str,
    kind: str,
    role: Role,
    compared: ComparedColumn,
    decisions: Mapping[tuple[str, str], ColumnDecision],
    changes: Sequence[ShareChange] = (),
    *,
    sensitive: bool,
    thresholds: DriftThresholds,
    strays: StrayFacts | None = None,
    texts: TextFacts | None = None,
) -> ColumnFacts:
    """A column's facts."""
    found, reference, current = compared.values, compared.reference, compared.current
    of_column = {what: decisions[name, what] for what in REASONS if (name, what) in decisions}
    by_missing = of_column.get(MISSING)
    facts: dict[str, Any] = {
        "kind": kind,
        "role": role,
        "drifted": _drifted(compared, of_column, thresholds, texts),
        "because": tuple(REASONS[what] for what, decision in of_column.items() if decision.high),
        "told": "; ".join([*_message(compared, of_column), *_changes(changes, thresholds.level_each)]) or None,
        "texts": texts,
        "changed_shares": tuple(_changed(change) for change in changes if _is_sure(change, thresholds.level_each)),
        "reference": reference.there,
        "current": current.there,
        "missing": _missing_facts(compared, by_missing) if thresholds.missingness else None,
        "strays": strays,
    }
    if texts is not None and (said := text_message(texts)) is not None:
        facts |= {"because": (*facts["because"], TEXTS), "told": said}
    elif texts is not None and not isinstance(texts.drifted, Undefined):
        facts["told"] = "free text, compared by its lengths, its words and a classifier"
    if isinstance(found, Undefined):
        own = ORDERED if is_ordered(kind) else CATEGORIES if is_category(kind) else ()
        facts["statistics"] = dict.fromkeys((*EITHER, *own) if own else (), found)
    elif compared.unseen is not None:
        figures = _figures(found, of_column.get(VALUES), sensitive=sensitive)
        facts |= figures | {"statistics": dict.fromkeys(found.statistics, compared.unseen)}
    else:
        facts |= _figures(found, of_column.get(VALUES), sensitive=sensitive)
    if reference.categories is not None:
        facts |= new_categories(reference, current, sensitive=sensitive)
    if compared.newcomers is not None:
        facts["newcomers"] = _newcomer_facts(compared.newcomers, current.there, of_column.get(NEW))
    return ColumnFacts.model_validate(facts)


def _message(compared: ComparedColumn, decisions: Mapping[str, ColumnDecision]) -> Iterator[str]:
    """The evidence for drift: the effect of the values, and other differences found."""
    values, missing, new = (decisions.get(what) for what in (VALUES, MISSING, NEW))
    before, now = compared.reference, compared.current
    if new is not None and new.high and compared.newcomers is not None:
        found = compared.newcomers
        yield (
            f"{found.rows:,} rows have rare categories that the reference lacks, by chance {found.expected:,.4g}, "
            f"adjusted p {_chance(new.adjusted_p.value)}"
        )
    if values is not None:
        certain = f", adjusted p {_chance(values.adjusted_p.value)}" if values.high else ""
        yield f"PSI {values.effect.value:.3f} (matters from {values.bar:.2f}){certain}"
    if compared.unseen is not None:
        yield "most rows have a category that is too rare to compare"
    if (strays := decisions.get(STRAYS)) is not None and strays.high:
        shares = [each.strays / (each.there + each.strays) for each in (before, now)]
        yield f"{shares[0]:.1%} of the values before were texts among numbers or times, {shares[1]:.1%} now"
    if missing is not None and missing.high:
        yield f"missing in {before.missing / before.rows:.1%} of the rows before, in {now.missing / now.rows:.1%} now"


def _is_sure(change: ShareChange, level: float) -> bool:
    return change.adjusted_p <= 1 - level and (change.is_large or change.is_notable)


def _changes(changes: Sequence[ShareChange], level: float) -> Iterator[str]:
    """The changed shares in words, without the values; missing values have their own."""
    for change in changes:
        if not _is_sure(change, level) or (change.question == MISSING and change.is_large):
            continue
        before, now = change.shares
        what = {ONE_VALUE: "one value in", BEYOND: "beyond the range in", MISSING: "missing in"}[change.question]
        look = "" if change.is_large else "worth a look: "
        yield f"{look}{what} {before:.1%} of the rows before, in {now:.1%} now"


def _changed(change: ShareChange) -> ShareFacts:
    (before, n), (now, m) = change.before, change.now
    return ShareFacts(
        question=change.question,
        reference=exact(before / n, n),
        current=exact(now / m, m),
        adjusted_p=exact(change.adjusted_p, n + m),
        large=change.is_large,
    )


def _chance(p: float) -> str:
    return f"{p:.3f}" if p >= LEAST_TOLD else f"below {LEAST_TOLD}"


def _figures(found: Comparison, decision: ColumnDecision | None, *, sensitive: bool) -> dict[str, object]:
    """The statistics, the test and the effect's bar; edges are values, so sensitive columns have none."""
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


def _drifted(
    compared: ComparedColumn,
    decisions: Mapping[str, ColumnDecision],
    thresholds: DriftThresholds,
    texts: TextFacts | None = None,
) -> Measure:
    """0 or 1: a column drifted if its values, missing values, categories or free texts did."""
    rows = compared.reference.rows + compared.current.rows
    known = list(decisions.values())
    empty = compared.reference.there == compared.current.there == 0
    if any(each.low for each in known):
        return exact(1, rows)
    undefined = compared.values if isinstance(compared.values, Undefined) else compared.unseen
    if texts is not None:
        if isinstance(texts.drifted, Undefined) or texts.drifted.value or not known:
            return texts.drifted
    elif (
        compared.by_values
        and undefined is not None
        and not (undefined is compared.values and empty and MISSING in decisions)
    ):
        return undefined
    fewer = min(compared.reference.rows, compared.current.rows)
    if not known and thresholds.missingness and fewer >= thresholds.fewest:
        # Nothing is missing on either side, and nothing else was tested.
        return exact(0, rows)
    if not known:
        return Undefined(reason="empty" if rows == 0 else "too_few", n=rows, needed=thresholds.fewest)
    best = max(known, key=lambda each: (each.high, each.value))
    return best.drifted(rows)


def _newcomer_facts(found: Newcomers, rows: int, decision: ColumnDecision | None) -> NewcomerFacts | None:
    if decision is None:
        return None
    return NewcomerFacts(
        rows=exact(found.rows, rows),
        expected=exact(found.expected, rows),
        psi=exact(found.effect, rows),
        adjusted_p=decision.adjusted_p.estimate(rows),
    )


def _missing_facts(compared: ComparedColumn, decision: ColumnDecision | None) -> MissingFacts | None:
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
