"""Whether two samples of free text differ: numbers that say how a text is made, and a classifier that was not told.

No language is known and no words are listed. A third of the reference says which words and letters are familiar, and is
not compared; the other texts of both sides are new to it alike, so that two halves of the same texts look the same.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay.facts.values import Measure, Undefined
from assay.stats.classifiers import DRAWS, FEWEST, separate
from assay.stats.kolmogorov import two_sample_p
from assay.stats.permuted_clusters import TwoSidedClusters, numbers_chance
from assay.stats.text_numbers import FAMILIAR, MOST_LETTERS, NUMBERS, WIDTH, Familiar, mean

MOST_DRAWS = 999
LEAST_AREA = 0.6
"""The least ROC AUC that matters; a shift of one number by a third of its standard deviation gives about this."""
LEAST_SHARE = 0.2
"""The least share of texts that matters: texts wholly unlike the others, this share of them, give an AUC of 0.6."""
TESTS = 2
SEEDS = 2**63
SHARE_KNOWN, WORDS_OF_TEXT, LETTERS_OF_TEXT = 3, 3, 20


@dataclass(frozen=True)
class TextComparison:
    """How well a classifier separates the texts, the p-value of both tests, and the middle lengths in letters.

    `auc` is on texts that the classifier has not seen; its p-value comes from permutations. `distance` is the largest
    share of texts by which one of the numbers (`farthest`) moved, which a part of strange texts shows that is too small
    for the classifier. Each test has half the level, and counts only beside its effect: `LEAST_AREA`, or `LEAST_SHARE`.
    """

    auc: Measure
    auc_p: float | None
    distance: float
    distance_p: float
    farthest: str
    n: int
    lengths: tuple[float, float]
    familiar: tuple[float, float]

    def drifted(self, level: float) -> bool | None:
        """Whether the texts drifted at a level of confidence; None if too few were compared."""
        if isinstance(self.auc, Undefined) or self.auc_p is None:
            return None
        half = (1 - level) / TESTS
        apart = self.auc_p <= half and self.auc.value >= LEAST_AREA
        return apart or (self.distance_p <= half and self.distance >= LEAST_SHARE)

    @property
    def p(self) -> float | None:
        """The p-value of both tests together; None if too few were compared."""
        return None if self.auc_p is None else min(1.0, TESTS * min(self.auc_p, self.distance_p))


def is_free_text(values: Iterable[Any]) -> bool:
    """Whether most values are texts of several words, or long ones without spaces, and most differ from each other.

    Half of a text's marks are letters; times, numbers with units and identifiers are no free text.
    """
    texts = [each for each in values if isinstance(each, str)]
    return bool(texts) and sum(map(_is_worded, texts)) > len(texts) / 2 and len(set(texts)) > len(texts) / 2


def _is_worded(text: str) -> bool:
    marks = [each for each in text[:MOST_LETTERS] if not each.isspace()]
    several = len(text.split()) >= WORDS_OF_TEXT or len(text) >= LETTERS_OF_TEXT
    return several and 2 * sum(map(str.isalpha, marks)) >= len(marks) > 0


def compare_texts(
    reference: Sequence[str],
    current: Sequence[str],
    *,
    seed: int,
    level: float = 0.95,
    columns: int = 1,
    groups: tuple[Sequence[Any], Sequence[Any]] | None = None,
) -> TextComparison:
    """Two samples of texts, compared; `columns` are those of the family of tests, for which permutations suffice.

    `groups` says which texts of both samples belong together: they are familiar, and change sides, together.
    """
    parts = _parts(reference, current, seed, groups)
    known, rest, kept = ([texts[each] for each in places] for texts, places in parts.of(reference, current))
    made = Familiar(known)
    one, other = ([made.numbers(each) for each in texts] for texts in (rest, kept))
    draws = min(max(DRAWS, math.ceil(2 * TESTS * columns / (1 - level))), MOST_DRAWS)
    rows = [np.array(each, dtype=np.float64).reshape(len(each), WIDTH) for each in (one, other)]
    if min(len(one), len(other), len(known)) < FEWEST:
        few = Undefined(reason="too_few", n=min(len(one), len(other), len(known)), needed=FEWEST)
        return TextComparison(few, None, 0.0, 1.0, "", len(one) + len(other), _middle(reference, current), (0.0, 0.0))
    found = separate(*rows, seed=seed, level=level, draws=draws, clusters=parts.clusters)
    familiar = (mean(rows[0][:, FAMILIAR]), mean(rows[1][:, FAMILIAR]))
    moved = _farthest(rows[0], rows[1], parts.clusters)
    return TextComparison(found.auc, found.p, *moved, len(one) + len(other), _middle(reference, current), familiar)


@dataclass(frozen=True)
class _Parts:
    """The places of the known texts, and of those to compare on both sides; the latter's clusters if rows have any."""

    known: Sequence[int]
    rest: Sequence[int]
    kept: Sequence[int]
    clusters: TwoSidedClusters | None = None

    def of(self, reference: Sequence[str], current: Sequence[str]) -> Iterable[tuple[Sequence[str], Sequence[int]]]:
        """Each part's texts among those of its side."""
        return (reference, self.known), (reference, self.rest), (current, self.kept)


def _parts(
    reference: Sequence[str], current: Sequence[str], seed: int, groups: tuple[Sequence[Any], Sequence[Any]] | None
) -> _Parts:
    """A third of the reference is known; with groups, whole groups are, and no text of theirs is compared."""
    random = np.random.Generator(np.random.PCG64(seed))
    third = len(reference) // SHARE_KNOWN
    if groups is None:
        order = random.permutation(len(reference)).tolist()
        return _Parts(order[:third], order[third:], range(len(current)))
    codes = {group: code for code, group in enumerate(dict.fromkeys([*groups[0], *groups[1]]))}
    before, now = (np.array([codes[group] for group in side], dtype=np.int64) for side in groups)
    size, chosen = 0, np.zeros(len(codes), dtype=np.bool_)
    for code in random.permutation(np.unique(before)).tolist():
        if size >= third:
            break
        chosen[code], size = True, size + int((before == code).sum())
    known, rest, kept = (np.flatnonzero(each) for each in (chosen[before], ~chosen[before], ~chosen[now]))
    places = np.unique(np.concatenate([before[rest], now[kept]]), return_inverse=True)
    count, inverse = len(places[0]), places[1].astype(np.int64)
    clusters = TwoSidedClusters(inverse[: len(rest)], inverse[len(rest) :], count, seed % SEEDS)
    return _Parts(known.tolist(), rest.tolist(), kept.tolist(), clusters)


def _farthest(
    one: NDArray[np.float64], other: NDArray[np.float64], clusters: TwoSidedClusters | None
) -> tuple[float, float, str]:
    """The distance of Kolmogorov and Smirnov of the number that moved most, its p-value among all, and its name."""
    found = []
    for name, before, now in zip(NUMBERS, one.T, other.T, strict=True):
        places = np.unique(np.concatenate([before, now]))
        below = [np.searchsorted(np.sort(side), places, side="right") / len(side) for side in (before, now)]
        distance = float(np.abs(below[0] - below[1]).max())
        p = (
            two_sample_p(distance, len(before), len(now))
            if clusters is None or distance == 0
            else numbers_chance(before, now, clusters)
        )
        found.append((p, -distance, name))
    p, distance, name = min(found)
    return -distance, min(1.0, len(found) * p), name


def _middle(reference: Sequence[str], current: Sequence[str]) -> tuple[float, float]:
    one, other = (float(np.median([len(each) for each in texts])) if texts else 0.0 for texts in (reference, current))
    return one, other
