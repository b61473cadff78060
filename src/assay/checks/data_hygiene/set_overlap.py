"""Rows that a data set shares with the training data, and rows that lie before its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assay.checks.data_hygiene.facts import ApartFacts, RowsFinding
from assay.checks.data_hygiene.inspected_sets import MOST_KEYS, ORDERED, Asking, Scene
from assay.checks.data_hygiene.row_findings import finding, full, ids, undefined, whole_rows
from assay.tables.addressing import Table
from assay.tables.aggregates import Known, Strangers
from assay.tables.predicates import Column, Compare, IsTrue, Not
from assay.tables.questions import Counts, Keys

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assay.tables.aggregates import Aggregate
    from assay.tables.questions import Question


def measure_apart(scene: Scene, name: str) -> Asking:
    """The rows of one set held against the training data."""
    train, book = scene.train, scene.book
    if train is None:
        return ApartFacts(rows=undefined("not_applicable"))
    shared = scene.shared(name, train)
    features = [column for column in full(scene, name, shared) if column in full(scene, train, shared)]
    asked: dict[str, Question | Aggregate] = {}
    if scene.alike(name, train, book.id):
        asked["ids"] = Strangers(Table(name), (str(book.id),), Table(train), (str(book.id),))
    if features:
        asked["rows"] = Strangers(Table(name), tuple(features), Table(train), tuple(features))
    last = scene.summaries[train][book.time].maximum if book.time and scene.alike(name, train, book.time) else None
    if last is not None and scene.kinds[name][str(book.time)] in ORDERED:
        earlier = Compare("<", Column(str(book.time)), last)
        asked["time"] = Counts(Table(name), (("earlier", earlier),))
        asked["earliest"] = Keys(Table(name), Not(IsTrue(earlier)), MOST_KEYS)
    found = dict(zip(asked, (yield list(asked.values())), strict=True))
    return ApartFacts(
        ids=_shared_ids(scene, name, found.get("ids")) if book.id is not None else None,
        rows=_shared_rows(scene, name, features, found.get("rows")),
        time=_earlier(scene, name, found) if book.time is not None else None,
    )


def _shared_ids(scene: Scene, name: str, found: Known | None) -> RowsFinding:
    if found is None or not found.rows:
        return undefined("not_applicable" if found is None else "empty")
    from assay.checks.data_hygiene.chance_duplicates import coded, places_of_meeting

    column = str(scene.book.id)
    mine, theirs = coded([scene.samples[name], scene.samples[str(scene.train)]], [column])
    count = found.rows - found.strangers
    rows = whole_rows(scene.samples[name], [column])
    keys = ids(scene, name, [rows[place] for place in places_of_meeting(mine, theirs, 0)]) if count else ()
    return finding(count, found.rows, 1, count / found.rows, 0.0, keys)


def _shared_rows(scene: Scene, name: str, features: Sequence[str], found: Known | None) -> RowsFinding:
    if found is None or not found.rows:
        return undefined("not_applicable" if found is None else "empty")
    train = str(scene.train)
    if not scene.rows[train]:
        return undefined("empty")
    from assay.checks.data_hygiene.chance_duplicates import beyond, chance_of_meeting, coded, places_of_meeting

    mine, theirs = coded([scene.samples[name], scene.samples[train]], features)
    chance = chance_of_meeting(mine, theirs, scene.rows[train], scene.seed)
    count = found.rows - found.strangers
    rows = whole_rows(scene.samples[name], features)
    keys = ids(scene, name, [rows[place] for place in places_of_meeting(mine, theirs, scene.seed)]) if count else ()
    return finding(count, found.rows, len(features), beyond(count, found.rows, chance), chance, keys)


def _earlier(scene: Scene, name: str, found: Any) -> RowsFinding:
    if "time" not in found:
        return undefined("empty" if not scene.rows[str(scene.train)] else "not_applicable")
    tally = found["time"]
    compared = tally.true["earlier"] + tally.false["earlier"]
    if not compared:
        return undefined("empty")
    earlier = tally.true["earlier"]
    return finding(earlier, compared, 1, earlier / compared, 0.0, found["earliest"] if earlier else ())
