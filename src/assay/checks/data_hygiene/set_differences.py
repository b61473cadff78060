"""Whether two sets have the same categories and the same shares of missing values."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from assay.checks.data_hygiene.facts import DifferenceFinding, SetDifferenceFacts
from assay.checks.data_hygiene.inspected_sets import MOST_NAMES, InspectedSets
from assay.facts.values import Estimate, Undefined, exact

if TYPE_CHECKING:
    from collections.abc import Mapping

CATEGORIES = ("text", "boolean")
Share = tuple[int, int]
"""A number of rows, and the number out of which."""


def measure_differences(inspected: InspectedSets, name: str, matters: float, level: float) -> SetDifferenceFacts:
    """The categories of a set's sampled rows and all its missing values, compared with the training data."""
    train = inspected.train
    if train is None or not (inspected.rows[train] and inspected.rows[name]):
        nothing = DifferenceFinding(columns=Undefined(reason="empty" if train else "not_applicable"))
        return SetDifferenceFacts(categories=nothing, missingness=nothing)
    named = [column for column in inspected.shared(name, train) if inspected.kinds[name][column] in CATEGORIES]
    new = {
        column: new_values(_once_a_group(inspected, name, column), _once_a_group(inspected, train, column))
        for column in named
    }
    lacking = {
        column: (_lacking(inspected, name, column), _lacking(inspected, train, column))
        for column in inspected.features(name)
        if inspected.has(train, column)
    }
    return SetDifferenceFacts(
        categories=_with_retyped(
            differing_columns(new, matters, level, upwards=True), _retyped(inspected, name, train)
        ),
        missingness=differing_columns(lacking, matters, level, upwards=False),
    )


def _retyped(inspected: InspectedSets, name: str, train: str) -> list[str]:
    """The features whose values in one set cannot equal those in the other, because their types differ."""
    return [
        column
        for column in inspected.features(name)
        if inspected.has(train, column) and not inspected.is_comparable(name, train, column)
    ]


def _with_retyped(found: DifferenceFinding, retyped: list[str]) -> DifferenceFinding:
    """A finding that counts columns of other types too: none of their values is known."""
    if not retyped or isinstance(found.columns, Undefined):
        return found
    columns = exact(found.columns.value + len(retyped), found.columns.n + len(retyped))
    return found.model_copy(update={"columns": columns, "names": (*retyped, *found.names)[:MOST_NAMES]})


def new_values(values: Any, known: Any) -> tuple[Share, Share]:
    """How many values are new, and how many would be new by chance.

    Values that occur once are as frequent as values that have not occurred yet (Good 1953).
    """
    times = Counter(value for value in known.tolist() if value is not None)
    there = [value for value in values.tolist() if value is not None]
    once = sum(count == 1 for count in times.values())
    return (sum(value not in times for value in there), len(there)), (once, times.total())


def _once_a_group(inspected: InspectedSets, name: str, column: str) -> Any:
    """The sampled values, each once for each group that has it: what a group repeats, it says once."""
    import numpy as np

    from assay.stats.clusters import clusters_of

    values, group = inspected.samples[name][column], inspected.context.group
    if group is None or not inspected.has(name, group):
        return values
    codes = clusters_of(inspected.samples[name][group], group).codes.tolist()
    first = dict.fromkeys(zip(codes, values.tolist(), strict=True))
    kept = np.empty(len(first), dtype=object)
    kept[:] = [value for _, value in first]
    return kept


def _lacking(inspected: InspectedSets, name: str, column: str) -> Share:
    """The rows without a value; fewer if those of a group are alike, as the sampled rows show."""
    from assay.stats.clustered_shares import thinned_share
    from assay.stats.clusters import clusters_of
    from assay.stats.grouping import missing

    lacking, rows, group = inspected.summaries[name][column].missing, inspected.rows[name], inspected.context.group
    if group is None or not inspected.has(name, group):
        return lacking, rows
    clusters = clusters_of(inspected.samples[name][group], group)
    if clusters.are_single:
        return lacking, rows
    factor = thinned_share(missing(inspected.samples[name][column]), clusters).factor
    return round(lacking / factor), max(1, round(rows / factor))


def differing_columns(
    pairs: Mapping[str, tuple[Share, Share]], matters: float, level: float, *, upwards: bool
) -> DifferenceFinding:
    """The columns whose shares differ by an exact test, corrected for all columns, and by enough to matter."""
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
