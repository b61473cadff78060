"""Columns of categories: what both sides can tell of them, and which of them are new."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from assay.checks.drift.sides import SideColumn
from assay.facts.values import Undefined, exact

if TYPE_CHECKING:
    from assay.stats.binning import CategoryCounts
    from assay.tables.aggregates import TopCounts

MOST_KNOWN = 10_000
"""Categories that are told apart."""
SURPASSED = 10
"""How many times the other side's most a category must have, to be told from what the other does not list."""
MOST_EXAMPLES, FEW, LONGEST = 5, 50, 80
"""Names of new categories are told only where a column has so few values that none is about one person."""


def column_from_counts(found: TopCounts) -> SideColumn:
    """A column of categories by the most frequent ones."""
    from assay.stats.binning import CategoryCounts

    counts = CategoryCounts(dict(found.values), found.rest)
    return SideColumn(counts.n, found.missing, categories=counts, is_exact=found.rest == 0)


def column_from_categories(values: Any) -> SideColumn:
    """A column of categories by its values, None where one is missing."""
    from assay.stats.binning import CategoryCounts

    counts = Counter(values.tolist())
    missing = counts.pop(None, 0)
    return SideColumn(counts.total(), missing, categories=CategoryCounts(counts), is_exact=True)


def align_categories(reference: CategoryCounts, current: CategoryCounts) -> tuple[CategoryCounts, CategoryCounts]:
    """ColumnPairs sides by the categories that both tell well: the others join the rest, whose count is known.

    A category that only one side lists is kept where the other cannot have more than a small part as many of it.
    """
    if reference.rest == current.rest == 0:
        return reference, current
    kept = {*reference.listed} & {*current.listed}
    for one, other in ((reference, current), (current, reference)):
        most = min([other.rest, *other.listed.values()])
        kept |= {name for name, count in one.listed.items() if count >= SURPASSED * most}
    first, second = (_only(each, kept) for each in (reference, current))
    return first, second


def _only(counts: CategoryCounts, kept: Collection[Any]) -> CategoryCounts:
    from assay.stats.binning import CategoryCounts

    listed = {name: count for name, count in counts.listed.items() if name in kept}
    return CategoryCounts(listed, counts.n - sum(listed.values()))


def new_categories(reference: SideColumn, current: SideColumn, *, sensitive: bool) -> dict[str, object]:
    """How many rows have a category that the reference does not have, and some of these where they may be told."""
    before, now = reference.categories, current.categories
    if before is None or now is None:
        return {}
    if before.rest or now.rest:
        return {"new_categories": Undefined(reason="not_applicable", n=now.n)}
    new = sorted(((name, count) for name, count in now.listed.items() if name not in before.listed), key=_frequent)
    told = not sensitive and len(now.listed) <= FEW
    return {
        "new_categories": exact(sum(count for _, count in new), now.n),
        "new_examples": tuple(str(name)[:LONGEST] for name, _ in new[:MOST_EXAMPLES]) if told else (),
    }


def _frequent(named: tuple[Any, int]) -> tuple[int, str]:
    return -named[1], str(named[0])
