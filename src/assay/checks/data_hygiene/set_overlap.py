"""Rows that a data set shares with the training data, and rows before the training data's end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assay.checks.data_hygiene.facts import OverlapFacts, RowsFinding
from assay.checks.data_hygiene.inspected_sets import MOST_KEYS, ORDERED, InspectedSets
from assay.checks.data_hygiene.row_findings import compared_columns, complete_rows, finding, ids, undefined
from assay.tables.addressing import Table
from assay.tables.aggregates import StrangerCount, Strangers
from assay.tables.interleaving import QuestionRounds
from assay.tables.predicates import Column, Compare, IsTrue, Not
from assay.tables.questions import Counts, Keys

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assay.tables.aggregates import Aggregate
    from assay.tables.questions import Question


def measure_overlap(inspected: InspectedSets, name: str) -> QuestionRounds[OverlapFacts]:
    """The findings about rows of one set, compared with the training data."""
    train, context = inspected.train, inspected.context
    if train is None:
        return OverlapFacts(rows=undefined("not_applicable"))
    shared = inspected.shared(name, train)
    features = [
        column
        for column in compared_columns(inspected, name, shared)
        if column in compared_columns(inspected, train, shared)
    ]
    asked: dict[str, Question | Aggregate] = {}
    if inspected.is_comparable(name, train, context.id):
        asked["ids"] = Strangers(Table(name), (str(context.id),), Table(train), (str(context.id),))
    if features:
        asked["rows"] = Strangers(Table(name), tuple(features), Table(train), tuple(features))
    last = (
        inspected.summaries[train][context.time].maximum
        if context.time and inspected.is_comparable(name, train, context.time)
        else None
    )
    if last is not None and inspected.kinds[name][str(context.time)] in ORDERED:
        earlier = Compare("<", Column(str(context.time)), last)
        asked["time"] = Counts(Table(name), (("earlier", earlier),))
        asked["earliest"] = Keys(Table(name), Not(IsTrue(earlier)), MOST_KEYS)
    found = dict(zip(asked, (yield list(asked.values())), strict=True))
    return OverlapFacts(
        ids=_shared_ids(inspected, name, found.get("ids")) if context.id is not None else None,
        rows=_shared_rows(inspected, name, features, found.get("rows")),
        time=_earlier(inspected, name, found) if context.time is not None else None,
    )


def _shared_ids(inspected: InspectedSets, name: str, found: StrangerCount | None) -> RowsFinding:
    if found is None or not found.rows:
        return undefined("not_applicable" if found is None else "empty")
    from assay.checks.data_hygiene.chance_duplicates import coded, places_of_meeting

    column = str(inspected.context.id)
    mine, theirs = coded([inspected.samples[name], inspected.samples[str(inspected.train)]], [column])
    count = found.rows - found.strangers
    rows = complete_rows(inspected.samples[name], [column])
    keys = ids(inspected, name, [rows[place] for place in places_of_meeting(mine, theirs, 0)]) if count else ()
    return finding(count, found.rows, 1, count / found.rows, 0.0, keys)


def _shared_rows(
    inspected: InspectedSets, name: str, features: Sequence[str], found: StrangerCount | None
) -> RowsFinding:
    if found is None or not found.rows:
        return undefined("not_applicable" if found is None else "empty")
    train = str(inspected.train)
    if not inspected.rows[train]:
        return undefined("empty")
    from assay.checks.data_hygiene.chance_duplicates import (
        chance_of_meeting,
        coded,
        places_of_meeting,
        share_beyond_chance,
    )

    mine, theirs = coded([inspected.samples[name], inspected.samples[train]], features)
    chance = chance_of_meeting(mine, theirs, inspected.rows[train], inspected.seed)
    count = found.rows - found.strangers
    rows = complete_rows(inspected.samples[name], features)
    keys = (
        ids(inspected, name, [rows[place] for place in places_of_meeting(mine, theirs, inspected.seed)])
        if count
        else ()
    )
    return finding(count, found.rows, len(features), share_beyond_chance(count, found.rows, chance), chance, keys)


def _earlier(inspected: InspectedSets, name: str, found: Any) -> RowsFinding:
    if "time" not in found:
        return undefined("empty" if not inspected.rows[str(inspected.train)] else "not_applicable")
    tally = found["time"]
    compared = tally.true["earlier"] + tally.false["earlier"]
    if not compared:
        return undefined("empty")
    earlier = tally.true["earlier"]
    return finding(earlier, compared, 1, earlier / compared, 0.0, found["earliest"] if earlier else ())
