"""How often a test of drift alarms without a shift where rows come in clusters: by rows, and by permuted clusters.

    uv run python -m tests.benchmarks.clustered_alarms [--samples 400] [--seed 1] [--sizes 30,100,500]

Half of the clusters lie on either side, or each has rows on both. 5 % is promised.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator

import numpy as np
from scipy.special import ndtr

from assay.stats.bounded import known
from assay.stats.permuted_clusters import TwoSidedClusters, categories_chance, numbers_chance, share_chance
from assay.stats.shares import fisher_tail
from assay.stats.two_samples import chi_squared_p, kolmogorov_smirnov_p

LEVEL = 0.05
LAYOUTS = {"2 each": (2, 2), "6 each": (6, 6), "1 to 10": (1, 10)}
"""The fewest and the most rows of a cluster."""


def chances(random: np.random.Generator, layout: str, shared: float, count: int, *, across: bool) -> Iterator[float]:
    """P-values by rows and by clusters, of numbers, of four categories and of a share of a fifth."""
    least, most = LAYOUTS[layout]
    sizes = random.integers(least, most + 1, 2 * count)
    codes = np.repeat(np.arange(2 * count), sizes)
    own = random.normal(size=len(codes))
    values = math.sqrt(shared) * random.normal(size=2 * count)[codes] + math.sqrt(1 - shared) * own
    current = random.random(len(codes)) < 0.5 if across else codes >= count
    clusters = TwoSidedClusters(codes[~current], codes[current], 2 * count, int(random.integers(2**40)))
    before, now = values[~current], values[current]
    pooled = np.concatenate([before, now])
    cells = np.searchsorted(np.sort(before), pooled, "right") / len(before)
    other = np.searchsorted(np.sort(now), pooled, "right") / len(now)
    yield kolmogorov_smirnov_p(known(float(np.abs(cells - other).max())), len(before), len(now)).value
    yield numbers_chance(before, now, clusters)
    kinds = [np.minimum((ndtr(each) * 4).astype(np.int64), 3) for each in (before, now)]
    counts = [np.bincount(each, minlength=4) for each in kinds]
    every, n, m = counts[0] + counts[1], len(before), len(now)
    statistic = float(((counts[0] * m - counts[1] * n) ** 2 / np.maximum(every, 1)).sum()) / (n * m)
    yield chi_squared_p(known(statistic), int((every > 0).sum()) - 1).value
    yield categories_chance(kinds[0], kinds[1], clusters)
    yes = [each > 0.84 for each in (before, now)]  # a fifth
    yield min(1.0, 2 * fisher_tail((int(yes[0].sum()), n), (int(yes[1].sum()), m)))
    there = (np.ones(n, dtype=np.bool_), np.ones(m, dtype=np.bool_))
    yield share_chance(yes[0], yes[1], there, clusters)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--samples", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sizes", default="30,100,500")
    given = parser.parse_args()
    print(
        "| clusters a side | rows of a cluster | shared | KS, rows | clusters | χ², rows | clusters | share, rows | clusters |"
    )
    print("|---|---|---|---|---|---|---|---|---|", flush=True)
    highest = 0.0
    for count in map(int, given.sizes.split(",")):
        for layout in LAYOUTS:
            for shared in (0.0, 0.5, 0.95):
                for across in (False, True):
                    random = np.random.default_rng([given.seed, count, round(shared * 100), across, *layout.encode()])
                    found = np.array(
                        [list(chances(random, layout, shared, count, across=across)) for _ in range(given.samples)]
                    )
                    rates = (found <= LEVEL).mean(axis=0)
                    highest = max(highest, *rates[1::2])
                    told = " | ".join(f"{rate:.3f}" for rate in rates)
                    sides = "on both sides" if across else "on one"
                    print(f"| {count} | {layout}, {sides} | {shared:g} | {told} |", flush=True)
    errors = 4 * math.sqrt(LEVEL * (1 - LEVEL) / given.samples)
    if highest > LEVEL + errors:
        raise SystemExit(f"Permuted clusters alarm too often: {highest:.3f}")


if __name__ == "__main__":
    main()
