"""Whether rows of one set have more twins in the training data than those rows have among themselves.

In a random split both are equally likely, whatever the columns are, so no model of the columns is needed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay.checks.data_hygiene.leaks.column_views import see
from assay.stats.shares import fisher_tail

SURELY, MAYBE = 0.001, 0.01
LEAST_SHARE = 0.003
"""The smallest share of rows that closes a gate."""
NATURAL = 0.01
"""If so many training rows have twins, a split in the order of the file has runs of them."""
STEPS = (0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005)
MOST_NEAR, NORMAL_RANGE = 0.005, 3.29
FEWEST_ROWS = 20
Hashes = NDArray[np.uint64]


@dataclass(frozen=True)
class TwinCounts:
    """Rows with a twin in the training data, training rows with one among the others, rows with one of their own."""

    shared: int
    rows: int
    among: int
    train: int
    own: int

    @property
    def expected(self) -> float:
        """The share of rows that would have a twin in a random split."""
        return self.among / self.train

    @property
    def beyond(self) -> float:
        """The share of rows beyond it."""
        return max(0.0, self.shared / self.rows - self.expected)

    def chance(self) -> float:
        """The chance of so many shared rows in a random split: Fisher's exact test, one-sided."""
        if not self.beyond:
            return 1.0
        return fisher_tail((self.shared, self.rows), (self.among, self.train))

    def is_proven(self, *, exact: bool) -> bool:
        """Whether rows were surely copied."""
        if self.beyond < LEAST_SHARE:
            return False
        if exact and not self.among and not self.own:
            return self._all_meet() < MAYBE
        return self.chance() < SURELY and (self.expected < NATURAL or self._beyond_own() < SURELY)

    def is_suspected(self, *, exact: bool) -> bool:
        """Whether a person should look."""
        return self.chance() < MAYBE or (not self.among and self.shared >= (1 if exact else 2))

    def least_provable(self) -> float | None:
        """The smallest share of copied rows that could be proven; None if not even copies of all rows could be."""
        low, high = math.floor(self.expected * self.rows) + 1, self.rows
        if low > high or not self._with(high).is_proven(exact=True):
            return None
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if self._with(middle).is_proven(exact=True) else (middle + 1, high)
        return low / self.rows - self.expected

    def _all_meet(self) -> float:
        """The chance that a random split parts so many pairs of twins and leaves none of them whole."""
        train = self.train / (self.train + self.rows)
        return float((2 * train * (1 - train)) ** self.shared)

    def _with(self, shared: int) -> TwinCounts:
        return TwinCounts(shared, self.rows, self.among, self.train, self.own)

    def _beyond_own(self) -> float:
        """The chance of so many by the rate at which the rows have twins of their own."""
        from scipy.special import bdtrc

        rate = 1 - (1 - min(1.0, self.own / self.rows)) ** (self.train / self.rows)
        return float(bdtrc(self.shared - 1, self.rows, rate)) if rate < 1 else 1.0


@dataclass(frozen=True)
class NearTwins:
    """Twins within steps of so many spreads, in a sample; `places` are those of the sampled rows that have one."""

    counts: TwinCounts
    step: float
    places: NDArray[np.int64]


def near_twins(
    mine: Mapping[str, Any], theirs: Mapping[str, Any], kinds: Mapping[str, str], seed: int
) -> NearTwins | None:
    """Rows that nearly equal a training row, by the coarsest steps at which few training rows have a twin.

    None if there are no such steps, or no numbers to take in steps.
    """
    columns = list(kinds)
    rows, train = (len(each[columns[0]]) for each in (mine, theirs))
    if min(rows, train) < FEWEST_ROWS:
        return None
    random = np.random.Generator(np.random.PCG64(seed))
    multiples = random.integers(0, 2**64, len(columns), dtype=np.uint64) | np.uint64(1)
    parts = [_Column(kinds[name], theirs[name], mine[name], float(random.random())) for name in columns]
    if not any(each.spread for each in parts):
        return None
    for step in STEPS:
        known, found = (np.zeros(each, dtype=np.uint64) for each in (train, rows))
        for each, multiple in zip(parts, multiples, strict=True):
            before, now = each.codes(step)
            known += before * multiple
            found += now * multiple
        among = _with_twin(known)
        if among <= MOST_NEAR * train:
            places = np.flatnonzero(np.isin(found, known))
            return NearTwins(TwinCounts(len(places), rows, among, train, _with_twin(found)), step, places)
    return None


class _Column:
    """A column of both sets, as whole numbers for a step."""

    def __init__(self, kind: str, theirs: Any, mine: Any, offset: float) -> None:
        seen = see("", kind, np.concatenate([theirs, mine]))
        self._split, self._offset, self._numbers = len(theirs), offset, None
        self.spread, self.whole = 0.0, False
        self._fixed = seen.codes
        if kind == "text":
            folded = [
                None if code < 0 else str(each).strip().casefold()
                for each, code in zip(seen.values, seen.codes, strict=True)
            ]
            places: dict[object, int] = {}
            self._fixed = np.fromiter((places.setdefault(each, len(places)) for each in folded), np.int64, len(folded))
        elif kind != "boolean" and seen.numbers is not None:
            known = seen.numbers[: self._split]
            known = known[np.isfinite(known)]
            self.whole = bool((known == np.floor(known)).all())
            self.spread = _spread(known)
            self._numbers = seen.numbers

    def codes(self, step: float) -> tuple[Hashes, Hashes]:
        """Equal numbers are nearly equal values; what has no step is equal or not."""
        size = step * self.spread
        found = self._fixed
        if self._numbers is not None and size > 0 and not (self.whole and size < 1):
            with np.errstate(over="ignore", invalid="ignore"):
                steps = np.floor(self._numbers / size + self._offset)
            kept = np.isfinite(steps) & (np.abs(steps) < 2.0**62)
            found = np.where(kept, np.where(kept, steps, 0).astype(np.int64), self._fixed)
        hashed = found.astype(np.uint64)
        return hashed[: self._split], hashed[self._split :]


def _spread(values: NDArray[np.float64]) -> float:
    """The standard deviation, or that of a normal column of the same middle range if this is smaller."""
    if len(values) < 2:  # noqa: PLR2004  # one value has no spread
        return 0.0
    with np.errstate(over="ignore", invalid="ignore"):
        whole, middle = float(values.std()), float(np.subtract(*np.quantile(values, [0.95, 0.05]))) / NORMAL_RANGE
    found = min(whole, middle) if middle > 0 else whole
    return found if math.isfinite(found) else 0.0


def _with_twin(hashes: Hashes) -> int:
    times = np.unique(hashes, return_counts=True)[1]
    return int(times[times > 1].sum())


def sentence(counts: TwinCounts, train: str, *, near: float | None = None) -> str:
    """What was found, in words."""
    what = "are also in" if near is None else f"nearly equal (within {near:g} spreads) rows of"
    usual = counts.expected * counts.rows
    return f"{counts.shared:,} of {counts.rows:,} rows {what} {train}; in a random split about {usual:,.1f} would be."


def blind_spot(counts: TwinCounts, train: str) -> str | None:
    """Where natural twins hide copies, in words; None without any, or if a share of a hundredth could be proven."""
    if not counts.among:
        return None
    least = counts.least_provable()
    if least is None:
        return f"Rows of {train} have so many twins of their own that copies cannot be told from them."
    if least <= NATURAL:
        return None
    share = math.ceil(1000 * least) / 10
    return f"Rows of {train} have twins of their own, so copies of less than {share:g} % of rows cannot be told."
