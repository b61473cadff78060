"""Whether data drifted: features, predictions, labels and missing values, each column by test and effect together.

Method: A column drifted only if a test says so and the effect is large enough. The tests are Kolmogorov and Smirnov's
for numbers and Pearson's χ² for categories, adjusted for all columns together (Benjamini and Hochberg 1995). The
effect is the population stability index, from `effect` up, more where few rows make it large by chance. Missing
values, frequent values and values beyond the range are asked about separately, by Fisher's exact test (Holm 1979).

Undefined: `too_few` if a side has fewer values than `smallest`, `nothing_compared` if a column has hardly any value
that occurs often enough to compare, as names and ids do, `not_applicable` if the sides have different types, `empty`
without rows.

Cost: One pass over both sides, and a second one where the first leaves the decision open. Twenty columns of a million
rows a side took 1.3 s, of ten million 5.7 s (two cores). The classifier of all columns (`joint`) adds 1 to 2 s.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from assay.checks.drift.compared_columns import ChosenColumn, choose
from assay.checks.drift.declared_bars import bars, problems
from assay.checks.drift.facts import ColumnFacts, Facts
from assay.checks.drift.sides import Side
from assay.checks.drift.spec import CATEGORIES, EITHER, ORDERED, Spec
from assay.dossier.check_context import CheckContext
from assay.facts.check_parts import ColumnUse
from assay.facts.values import Estimate, Measure, Undefined, exact
from assay.tables.addressing import SCORE, Table

if TYPE_CHECKING:
    from assay.stats.share_changes import ShareChange
    from assay.tables.questions import Question

__all__ = ["Facts", "Spec", "bars", "columns", "compared", "measure", "named", "problems", "scored"]

EXAMPLE = "{reference: train, current: test}"


def columns(spec: Spec, context: CheckContext) -> Iterable[ColumnUse]:
    """The data sets. Columns are left out, because a missing column is a finding, not a mistake in the manifest."""
    for role in ("reference", "current"):
        if getattr(spec, role) not in context.profiled:
            yield ColumnUse(where=(role,), set=getattr(spec, role))


def scored(spec: Spec, context: CheckContext) -> Iterable[str]:
    """Both sides, if predictions are compared."""
    return (spec.reference, spec.current) if {"predictions", "concept"} & set(spec.parts) else ()


def compared(spec: Spec, context: CheckContext) -> Iterable[str]:
    """The reference, because a new reference changes the meaning of drift."""
    return (spec.reference,)


def named(spec: Spec, context: CheckContext) -> Mapping[str, Iterable[str]]:
    """Columns and metrics; the scores of several classes have names that only the answers tell."""
    from assay.checks.drift.joint_distribution import METRICS

    metrics = tuple(name for name, _ in METRICS.get(context.task, ()))
    found = {"metrics": metrics, "statistics": (*EITHER, *ORDERED, *CATEGORIES)}
    if "predictions" in spec.parts and context.task == "multiclass-classification":
        return found
    own = (SCORE, *(spec.columns or ()), *context.features, *([context.label] if context.label else []))
    sides = (column for side in (spec.reference, spec.current) for column in context.columns.get(side, ()))
    return {**found, "columns": tuple(dict.fromkeys((*own, *sides)))}


def measure(spec: Spec, context: CheckContext) -> Generator[list[Question], list[Any], Facts]:
    """Compares each column of both sides, then decides on all of them together."""
    from assay.checks.drift.clustered_tests import read_clusters, retest_by_clusters
    from assay.checks.drift.column_decisions import DriftThresholds, decisions_of
    from assay.checks.drift.column_facts import column_facts
    from assay.checks.drift.distribution_pictures import draw_worst
    from assay.checks.drift.joint_distribution import measure_concept, measure_joint
    from assay.checks.drift.portions import compare_columns
    from assay.checks.drift.text_comparison import measure_texts
    from assay.checks.drift.text_readings import ask_strays, read_texts
    from assay.checks.drift.yes_no_questions import share_decisions
    from assay.stats.share_changes import adjusted

    reference, current = yield from _sides(spec, context)
    names = [each.name for each in choose(spec, context, reference.kinds, current.kinds)]
    reference, current = sides = yield from read_texts(reference, current, names)
    rows, now = reference.rows, current.rows
    chosen = choose(spec, context, reference.kinds, current.kinds)
    thresholds = DriftThresholds(
        level=spec.level,
        effect=spec.effect,
        fewest=spec.smallest,
        missingness="missingness" in spec.parts,
    )
    whole = [each for each in chosen if each.fault is None]
    valued = {each.name for each in whole if f"{each.role}s" in spec.parts}
    found, asked = yield from compare_columns(sides, [each.name for each in whole], valued, thresholds, context.seed)
    decisions = decisions_of(found, thresholds)
    clusters, chances = (yield from read_clusters(sides, context)), None
    if clusters is not None:
        found, chances = yield from retest_by_clusters(sides, clusters, found, asked)
        decisions = decisions_of(found, thresholds)
    changes = adjusted(asked, chances=chances)
    decisions |= share_decisions(changes, thresholds.level_each)
    changes_of: dict[str, list[ShareChange]] = {}
    for change in changes:
        changes_of.setdefault(change.column, []).append(change)
    strays = yield from ask_strays(sides, found)
    grouped = context.group if clusters is not None else None
    texts = yield from measure_texts(sides, found, thresholds, context.seed, grouped)
    facts = {
        each.name: _faulty(each, rows + now)
        if each.fault is not None
        else column_facts(
            each.name,
            each.kind,
            each.role,
            found[each.name],
            decisions,
            changes_of.get(each.name, ()),
            sensitive=each.name in context.sensitive,
            thresholds=thresholds,
            strays=strays.get(each.name),
            texts=texts.get(each.name),
        )
        for each in chosen
    }
    drifted = {name: each.drifted for name, each in facts.items()}
    joint = (yield from measure_joint(reference, current, spec, context)) if "joint" in spec.parts else None
    concept = (yield from measure_concept(reference, current, context)) if "concept" in spec.parts else None
    return Facts(
        reference_rows=exact(rows, rows),
        current_rows=exact(now, now),
        clusters=clusters.count if clusters is not None else None,
        drifted_columns=_total(drifted, shares=False),
        drifted_share=_total(drifted, shares=True),
        keys=tuple(name for name, each in drifted.items() if not isinstance(each, Undefined) and each.value),
        columns=facts,
        joint=joint,
        concept=concept,
        pictures=draw_worst(found, {each.name: each.kind for each in whole}, context.sensitive),
    )


def _sides(spec: Spec, context: CheckContext) -> Generator[list[Question], list[Any], list[Side]]:
    """Both sides with their columns and rows."""
    from assay.tables.questions import Counts, Schema

    names = (spec.reference, spec.current)
    asked = [name for name in names if name not in context.profiles]
    answers = (yield [question(Table(name)) for name in asked for question in (Schema, Counts)]) if asked else []
    found = {name: (answers[2 * index], answers[2 * index + 1].rows) for index, name in enumerate(asked)}
    sides = []
    for name in names:
        if name in found:
            sides.append(Side(name, *found[name]))
        else:
            profile = context.profiles[name]
            sides.append(Side(name, profile.kinds(), profile.rows, profile))
    return sides


def _faulty(chosen: ChosenColumn, rows: int) -> ColumnFacts:
    """The facts of a column that one side lacks or has as another type: it drifted for certain."""
    return ColumnFacts(
        kind=chosen.kind, role=chosen.role, drifted=exact(1, rows), because=(str(chosen.fault),), told=str(chosen.fault)
    )


def _total(drifted: Mapping[str, Measure], *, shares: bool) -> Measure:
    """The number or the share of columns that drifted; undefined if one column is."""
    if not drifted:
        return Undefined(reason="not_applicable")
    for each in drifted.values():
        if isinstance(each, Undefined):
            return each
    known = [each for each in drifted.values() if not isinstance(each, Undefined)]
    parts = len(known) if shares else 1
    low, value, high = (sum(getattr(each, part) for each in known) / parts for part in ("low", "value", "high"))
    method = "exact" if low == high else "bounded"
    return Estimate(value=value, low=low, high=high, n=len(known), method=method, level=1.0)
