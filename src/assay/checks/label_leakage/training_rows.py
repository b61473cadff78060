"""Training sets that hold the rows of an evaluated set."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import permutations
from typing import TYPE_CHECKING, Any

from assay.checks.data_hygiene.inspected_sets import can_be_equal, sample_size, seed_of
from assay.tables.addressing import Table
from assay.tables.aggregates import RowSample, Strangers, Summary

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping, Sequence

    from assay.dossier.check_context import CheckContext

MOST_SHARED = 0.5
"""Data sets that share more of their rows than this are one data set."""
COARSE = 0.6
"""Where chance makes more rows equal than this, the columns do not tell a copy from a coincidence."""
SPARSE = 0.05
"""A column with more missing values does not say whether rows are the same."""
Pair = tuple[str, str]
_TRAINING = re.compile(r"train|fit|learn", re.IGNORECASE)
_EVALUATED = ("holdout", "test")


@dataclass(frozen=True)
class ComparedPairs:
    """Pairs of a training set and an evaluated set: `shared` most rows, had nothing to be compared by, or are `alike`.

    The rows of the latter are so much alike that a copied one cannot be told from another.
    """

    shared: tuple[Pair, ...] = ()
    uncompared: tuple[Pair, ...] = ()
    alike: tuple[Pair, ...] = ()


def training_pairs(context: CheckContext) -> Iterator[Pair]:
    """Each training set beside each evaluated set."""
    evaluated = {*context.predicted, *_EVALUATED, *context.on(None)}
    for train, held in permutations(context.sets, 2):
        if is_training(train) and held in evaluated and not is_training(held):
            yield train, held


def is_training(name: str) -> bool:
    """Whether a data set is for training, by its name."""
    return _TRAINING.search(name) is not None


def find_shared(
    pairs: Sequence[Pair],
    context: CheckContext,
    schemas: Mapping[str, Mapping[str, str]],
    rows: Mapping[str, int],
) -> Generator[list[Any], list[Any], ComparedPairs]:
    """The pairs that share most rows of the evaluated set, beyond what chance explains, and those that cannot tell."""
    from assay.checks.data_hygiene.chance_duplicates import chance_of_meeting, coded, share_beyond_chance

    names = list(dict.fromkeys(name for pair in pairs for name in pair))
    common = {pair: _common(context, schemas, pair) for pair in pairs}
    summaries = dict(zip(names, (yield [Summary(Table(name), _known(schemas[name])) for name in names]), strict=True))
    full = {
        pair: tuple(
            each for each in common[pair] if all(summaries[name][each].missing <= SPARSE * rows[name] for name in pair)
        )
        for pair in pairs
    }
    compared = [pair for pair in pairs if full[pair]]
    asked: list[Any] = []
    for train, held in compared:
        columns = full[train, held]
        size = sample_size(len(columns))
        asked += [Strangers(Table(held), columns, Table(train), columns)]
        asked += [RowSample(Table(name), columns, size, seed_of(context)) for name in (held, train)]
    answers = iter((yield asked))
    shared, alike = list[Pair](), list[Pair]()
    for pair in compared:
        tally, mine, theirs = next(answers), next(answers), next(answers)
        here, there = coded([mine, theirs], full[pair])
        chance = chance_of_meeting(here, there, rows[pair[0]], seed_of(context))
        beyond = share_beyond_chance(tally.rows - tally.strangers, tally.rows, chance)
        if chance > COARSE:
            alike.append(pair)
        # Of the rows that chance leaves, because a copied row cannot be a coincidence as well.
        elif beyond > MOST_SHARED * (1 - chance):
            shared.append(pair)
    return ComparedPairs(tuple(shared), tuple(pair for pair in pairs if not full[pair]), tuple(alike))


def _known(schema: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(each for each, kind in schema.items() if kind != "other" and not each.startswith("@"))


def _common(context: CheckContext, schemas: Mapping[str, Mapping[str, str]], pair: Pair) -> tuple[str, ...]:
    """The columns that both sets have, without the id, which a copy can change."""
    one, other = (schemas[name] for name in pair)
    return tuple(each for each in _known(one) if each != context.id and can_be_equal(one[each], other.get(each)))
