"""Pictures of the columns that moved most, each with two distributions."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import islice
from typing import TYPE_CHECKING

from assay.checks.drift.facts import to_digits
from assay.checks.drift.sides import is_time
from assay.facts.values import Overlay, Undefined

if TYPE_CHECKING:
    from assay.checks.drift.column_decisions import ComparedColumn
    from assay.stats.comparing import Comparison

WORST, MOST_NAMES, FEW = 6, 12, 50
"""The most pictures, the most names in a picture, and the most categories of a column whose names may be shown."""


def draw_worst(
    compared: Mapping[str, ComparedColumn], kinds: Mapping[str, str], sensitive: Collection[str]
) -> tuple[Overlay, ...]:
    """Pictures of the worst columns, by the ratio of effect to bar, the worst first."""
    found = {
        name: each.values
        for name, each in compared.items()
        if name not in sensitive and not isinstance(each.values, Undefined)
    }
    worst = sorted(found, key=lambda name: (-found[name].effect.value / found[name].bar, name))
    drawn = (_draw(name, found[name], kinds[name]) for name in worst)
    return tuple(islice((each for each in drawn if each is not None), WORST))


def _draw(name: str, found: Comparison, kind: str) -> Overlay | None:
    """A picture; None if there is only one bucket, or so many categories that some may be about one person."""
    counts = [[round(each) for each in side.count.tolist()] for side in (found.reference, found.current)]
    if "kolmogorov_smirnov" in found.statistics:
        edges = tuple(to_digits(edge) for edge in found.edges)
        # Edges that differ only beyond the digits of facts cannot be drawn.
        if not edges or any(abs(edge) == float("inf") for edge in edges) or len(set(edges)) < len(edges):
            return None
        return Overlay(
            title=name,
            label=name,
            edges=edges,
            times=is_time(kind),
            reference=tuple(counts[0]),
            current=tuple(counts[1]),
        )
    if not 1 <= len(found.names) <= FEW:
        return None
    order = sorted(range(len(found.names)), key=lambda place: (-counts[0][place] - counts[1][place], place))
    shown, others = order[:MOST_NAMES], [*order[MOST_NAMES:], len(found.names)]
    sides = [[*(side[place] for place in shown), sum(side[place] for place in others)] for side in counts]
    return Overlay(
        title=name,
        label=name,
        names=tuple(str(found.names[place])[:80] for place in shown),
        reference=tuple(sides[0]),
        current=tuple(sides[1]),
    )
