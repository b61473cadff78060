"""Columns of free text: their texts seldom repeat, so they are compared by how they are made, not by value."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from assay.checks.drift.facts import TextFacts
from assay.checks.drift.sides import Side
from assay.facts.values import Estimate, Undefined, exact
from assay.tables.aggregates import RowSample
from assay.tables.questions import Question

if TYPE_CHECKING:
    from assay.checks.drift.column_decisions import ComparedColumn, DriftThresholds
    from assay.stats.free_texts import TextComparison

ROWS = 2_000
"""The rows of each side that are drawn; permutations of more would take longer than they tell."""
TEXT, TEXTS = "text", "texts"


def measure_texts(
    sides: tuple[Side, Side],
    found: Mapping[str, ComparedColumn],
    thresholds: DriftThresholds,
    seed: int,
    group: str | None = None,
) -> Generator[list[Question], list[Any], dict[str, TextFacts]]:
    """The facts on the columns of free text; the reference decides which these are. `group` names what has clusters."""
    from assay.stats.free_texts import is_free_text

    names = tuple(name for name, each in found.items() if each.by_values and _may_be_free(sides, name, each))
    if not names:
        return {}
    wanted = (*names, *([group] if group is not None and group not in names else []))
    drawn = yield [RowSample(side.table, wanted, ROWS, seed) for side in sides]
    free = [name for name in names if is_free_text(drawn[0][name].tolist())]
    return {
        name: _facts(_compared(name, drawn, thresholds, len(free), seed, group), len(free), thresholds) for name in free
    }


def _compared(
    name: str,
    drawn: Sequence[Mapping[str, Any]],
    thresholds: DriftThresholds,
    columns: int,
    seed: int,
    group: str | None,
) -> TextComparison:
    from assay.stats.free_texts import compare_texts

    there = [[place for place, text in enumerate(rows[name].tolist()) if text is not None] for rows in drawn]
    one, other = ([rows[name][place] for place in places] for rows, places in zip(drawn, there, strict=True))
    groups = None
    if group is not None:
        before, now = ([rows[group][place] for place in places] for rows, places in zip(drawn, there, strict=True))
        groups = (before, now)
    return compare_texts(one, other, seed=seed, level=thresholds.level, columns=columns, groups=groups)


def _may_be_free(sides: tuple[Side, Side], name: str, compared: ComparedColumn) -> bool:
    """Whether a column is text in two tables, and most texts of the reference may differ from each other."""
    if any(side.profile is not None or side.kinds.get(name) != TEXT for side in sides):
        return False
    before = compared.reference.categories
    return before is not None and (before.rest > 0 or 2 * len(before.listed) > compared.reference.there > 0)


def _facts(found: TextComparison, columns: int, thresholds: DriftThresholds) -> TextFacts:
    """The facts on one column; its p-value counts for as many columns as were tested."""
    if isinstance(found.auc, Undefined) or found.p is None:
        few = found.auc if isinstance(found.auc, Undefined) else Undefined(reason="too_few", n=found.n)
        return TextFacts(drifted=few, roc_auc=few, adjusted_p=few)
    p = min(1.0, found.p * columns)
    return TextFacts(
        drifted=exact(int(found.drifted(1 - (1 - thresholds.level) / columns) or False), found.n),
        roc_auc=found.auc,
        adjusted_p=exact(p, found.n),
        lengths=(exact(found.lengths[0], found.n), exact(found.lengths[1], found.n)),
        familiar=(exact(found.familiar[0], found.n), exact(found.familiar[1], found.n)),
        moved=exact(found.distance, found.n),
        farthest=found.farthest,
    )


def text_message(found: TextFacts) -> str | None:
    """The evidence for a drift of texts in words; None if there is none."""
    if (
        isinstance(found.drifted, Undefined)
        or not found.drifted.value
        or found.lengths is None
        or found.familiar is None
    ):
        return None
    (before, now), (known, still) = (
        [each.value for each in pair if not isinstance(each, Undefined)] for pair in (found.lengths, found.familiar)
    )
    area = found.roc_auc.value if not isinstance(found.roc_auc, Undefined) else 1.0
    moved = found.moved.value if isinstance(found.moved, Estimate) else 0.0
    return (
        f"a classifier tells the texts apart with a ROC AUC of {area:.2f}; {moved:.0%} of them moved in their "
        f"{found.farthest}; their middle length was {before:,.0f} "
        f"letters, now {now:,.0f}, and {known:.0%} of their words were familiar, now {still:.0%}"
    )
