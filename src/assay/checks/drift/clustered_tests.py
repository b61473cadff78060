"""The tests of drift where rows belong together: whole groups of rows change sides, not single rows."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from assay.checks.drift.column_decisions import ComparedColumn
from assay.checks.drift.comparison_rounds import values_of
from assay.checks.drift.sides import Side
from assay.dossier.check_context import CheckContext
from assay.facts.values import Undefined
from assay.stats.bounded import known
from assay.stats.clusters import clusters_of
from assay.stats.grouping import missing, numbers
from assay.stats.permuted_clusters import (
    TwoSidedClusters,
    categories_chance,
    newcomers_chance,
    numbers_chance,
    share_chance,
)
from assay.tables.addressing import Table
from assay.tables.questions import Question, Values

if TYPE_CHECKING:
    from assay.stats.share_changes import ShareChange

AT_ONCE, MOST_ROUNDS, SEEDS = 8, 10, 2**63
Column = NDArray[Any]


def read_clusters(
    sides: Sequence[Side], context: CheckContext
) -> Generator[list[Question], list[Any], TwoSidedClusters | None]:
    """The groups of the rows of both sides; None if the manifest names none, or a side is a profile, without rows."""
    group = context.group
    if group is None or any(side.profile is not None for side in sides):
        return None
    before, now = yield [Values(Table(side.name), (group,)) for side in sides]
    return two_sided(before[group], now[group], context)


def two_sided(before: Column, now: Column, context: CheckContext) -> TwoSidedClusters:
    """The clusters of rows of both sides, from their groups."""
    joined = np.empty(len(before) + len(now), dtype=object)
    joined[:] = [*before.tolist(), *now.tolist()]
    places = clusters_of(joined, str(context.group)).places
    count = int(places.max(initial=-1)) + 1
    return TwoSidedClusters(places[: len(before)], places[len(before) :], count, context.seed % SEEDS)


def retest_by_clusters(
    sides: Sequence[Side],
    clusters: TwoSidedClusters,
    compared: Mapping[str, ComparedColumn],
    asked: Sequence[ShareChange],
) -> Generator[list[Question], list[Any], tuple[dict[str, ComparedColumn], list[float]]]:
    """The comparisons with the p-values of permuted groups, and the p-values of the yes/no questions."""
    found, chances = dict(compared), [1.0] * len(asked)
    places: dict[str, list[int]] = {}
    for place, change in enumerate(asked):
        places.setdefault(change.column, []).append(place)
    wanted = [name for name, each in compared.items() if not isinstance(each.values, Undefined) or name in places]
    size = max(AT_ONCE, -(-len(wanted) // MOST_ROUNDS))
    for first in range(0, len(wanted), size):
        part = wanted[first : first + size]
        before, now = yield [values_of(side, part) for side in sides]
        for name in part:
            pair = (before[name], now[name])
            found[name] = _retested(compared[name], pair, clusters)
            for place in places.get(name, ()):
                chances[place] = _share_chance(asked[place], pair, clusters)
    return found, chances


def _retested(column: ComparedColumn, pair: tuple[Column, Column], clusters: TwoSidedClusters) -> ComparedColumn:
    if isinstance(column.values, Undefined):
        return column
    if column.reference.categories is None:
        before, now = (_numbers(each) for each in pair)
        return replace(column, values=replace(column.values, p=known(numbers_chance(before, now, clusters))))
    names = {value: place for place, value in enumerate(column.values.names)}
    codes = [
        np.array([-1 if value is None else names.get(value, len(names)) for value in each.tolist()], dtype=np.int64)
        for each in pair
    ]
    retested = replace(column, values=replace(column.values, p=known(categories_chance(codes[0], codes[1], clusters))))
    if column.newcomers is None or column.newcomers.effect <= 0:
        return retested
    rare: dict[Any, int] = {}
    places = [
        np.array(
            [-1 if value is None or value in names else rare.setdefault(value, len(rare)) for value in each.tolist()],
            dtype=np.int64,
        )
        for each in pair
    ]
    p = newcomers_chance(places[0], places[1], clusters)
    return replace(retested, newcomers=replace(column.newcomers, p=p))


def _share_chance(change: ShareChange, pair: tuple[Column, Column], clusters: TwoSidedClusters) -> float:
    asks, value = change.asks
    absent = [missing(each) for each in pair]
    if asks == "missing":
        every = (np.ones(len(pair[0]), dtype=np.bool_), np.ones(len(pair[1]), dtype=np.bool_))
        return share_chance(absent[0], absent[1], every, clusters)
    if asks == "equals":
        yes = [np.array([each == value for each in side.tolist()], dtype=np.bool_) for side in pair]
    else:
        ordered = [_numbers(side) for side in pair]
        yes = [side < value if asks == "below" else side > value for side in ordered]
    return share_chance(yes[0], yes[1], (~absent[0], ~absent[1]), clusters)


def _numbers(values: Column) -> NDArray[np.float64]:
    found = numbers(values)
    return np.full(len(values), np.nan) if found is None else found
