"""Rows that a data set shares with the training data, and rows before the training data's end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assay.checks.data_hygiene.facts import OverlapFacts, RowsFinding
from assay.checks.data_hygiene.inspected_sets import MOST_KEYS, ORDERED, InspectedSets
from assay.checks.data_hygiene.row_findings import (
    compared_columns,
    complete_rows,
    finding,
    ids,
    meeting,
    undefined,
)
from assay.checks.data_hygiene.shared_groups import group_column, shared_groups
from assay.facts.values import Estimate
from assay.tables.addressing import Table
from assay.tables.aggregates import StrangerCount, Strangers
from assay.tables.interleaving import QuestionRounds
from assay.tables.predicates import All, Column, Compare, IsDuplicate, IsMissing, IsTrue, Not
from assay.tables.questions import Counts, Keys

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assay.checks.data_hygiene.twins import NearTwins
    from assay.tables.aggregates import Aggregate
    from assay.tables.questions import Question


def measure_overlap(inspected: InspectedSets, name: str) -> QuestionRounds[OverlapFacts]:
    """The findings about rows of one set, compared with the training data."""
    train, context = inspected.train, inspected.context
    if train is None:
        return OverlapFacts(rows=undefined("not_applicable"))
    views = [_compared(inspected, name, inspected.shared(name, train))]
    if (wider := _compared(inspected, name, inspected.describing(name, train))) != views[0]:
        # Rows that a model cannot tell apart may differ in a column about people; a copied row has that too.
        views.append(wider)
    asked: dict[str, Question | Aggregate] = {}
    if inspected.is_comparable(name, train, context.id):
        asked["ids"] = Strangers(Table(name), (str(context.id),), Table(train), (str(context.id),))
    for place, columns in enumerate(views if views[0] else ()):
        asked[f"rows {place}"] = Strangers(Table(name), columns, Table(train), columns)
        twins = (
            ("twins", IsDuplicate(columns[0], columns[1:])),
            ("whole", All(tuple(Not(IsMissing(each)) for each in columns))),
        )
        asked[f"among {place}"], asked[f"own {place}"] = Counts(Table(train), twins), Counts(Table(name), twins)
    grouped = group_column(inspected, name)
    if grouped is not None and inspected.is_comparable(name, train, grouped):
        asked["groups"] = Strangers(Table(name), (grouped,), Table(train), (grouped,))
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
    groups = shared_groups(inspected, name, grouped, found.get("groups")) if grouped is not None else None
    seen = [
        _shared_rows(inspected, name, columns, [found.get(f"{each} {place}") for each in ("rows", "among", "own")])
        for place, columns in enumerate(views)
    ]
    rows = next((each for each in seen if isinstance(each.share, Estimate) and each.share.value), seen[0])
    if groups is not None and not groups.declared:
        # No bar is about a guess, so it is told beside the rows, where a reader sees it.
        rows = rows.model_copy(update={"told": " ".join(filter(None, (rows.told, groups.told)))})
    return OverlapFacts(
        ids=_shared_ids(inspected, name, found.get("ids")) if context.id is not None else None,
        groups=groups,
        rows=rows,
        time=_earlier(inspected, name, found) if context.time is not None else None,
    )


def _shared_ids(inspected: InspectedSets, name: str, found: StrangerCount | None) -> RowsFinding:
    if found is None or not found.rows:
        return undefined("not_applicable" if found is None else "empty")
    count = found.rows - found.strangers
    keys = meeting(inspected, name, str(inspected.context.id)) if count else ()
    return finding(count, found.rows, 1, count / found.rows, 0.0, keys)


def _compared(inspected: InspectedSets, name: str, columns: Sequence[str]) -> tuple[str, ...]:
    """The columns of both sets that are compared."""
    kept = [compared_columns(inspected, each, columns) for each in (name, str(inspected.train))]
    return tuple(column for column in kept[0] if column in kept[1])


def _shared_rows(inspected: InspectedSets, name: str, features: Sequence[str], found: Sequence[Any]) -> RowsFinding:
    """Rows that are or nearly are training rows, beyond the twins that training rows have among themselves."""
    shared, alike, own = found
    if shared is None or not shared.rows:
        return undefined("not_applicable" if shared is None else "empty")
    train = str(inspected.train)
    if not inspected.rows[train]:
        return undefined("empty")
    if not alike.true["whole"]:
        return undefined("not_applicable")
    from assay.checks.data_hygiene.twins import TwinCounts, blind_spot, near_twins, sentence

    counts = TwinCounts(
        shared=shared.rows - shared.strangers,
        rows=shared.rows,
        among=alike.true["twins"],
        train=alike.true["whole"],
        own=own.true["twins"],
    )
    mine, theirs = (inspected.samples[each] for each in (name, train))
    near = near_twins(mine, theirs, {each: inspected.kinds[name][each] for each in features}, inspected.seed)
    surely = [
        (each.beyond, sentence(each, train, near=step))
        for each, exact, step in ((counts, True, None), *([(near.counts, False, near.step)] if near else []))
        if each.is_proven(exact=exact)
    ]
    share, told = max(surely, default=(0.0, blind_spot(counts, train)))
    suspected = not surely and (
        counts.is_suspected(exact=True) or (near is not None and near.counts.is_suspected(exact=False))
    )
    result = finding(
        counts.shared, counts.rows, len(features), share, counts.expected, _keys(inspected, name, features, near)
    )
    return result.model_copy(
        update={
            "near": near.counts.shared if near else None,
            "suspected": suspected,
            "told": sentence(counts, train) if suspected else told,
        }
    )


def _keys(inspected: InspectedSets, name: str, features: Sequence[str], near: NearTwins | None) -> tuple[str, ...]:
    """The ids of sampled rows that are training rows, else of those that nearly are."""
    from assay.checks.data_hygiene.chance_duplicates import coded, places_of_meeting

    mine, theirs = coded([inspected.samples[name], inspected.samples[str(inspected.train)]], features)
    rows = complete_rows(inspected.samples[name], features)
    places = [rows[place] for place in places_of_meeting(mine, theirs, inspected.seed)]
    return ids(inspected, name, places or (near.places.tolist() if near is not None else []))


def _earlier(inspected: InspectedSets, name: str, found: Any) -> RowsFinding:
    if "time" not in found:
        return undefined("empty" if not inspected.rows[str(inspected.train)] else "not_applicable")
    tally = found["time"]
    compared = tally.true["earlier"] + tally.false["earlier"]
    if not compared:
        return undefined("empty")
    earlier = tally.true["earlier"]
    return finding(earlier, compared, 1, earlier / compared, 0.0, found["earliest"] if earlier else ())
