"""Columns of categories: which categories both sides know, and which are new."""

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
"""The most categories that are counted one by one."""
SURPASSED = 10
"""A category that only one side lists stays if it has this many times the most rows it can have on the other side."""
MOST_EXAMPLES, FEW, LONGEST = 5, 50, 80
"""Names of new categories are shown only if a column has so few values that none is about one person."""


def column_from_counts(found: TopCounts) -> SideColumn:
    """A column of categories, by the counts of its most frequent ones."""
    from assay.stats.binning import CategoryCounts

    counts = CategoryCounts(dict(found.values), found.rest)
    return SideColumn(counts.n, found.missing, categories=counts, is_exact=found.rest == 0)


def column_from_categories(values: Any) -> SideColumn:
    """A column of categories, by its values; None is missing."""
    from assay.stats.binning import CategoryCounts

    counts = Counter(values.tolist())
    missing = counts.pop(None, 0)
    return SideColumn(counts.total(), missing, categories=CategoryCounts(counts), is_exact=True)


def align_categories(reference: CategoryCounts, current: CategoryCounts) -> tuple[CategoryCounts, CategoryCounts]:
    """Both sides on the same categories; the other categories join the rest.

    A category that only one side lists stays if the other side can have only a small part as many rows of it.
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
    """How many rows have a category that the reference lacks, and some of the names if they may be shown."""
    before, now = reference.categories, current.categories
    if before is None or now is None:
        return {}
    if before.rest or now.rest:
        return {"new_categories": Undefined(reason="not_applicable", n=now.n)}
    new = sorted(((name, count) for name, count in now.listed.items() if name not in before.listed), key=_frequent)
    named = not sensitive and len(now.listed) <= FEW
    return {
        "new_categories": exact(sum(count for _, count in new), now.n),
        "new_examples": tuple(str(name)[:LONGEST] for name, _ in new[:MOST_EXAMPLES]) if named else (),
    }


def _frequent(named: tuple[Any, int]) -> tuple[int, str]:
    return -named[1], str(named[0])
