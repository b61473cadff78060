"""How often a whole table is called drifted, at the check's defaults, although nothing shifted.

    uv run python -m tests.benchmarks.drift_families [--tables 1000] [--seed 1]

Each table has columns of many shapes: numbers, counts, many zeros, a sentinel, flags, frequent and rare categories, most of
them with missing values. It counts as called if the check would call one of its columns, for whatever reason.
"""

from __future__ import annotations

import argparse
import math
import time
from collections import Counter
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from assay.checks.drift.column_decisions import DriftThresholds, compare, decisions_of
from assay.checks.drift.column_facts import column_facts
from assay.checks.drift.sides import SideColumn
from assay.checks.drift.spec import Spec
from assay.checks.drift.yes_no_questions import asked_shares, share_decisions
from assay.facts.values import Undefined
from assay.stats.binning import CategoryCounts
from assay.stats.bounded import known
from assay.stats.samples import sample_of_values
from assay.stats.share_changes import adjusted

PROMISED = 0.025
Values = NDArray[np.float64]
Random = np.random.Generator
NUMBERS: dict[str, Callable[[Random, int], Values]] = {
    "normal": lambda random, n: random.normal(0, 1, n),
    "heavy tails": lambda random, n: random.standard_t(1.5, n),
    "log-normal": lambda random, n: np.exp(random.normal(0, 1.5, n)),
    "counts": lambda random, n: random.poisson(2, n).astype(float),
    "many zeros": lambda random, n: np.where(random.random(n) < 0.7, 0.0, random.exponential(10, n)),
    "a sentinel": lambda random, n: np.where(random.random(n) < 0.04, -999.0, random.normal(50, 10, n)),
    "rounded": lambda random, n: np.round(random.normal(40, 12, n) / 5) * 5,
}
CATEGORIES: dict[str, Values] = {
    "flag, 1 %": np.array([0.01, 0.99]),
    "flag, 5 %": np.array([0.05, 0.95]),
    "flag, half": np.array([0.5, 0.5]),
    "five": np.array([0.4, 0.3, 0.15, 0.1, 0.05]),
    "thirty, most rare": (1 / np.arange(1, 31)) / (1 / np.arange(1, 31)).sum(),
    "two thousand": np.full(2_000, 1 / 2_000),
}
ABSENT = (0.0, 0.0, 0.01, 0.05, 0.12, 0.4)
SIZES = ((50, 50), (100, 100), (200, 200), (1_000, 1_000), (10_000, 10_000), (10_000, 200))
WIDTHS = (1, 5, 20, 60)


def side(random: Random, shape: str, rows: int, absent: float) -> SideColumn:
    """A column of so many rows, of which some are missing."""
    missing = int(random.binomial(rows, absent))
    there = rows - missing
    if shape in CATEGORIES:
        counts = random.multinomial(there, CATEGORIES[shape]).tolist()
        listed = {f"c{number:04}": count for number, count in enumerate(counts) if count}
        return SideColumn(there, missing, categories=CategoryCounts(listed), is_exact=True)
    values = np.sort(NUMBERS[shape](random, there))
    spread = float(values.std()) if there else 0.0
    return SideColumn(
        there, missing, sample=sample_of_values(values), spread=known(spread) if spread else None, is_exact=True
    )


def called(random: Random, rows: int, now: int, width: int) -> dict[str, tuple[str, ...]]:
    """The columns that are called, each with its shape and why."""
    spec = Spec(reference="train", current="holdout")
    thresholds = DriftThresholds(level=spec.level, effect=spec.effect, fewest=spec.smallest, missingness=True)
    shapes = random.choice([*NUMBERS, *CATEGORIES], width).tolist()
    found = {}
    for number, shape in enumerate(shapes):
        absent = float(random.choice(ABSENT))
        both = (side(random, shape, each, absent) for each in (rows, now))
        found[str(number)] = compare(*both, thresholds)
    decisions = decisions_of(found, thresholds)
    changes = adjusted(asked_shares(found, missingness=thresholds.missingness, fewest=thresholds.fewest))
    decisions |= share_decisions(changes, thresholds.level_each)
    seen = {}
    for name, each in found.items():
        kind = "text" if shapes[int(name)] in CATEGORIES else "number"
        own = [change for change in changes if change.column == name]
        facts = column_facts(name, kind, "feature", each, decisions, own, sensitive=False, thresholds=thresholds)
        if not isinstance(facts.drifted, Undefined) and facts.drifted.value:
            seen[name] = (shapes[int(name)], *facts.because)
    return seen


def simulate(rows: int, now: int, width: int, tables: int, seed: int) -> tuple[int, Counter[str]]:
    """How many tables are called, and why."""
    random = np.random.default_rng([seed, rows, now, width])
    alarmed, why = 0, Counter[str]()
    for _ in range(tables):
        seen = called(random, rows, now, width)
        alarmed += bool(seen)
        why.update(": ".join(each[:2]) for each in seen.values())
    return alarmed, why


def is_within(alarmed: int, tables: int) -> bool:
    """Whether a share of called tables is what is promised, plus three standard errors."""
    return alarmed / tables <= PROMISED + 3 * math.sqrt(PROMISED * (1 - PROMISED) / tables)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--tables", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--most", type=int, default=20, help="columns of the widest tables")
    given = parser.parse_args()
    print("| rows before, now | columns | tables | called | most often because of | s |\n|---|---|---|---|---|---|")
    broken = []
    for rows, now in SIZES:
        for width in (each for each in WIDTHS if each <= given.most):
            started = time.perf_counter()
            alarmed, why = simulate(rows, now, width, given.tables, given.seed)
            usual = ", ".join(f"{name} ({count})" for name, count in why.most_common(2))
            seconds = time.perf_counter() - started
            print(
                f"| {rows:,}, {now:,} | {width} | {given.tables:,} | {alarmed / given.tables:.4f} | {usual} "
                f"| {seconds:.0f} |",
                flush=True,
            )
            if not is_within(alarmed, given.tables):
                broken.append((rows, now, width))
    if broken:
        raise SystemExit(f"More tables called than promised: {broken}")


if __name__ == "__main__":
    main()
