"""Bars that a good model can clear with the rows at hand, and how many rows prove the bars that one would wish for."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from assay.tables.addressing import Table
from assay.tables.aggregates import RowSample
from assay.tables.predicates import Column
from assay.tables.questions import Cells
from assay.tables.source import Source

WISHED, WIDEST, STEP = 0.1, 0.5, 0.05
"""The bar on gaps that one would wish for, the widest that is worth a check, and the steps between."""
FEWEST, MOST_GROUPS = 30, 100
"""As the check of bias has them: the fewest rows of a group's rate, and the most groups."""
FOUND, FALSE = 0.7, 0.2
"""The rates of true and false positives of the fair model that the rows must be enough for."""
SAMPLE, SEED = 5_000, 1
KEPT = 0.7
"""The share of a constant's mean error that a regression may have; with even errors, about an R² of 0.5."""
GAPS = ("demographic_parity_difference", "equalized_odds_difference")


@dataclass(kw_only=True)
class ProposedBars:
    """The bars of quality and bias as YAML, each with a remark; and notes on what the rows cannot prove.

    `error` is how far always answering the median is off, in the label's unit.
    """

    regression: str | None = None
    error: float | None = None
    gaps: dict[str, float] = field(default_factory=lambda: dict.fromkeys(GAPS, WISHED))
    notes: list[str] = field(default_factory=list)

    def gaps_text(self) -> str:
        """The bars on gaps, as they stand in the manifest."""
        return ", ".join(f'{name}: "<= {bar:g}"' for name, bar in self.gaps.items())


def propose_bars(
    task: str, name: str, source: Source, label: str, attributes: Iterable[str], positive: Any = None
) -> ProposedBars:
    """The bars for a task, from the labels of a data set; without `positive`, the later answer is positive."""
    if task == "regression":
        return propose_regression_bar(name, source, label)
    return (
        propose_gap_bars(name, source, label, attributes, positive)
        if task == "binary-classification"
        else ProposedBars()
    )


def propose_regression_bar(name: str, source: Source, label: str) -> ProposedBars:
    """A bar on the mean absolute error, which is in the label's unit: below that of always answering the median."""
    import numpy as np

    from assay.stats.grouping import missing, numbers

    values = _ask(name, source, RowSample(Table(name), (label,), SAMPLE, SEED))[label]
    found = numbers(values[~missing(values)])
    finite = found[np.isfinite(found)] if found is not None else np.array([])
    distance = float(np.abs(finite - np.median(finite)).mean()) if len(finite) else 0.0
    if not 0 < distance < math.inf:
        return ProposedBars()
    bar = f'mean_absolute_error: "<= {KEPT * distance:.2g}"'
    remark = f"# ← your bar; always answering the median is off by {distance:.2g}"
    return ProposedBars(regression=f"{{{bar}}}    {remark}", error=distance)


def propose_gap_bars(
    name: str, source: Source, label: str, attributes: Iterable[str], positive: Any = None
) -> ProposedBars:
    """Bars on gaps that a fair model clears four times in five, for every attribute; wished ones where no bar is."""
    proposed = ProposedBars()
    for attribute in attributes:
        counts = _counts(_ask(name, source, Cells(Table(name), (Column(attribute), Column(label)))), positive)
        if 2 <= len(counts) <= MOST_GROUPS:  # noqa: PLR2004  # one group has no gap
            for gap in GAPS:
                _propose(proposed, gap, attribute, counts)
    return proposed


def _propose(proposed: ProposedBars, gap: str, attribute: str, counts: Mapping[str, list[int]]) -> None:
    """Widens a bar as far as an attribute needs, and notes how many rows would prove the wished one."""
    from assay.stats.provable_gaps import provable_gap, times_the_rows

    positives, negatives = ([sides[each] for sides in counts.values()] for each in (0, 1))
    groups = [one + other for one, other in zip(positives, negatives, strict=True)]
    selected = min(max(sum(positives) / sum(groups), 0.05), 0.95)
    rates = [(selected, groups)] if gap == GAPS[0] else [(FOUND, positives), (FALSE, negatives)]
    fewest, rows, words = min(min(n) for _, n in rates), sum(groups), gap.replace("_", " ")
    if fewest == 0:
        proposed.notes.append(f"{words} by {attribute} cannot be measured: a group has no row of one answer")
        return
    few = max(1.0, FEWEST / fewest)
    bar = provable_gap(rates)
    if few == 1 and bar <= WISHED:
        return
    enough = times_the_rows([(rate, [round(n * few) for n in each]) for rate, each in rates], WISHED)
    needed = "more rows than anybody has" if enough is None else f"about {_rounded(rows * few * enough):,} rows"
    if few > 1:
        told = f"a rate of {attribute} has {fewest} of the {FEWEST} rows that it needs"
        proposed.notes.append(
            f'{words} by {attribute} stays undefined: {told}; to prove "<= {WISHED:g}" takes {needed}'
        )
        return
    step = min(WIDEST, math.ceil(bar / STEP - 1e-9) * STEP)
    proposed.gaps[gap] = max(proposed.gaps[gap], round(step, 2))
    able = f'a fair model can clear "<= {step:g}"' if bar <= WIDEST else "a fair model clears no bar worth a check"
    proposed.notes.append(f'{words} by {attribute}: with {rows:,} rows {able}; to prove "<= {WISHED:g}" takes {needed}')


def _counts(cells: Mapping[tuple[Any, ...], int], positive: Any) -> dict[str, list[int]]:
    """The rows of each group with the positive answer and with the other one; rows without an answer do not count."""
    from assay.stats.grouping import name, order

    answers = sorted({label for _, label in cells if label is not None}, key=order)
    wanted = answers[-1] if positive is None and answers else positive
    found: dict[str, list[int]] = {}
    for (group, label), rows in cells.items():
        if label is not None:
            sides = found.setdefault(name(group), [0, 0])
            sides[label != wanted] += rows
    return found


def _rounded(rows: float) -> int:
    step = 10 ** max(0, len(str(int(rows))) - 2)
    return int(-(-rows // step) * step)


def _ask(name: str, source: Source, question: Any) -> Any:
    from assay.tables.answering import Tables

    with Tables({name: source}, {}, None) as tables:
        return tables.answer([question])[0]
