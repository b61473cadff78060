"""Whether two samples of free text differ: numbers that say how a text is made, and a classifier that was not told.

No language is known and no words are listed. A third of the reference says which words and letters are familiar, and is
not compared; the other texts of both sides are new to it alike, so that two halves of the same texts look the same.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay.facts.values import Measure, Undefined
from assay.stats.classifiers import DRAWS, FEWEST, separate

MOST_LETTERS = 2_000
"""The letters of a text that are read; its length counts all of them."""
MOST_DRAWS = 999
LEAST_AREA = 0.6
"""The least ROC AUC that matters; a shift of one number by a third of its standard deviation gives about this."""
SHARE_KNOWN, WORDS_OF_TEXT, LETTERS_OF_TEXT = 3, 3, 20
GRAM = 3


@dataclass(frozen=True)
class TextComparison:
    """How well a classifier separates the texts, its p-value by permutation, and the middle lengths in letters.

    `auc` is on texts that the classifier has not seen. `drifted` needs the test and an AUC of `LEAST_AREA` together.
    """

    auc: Measure
    p: float | None
    n: int
    lengths: tuple[float, float]
    familiar: tuple[float, float]

    def drifted(self, level: float) -> bool | None:
        """Whether the texts drifted at a level of confidence; None if too few were compared."""
        if isinstance(self.auc, Undefined) or self.p is None:
            return None
        return self.p <= 1 - level and self.auc.value >= LEAST_AREA


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
    reference: Sequence[str], current: Sequence[str], *, seed: int, level: float = 0.95, columns: int = 1
) -> TextComparison:
    """Two samples of texts, compared; `columns` are those of the family of tests, for which permutations suffice."""
    random = np.random.Generator(np.random.PCG64(seed))
    order = random.permutation(len(reference)).tolist()
    third = len(reference) // SHARE_KNOWN
    known, rest = [reference[each] for each in order[:third]], [reference[each] for each in order[third:]]
    made = _Familiar(known)
    one, other = ([made.numbers(each) for each in texts] for texts in (rest, current))
    draws = min(max(DRAWS, math.ceil(2 * columns / (1 - level))), MOST_DRAWS)
    rows = [np.array(each, dtype=np.float64).reshape(len(each), WIDTH) for each in (one, other)]
    if min(len(one), len(other), len(known)) < FEWEST:
        few = Undefined(reason="too_few", n=min(len(one), len(other), len(known)), needed=FEWEST)
        return TextComparison(few, None, len(one) + len(other), _middle(reference, current), (0.0, 0.0))
    found = separate(*rows, seed=seed, level=level, draws=draws)
    familiar = (_mean(rows[0][:, FAMILIAR]), _mean(rows[1][:, FAMILIAR]))
    return TextComparison(found.auc, found.p, len(one) + len(other), _middle(reference, current), familiar)


WIDTH, FAMILIAR = 14, 9


class _Familiar:
    """What a sample of texts makes familiar: words, pairs of words, and runs of three letters."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._words: Counter[str] = Counter()
        self._pairs: Counter[tuple[str, str]] = Counter()
        self._grams: Counter[str] = Counter()
        for text in texts:
            words = _words(text)
            self._words.update(set(words))
            self._pairs.update(set(pairwise(words)))
            self._grams.update(_grams(text))
        self._total = sum(self._grams.values()) + len(self._grams) + 1

    def numbers(self, text: str) -> list[float]:
        """A text in numbers: length, words, kinds of letters, how it ends, how varied and how familiar it is."""
        letters, words, grams = text[:MOST_LETTERS], _words(text), _grams(text)
        n = max(len(letters), 1)
        counts = Counter(letters)
        entropy = -sum(each / n * math.log(each / n) for each in counts.values())
        known = [self._words[word] > 0 for word in words]
        pairs = [self._pairs[pair] > 0 for pair in pairwise(words)]
        rare = [math.log((self._grams[gram] + 1) / self._total) for gram in grams]
        return [
            float(len(text)),
            float(len(words)),
            n / max(len(words), 1),
            sum(map(str.isalpha, letters)) / n,
            sum(map(str.isdigit, letters)) / n,
            sum(map(str.isupper, letters)) / n,
            sum(not each.isalnum() and not each.isspace() for each in letters) / n,
            float(letters[-1:].isalnum()),
            entropy,
            _mean(known),
            _mean(pairs),
            _mean(rare),
            len(set(words)) / max(len(words), 1),
            float(len(counts)),
        ]


def _words(text: str) -> list[str]:
    return text[:MOST_LETTERS].lower().split()


def _grams(text: str) -> list[str]:
    letters = f" {text[:MOST_LETTERS].lower()} "
    return [letters[each : each + GRAM] for each in range(len(letters) - GRAM + 1)]


def _mean(values: Sequence[float] | Sequence[bool] | NDArray[np.float64]) -> float:
    return float(sum(values) / len(values)) if len(values) else 0.0


def _middle(reference: Sequence[str], current: Sequence[str]) -> tuple[float, float]:
    one, other = (float(np.median([len(each) for each in texts])) if texts else 0.0 for texts in (reference, current))
    return one, other
