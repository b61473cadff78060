"""Values of text columns that are not written as nearly all others, which are numbers or times."""

from __future__ import annotations

from collections.abc import Mapping

from assay.checks.data_hygiene.facts import StraysFinding
from assay.checks.data_hygiene.inspected_sets import MOST_KEYS
from assay.facts.values import exact
from assay.tables.addressing import Table
from assay.tables.predicates import AnyOf, IsMissing, IsWritten
from assay.tables.questions import Keys, WrittenAs
from assay.tables.writings import WRITINGS

NEARLY_ALL = 0.95
"""The least share of a column's texts that are numbers or times; in columns of codes, fewer are."""


def find_strays(written: Mapping[str, WrittenAs]) -> dict[str, tuple[str, WrittenAs]]:
    """The columns with strays, each with the way in which the other texts are written."""
    found = {}
    for column, each in written.items():
        way = max(each.counts, key=lambda way: each.counts[way])
        if not each.padded and each.texts > each.counts[way] >= NEARLY_ALL * each.texts:
            found[column] = (way, each)
    return found


def ask_keys(table: Table, column: str, way: str) -> Keys:
    """The question for the ids of some rows with a stray."""
    return Keys(table, AnyOf((IsMissing(column), IsWritten(column, way))), MOST_KEYS)


def strays_finding(way: str, written: WrittenAs, keys: tuple[str, ...]) -> StraysFinding:
    """The finding about a column with strays."""
    strays = written.texts - written.counts[way]
    return StraysFinding(
        read_as=WRITINGS[way].title,
        values=exact(strays, written.texts),
        share=exact(strays / written.texts, written.texts),
        keys=keys,
    )
