"""Whether two sets have the same categories, and lack values equally often."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assay.checks.hygiene.findings import AlikeFacts, DifferenceFinding
from assay.checks.hygiene.scene import MOST_NAMES, Asking, Scene
from assay.tables.addressing import Table
from assay.tables.aggregates import Strangers
from assay.tables.predicates import IsDuplicate, IsMissing
from assay.tables.questions import Counts
from assay.values import Estimate, Undefined, exact

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assay.tables.aggregates import Aggregate
    from assay.tables.questions import Question

CATEGORIES = ("text", "boolean")


def measure_alike(scene: Scene, name: str, matters: float, level: float) -> Asking:
    """The categories and the missing values of a set held against those of the training data."""
    train = scene.train
    if train is None or not (scene.rows[train] and scene.rows[name]):
        nothing = DifferenceFinding(columns=Undefined(reason="empty" if train else "not_applicable"))
        return AlikeFacts(categories=nothing, missingness=nothing)
    columns = [column for column in scene.features(name) if scene.has(train, column)]
    named = [column for column in scene.shared(name, train) if scene.kinds[name][column] in CATEGORIES]
    once = [(column, IsDuplicate(column)) for column in named]
    gone = [(f"missing {column}", IsMissing(column)) for column in named]
    asked: list[Question | Aggregate] = [Counts(Table(train), (*once, *gone))]
    asked += [Strangers(Table(name), (column,), Table(train), (column,)) for column in named]
    tally, *known = yield asked
    new = {}
    for column, found in zip(named, known, strict=True):
        there = tally.rows - tally.true[f"missing {column}"]
        # A value that occurs once is as likely as one that has not occurred yet (Good 1953).
        new[column] = ((found.strangers, found.rows), (there - tally.true[column], there))
    lacking = {
        column: tuple((scene.summaries[each][column].missing, scene.rows[each]) for each in (name, train))
        for column in columns
    }
    pairs = {column: (first, second) for column, (first, second) in lacking.items()}
    return AlikeFacts(
        categories=differing(new, matters, level, upwards=True),
        missingness=differing(pairs, matters, level, upwards=False),
    )


def differing(
    pairs: Mapping[str, tuple[tuple[int, int], tuple[int, int]]], matters: float, level: float, *, upwards: bool
) -> DifferenceFinding:
    """The columns whose shares differ by an exact test, all columns taken together, and by so much that it matters."""
    from assay.stats.intervals import bonferroni
    from assay.stats.proportions import difference
    from assay.stats.shares import fisher_tail

    each = bonferroni(level, len(pairs))
    measured = {column: difference(*pair, level=each) for column, pair in pairs.items()}
    found = {column: shown for column, shown in measured.items() if isinstance(shown, Estimate)}
    ordered = sorted(found, key=lambda column: (-abs(found[column].value), column))
    surely = [
        column
        for column in ordered
        if (found[column].value if upwards else abs(found[column].value)) >= matters
        and fisher_tail(*pairs[column]) <= (1 - each) / 2
    ]
    return DifferenceFinding(
        columns=exact(len(surely), len(pairs)),
        names=tuple(surely[:MOST_NAMES]),
        by_column={column: found[column] for column in ordered[:MOST_NAMES] if found[column].value},
    )
