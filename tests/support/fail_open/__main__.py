"""Searches for a gate that fails open among many decisions, on every processor; ends with 1 if there is one."""

from __future__ import annotations

import argparse
import itertools
import multiprocessing
import sys
import time
from collections.abc import Sequence

from tests.support.fail_open.search import Tally, search

_BLOCK = 2_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Draws the decisions of a seed, and says which of them Assay and the oracle do not agree on."""
    parser = argparse.ArgumentParser(prog="python -m tests.support.fail_open", description=__doc__)
    parser.add_argument("--decisions", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0, help="number of the first decision")
    asked = parser.parse_args(arguments)
    total, started = Tally(), time.monotonic()
    starts = range(asked.seed, asked.seed + asked.decisions, _BLOCK)
    blocks = [range(start, min(start + _BLOCK, asked.seed + asked.decisions)) for start in starts]
    with multiprocessing.Pool() as pool:
        for tally in pool.imap_unordered(search, blocks):
            total.kinds.update(tally.kinds)
            total.failed_open += tally.failed_open
            total.disagreed += tally.disagreed
    for kind, times in sorted(total.kinds.items()):
        sys.stdout.write(f"{times:>10,}  {kind}\n")
    sys.stdout.write(f"{asked.decisions:,} decisions in {time.monotonic() - started:.0f} s from {asked.seed}\n")
    for said, seeds in (("opens what must stay shut", total.failed_open), ("gives another answer", total.disagreed)):
        for seed in itertools.islice(sorted(seeds), 20):
            sys.stdout.write(f"Decision {seed} {said}.\n")
    return 1 if total.failed_open or total.disagreed or not asked.decisions else 0


if __name__ == "__main__":
    sys.exit(main())
