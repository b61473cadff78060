"""How often drift is called where there is none, and how often it is found where it was planted.

    uv run python -m tests.benchmarks.false_alarms [--pairs 2000] [--seed 1] [--rows 2e9]

Each setting simulates so many pairs of a column at least, and as many runs as the budget of rows allows. Columns differ in
shape and are looked at as the check does: a sketch first, then the values where its bounds leave a decision open.
"""

from __future__ import annotations

import argparse
import math
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tests.support.plain_sketches import middle, sketch

from assay.facts.values import Undefined
from assay.stats.binning import CategoryCounts
from assay.stats.comparing import Comparison, compare_categories, compare_numbers
from assay.stats.drifting import ColumnDecision, decide, unsettled
from assay.stats.samples import sample_of_sketch, sample_of_values

NOMINAL = 0.05
Values = NDArray[np.float64]
SHAPES: dict[str, Callable[[np.random.Generator, int, float], Values]] = {
    "normal": lambda random, n, shift: random.normal(shift, 1, n),
    "timestamps": lambda random, n, shift: 1.7e9 + 1e6 * random.normal(shift, 1, n),
    "heavy tails": lambda random, n, shift: random.standard_t(1.5, n) + shift,
    "log-normal": lambda random, n, shift: np.exp(random.normal(shift, 1, n)),
    "few integers": lambda random, n, shift: np.floor(random.normal(3 + shift, 1, n)).clip(0, 6),
}
CATEGORIES = {"flag": 0.1, "categories": 0.0}
ALL_SHAPES = (*SHAPES, *CATEGORIES)


@dataclass(frozen=True)
class Setting:
    """Rows before and now, columns in a run, and what share of them is shifted by how many standard deviations."""

    n: int
    m: int
    columns: int
    shift: float = 0.0
    shifted: float = 0.0
    shapes: tuple[str, ...] = ALL_SHAPES


@dataclass(frozen=True)
class Outcome:
    """What was called drifted, over so many runs."""

    runs: int
    columns: int
    planted: int
    alarmed_runs: int
    alarms: int
    found: int
    open: int
    by_test: int
    by_effect: int

    def within(self) -> bool:
        """Whether false alarms stay within nominal plus three standard errors, by column and by run."""
        quiet = self.columns - self.planted
        return all(
            alarmed / each <= NOMINAL + 3 * math.sqrt(NOMINAL * (1 - NOMINAL) / each)
            for alarmed, each in ((self.alarms, quiet), (self.alarmed_runs, self.runs))
        )


class Column:
    """A column of two samples that can be looked at twice."""

    def __init__(self, random: np.random.Generator, shape: str, setting: Setting, shift: float) -> None:
        sizes = ((setting.n, 0.0), (setting.m, shift))
        self.shape = shape
        if shape in CATEGORIES:
            self.counts = tuple(categories(random, shape, n, moved) for n, moved in sizes)
        else:
            self.values = tuple(np.sort(SHAPES[shape](random, n, moved)) for n, moved in sizes)

    def look(self, first: Comparison | None = None) -> Comparison:
        """The comparison by sketch, or the exact one after it."""
        if self.shape in CATEGORIES:
            found = compare_categories(*self.counts)
        elif first is None:
            units = middle(self.values[0])
            found = compare_numbers(*(sample_of_sketch(sketch(each, *units)) for each in self.values))
        else:
            edges = first.edges if first.effect.is_exact else None
            found = compare_numbers(*(sample_of_values(each) for each in self.values), edges=edges)
        if isinstance(found, Undefined):
            raise TypeError("no rows were simulated")
        return found


def categories(random: np.random.Generator, shape: str, rows: int, shift: float) -> CategoryCounts:
    if shape == "flag":
        odds = CATEGORIES["flag"] / (1 - CATEGORIES["flag"]) * math.exp(2 * shift)
        share = odds / (1 + odds)
        shares = np.array([share, 1 - share])
    else:
        # Zipf's thirty, of which most are rare; a shift makes the frequent ones more so.
        shares = 1 / np.arange(1, 31) ** (1 + shift)
        shares /= shares.sum()
    counts = random.multinomial(rows, shares).tolist()
    return CategoryCounts({f"category {name:02}": count for name, count in enumerate(counts) if count})


def one_run(random: np.random.Generator, setting: Setting) -> tuple[tuple[ColumnDecision, ...], tuple[Comparison, ...]]:
    planted = round(setting.shifted * setting.columns)
    columns = [
        Column(
            random,
            setting.shapes[int(random.integers(len(setting.shapes)))],
            setting,
            setting.shift if number < planted else 0.0,
        )
        for number in range(setting.columns)
    ]
    looks = [column.look() for column in columns]
    for _ in range(setting.columns + 1):
        decisions = decide([look.evidence(str(number)) for number, look in enumerate(looks)])
        wanted = unsettled(decisions)
        if not wanted:
            break
        looks = [
            column.look(look) if str(number) in wanted else look
            for number, (column, look) in enumerate(zip(columns, looks, strict=True))
        ]
    return decisions, tuple(looks)


def simulate(setting: Setting, runs: int, seed: int) -> Outcome:
    """So many runs, each with columns of its own."""
    random = np.random.default_rng([seed, setting.n, setting.m, setting.columns, int(setting.shift * 1000)])
    planted = round(setting.shifted * setting.columns)
    seen: Counter[str] = Counter()
    for _ in range(runs):
        decisions, looks = one_run(random, setting)
        false = sum(each.value for each in decisions[planted:])
        seen["alarms"] += false
        seen["runs"] += false > 0
        seen["found"] += sum(each.value for each in decisions[:planted])
        seen["open"] += sum(not each.is_settled for each in decisions)
        seen["test"] += sum(each.p.value <= NOMINAL for each in looks[planted:])
        seen["effect"] += sum(each.effect.value >= each.bar for each in looks[planted:])
    return Outcome(
        runs=runs,
        columns=runs * setting.columns,
        planted=runs * planted,
        alarmed_runs=seen["runs"],
        alarms=seen["alarms"],
        found=seen["found"],
        open=seen["open"],
        by_test=seen["test"],
        by_effect=seen["effect"],
    )


def grid() -> Iterator[Setting]:
    sizes = [(50, 50), (200, 200), (1_000, 1_000), (10_000, 10_000), (100_000, 100_000), (10_000, 50), (50, 10_000)]
    for n, m in sizes:
        for columns in (1, 10, 50, 200):
            yield Setting(n, m, columns)
        for shift in (0.25, 0.5, 1.0):
            yield Setting(n, m, 10, shift=shift, shifted=0.2)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--pairs", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rows", type=float, default=2e9)
    given = parser.parse_args()
    print("| n | m | columns | shift | runs | runs alarmed | columns alarmed | test alone | PSI alone | found | s |")
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    broken = []
    for setting in grid():
        affordable = int(given.rows / ((setting.n + setting.m) * setting.columns))
        runs = max(math.ceil(given.pairs / setting.columns), min(given.pairs, affordable))
        started = time.perf_counter()
        found = simulate(setting, runs, given.seed)
        quiet = found.columns - found.planted
        power = f"{found.found / found.planted:.3f}" if found.planted else ""
        shares = (found.alarms / quiet, found.by_test / quiet, found.by_effect / quiet)
        print(
            f"| {setting.n} | {setting.m} | {setting.columns} | {setting.shift:g} | {runs} "
            f"| {found.alarmed_runs / runs:.3f} | {shares[0]:.4f} | {shares[1]:.3f} | {shares[2]:.3f} | {power} "
            f"| {time.perf_counter() - started:.0f} |",
            flush=True,
        )
        if found.open or (not setting.shift and not found.within()):
            broken.append(setting)
    if broken:
        raise SystemExit(f"More false alarms than promised, or decisions left open: {broken}")


if __name__ == "__main__":
    main()
