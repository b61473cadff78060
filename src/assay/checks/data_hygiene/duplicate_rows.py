"""Rows that repeat another row, and rows that contradict another row."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from assay.checks.data_hygiene.facts import RowFacts, RowsFinding
from assay.checks.data_hygiene.inspected_sets import MOST_KEYS, NUMBERS, InspectedSets
from assay.checks.data_hygiene.row_findings import compared_columns, complete_rows, finding, ids, undefined
from assay.tables.addressing import Table
from assay.tables.aggregates import Conflicts, Duplicates, Repeated
from assay.tables.interleaving import QuestionRounds
from assay.tables.predicates import IsDuplicate, Not
from assay.tables.questions import Keys

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assay.tables.aggregates import Aggregate
    from assay.tables.questions import Question

FINEST, COARSEST = 1e-9, 0.01
"""The steps, in standard deviations, within which two numbers are nearly equal."""
CHANCE_OF_STEPS = 0.002
PEAK = 1 / (2 * math.sqrt(math.pi))
"""The chance that two normal numbers lie within a small step, per step in standard deviations."""


def measure_rows(inspected: InspectedSets, name: str) -> QuestionRounds[RowFacts]:
    """The findings about rows of one set, compared with each other."""
    columns = compared_columns(
        inspected, name, [column for column in inspected.kinds[name] if column != inspected.context.id]
    )
    features = inspected.features(name)
    steps, folded = _steps(inspected, name, columns), tuple(c for c in columns if inspected.kinds[name][c] == "text")
    label, table = inspected.context.label, Table(name)
    asked: dict[str, Question | Aggregate] = {}
    if inspected.has(name, inspected.context.id):
        asked["ids"] = Duplicates(table, (str(inspected.context.id),))
    if columns:
        asked["exact"] = Duplicates(table, columns)
        asked["near"] = Duplicates(table, columns, tuple(steps.items()), folded)
    if label is not None and inspected.has(name, label) and features:
        asked["conflicts"] = Conflicts(table, features, label)
    found = dict(zip(asked, (yield list(asked.values())), strict=True))
    again = {
        key: Keys(table, Not(IsDuplicate(of[0], tuple(of[1:]))), MOST_KEYS)
        for key, of in (("ids", [str(inspected.context.id)]), ("exact", columns))
        if key in found and found[key].whole > found[key].distinct
    }
    keys = dict(zip(again, (yield list(again.values())), strict=True))
    whole, near = _repeating(inspected, name, columns, steps, folded, found)
    return RowFacts(
        rows=inspected.rows[name],
        ids=_of_ids(found.get("ids"), inspected, keys.get("ids", ())),
        exact=whole.model_copy(update={"keys": keys.get("exact", ())}),
        near=near,
        conflicts=_conflicting(inspected, name, features, found.get("conflicts")) if label is not None else None,
    )


def _steps(inspected: InspectedSets, name: str, columns: Sequence[str]) -> dict[str, float]:
    """How far nearly equal numbers may lie apart: so little that rows are seldom nearly equal by chance.

    Half of the columns are assumed to depend on the others. Whole numbers with a small spread stay as they are.
    """
    spreads = {}
    for column in columns:
        summary = inspected.summaries[name][column]
        if inspected.kinds[name][column] in NUMBERS and summary.deviations and summary.n > 1:
            spread = math.sqrt(summary.deviations / (summary.n - 1))
            if math.isfinite(spread) and spread > 0:
                spreads[column] = spread
    own = -(-len(spreads) // 2)
    share = (CHANCE_OF_STEPS / max(1, inspected.rows[name])) ** (1 / max(1, own)) / PEAK
    share = min(COARSEST, max(FINEST, share))
    return {
        column: share * spread
        for column, spread in spreads.items()
        if inspected.kinds[name][column] == "number" or share * spread > 1
    }


def _repeating(
    inspected: InspectedSets,
    name: str,
    columns: Sequence[str],
    steps: dict[str, float],
    folded: Sequence[str],
    found: Any,
) -> tuple[RowsFinding, RowsFinding]:
    if "exact" not in found:
        return undefined("not_applicable"), undefined("not_applicable")
    whole, near = found["exact"], found["near"]
    if not whole.whole:
        return undefined("empty"), undefined("empty")
    from assay.checks.data_hygiene.chance_duplicates import chance_of_repeating, coded, share_beyond_chance, stepped

    sample = inspected.samples[name]
    (rows,), (nearly,) = coded([sample], columns), coded([stepped(sample, steps, folded)], columns)
    chances = [chance_of_repeating(each, whole.whole, inspected.seed) for each in (rows, nearly)]
    counts = [each.whole - each.distinct for each in (whole, near)]
    shares = [share_beyond_chance(count, whole.whole, chance) for count, chance in zip(counts, chances, strict=True)]
    return (
        finding(counts[0], whole.whole, len(columns), shares[0], chances[0]),
        finding(max(0, counts[1] - counts[0]), whole.whole, len(columns), max(0.0, shares[1] - shares[0]), chances[1]),
    )


def _conflicting(inspected: InspectedSets, name: str, features: Sequence[str], rows: int | None) -> RowsFinding:
    n = inspected.rows[name]
    if rows is None or not n:
        return undefined(
            "empty"
            if rows is not None
            else "not_applicable"
            if inspected.has(name, inspected.context.label)
            else "lacks_label"
        )
    if not rows:
        # Of many features, all codes of the sample take much memory, and nothing is to be explained.
        return finding(0, n, len(features), 0.0, 0.0)
    from assay.checks.data_hygiene.chance_duplicates import (
        chance_of_repeating,
        coded,
        places_of_conflicts,
        share_beyond_chance,
    )
    from assay.stats.grouping import missing

    sample, label = inspected.samples[name], str(inspected.context.label)
    (found,) = coded([sample], features)
    # Every row that has an equal one by chance may contradict it; one repetition makes two such rows.
    chance = min(1.0, 2 * chance_of_repeating(found, n, inspected.seed))
    kept = complete_rows(sample, features)
    places = places_of_conflicts(found, sample[label][kept], inspected.seed) if len(found) else ()
    labelled = ~missing(sample[label])
    keys = ids(inspected, name, [kept[place] for place in places if labelled[kept[place]]])
    return finding(rows, n, len(features), share_beyond_chance(rows, n, chance), chance, keys)


def _of_ids(found: Repeated | None, inspected: InspectedSets, keys: tuple[str, ...]) -> RowsFinding | None:
    if inspected.context.id is None:
        return None
    if found is None or not found.whole:
        return undefined("not_applicable" if found is None else "empty")
    count = found.whole - found.distinct
    return finding(count, found.whole, 1, count / found.whole, 0.0, keys)
