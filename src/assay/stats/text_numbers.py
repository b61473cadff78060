"""A text in numbers: how long, how varied and how familiar it is. No language is known and no words are listed."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

MOST_LETTERS = 2_000
"""The letters of a text that are read; its length counts all of them."""
GRAM = 3
NUMBERS = (
    *("length", "number of words", "letters per word", "share of letters", "share of digits", "share of capitals"),
    *("share of signs", "ending", "variety of letters", "familiar words", "familiar pairs of words"),
    *("familiar runs of letters", "different words", "different letters"),
)
WIDTH, FAMILIAR = len(NUMBERS), NUMBERS.index("familiar words")


class Familiar:
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
            mean(known),
            mean(pairs),
            mean(rare),
            len(set(words)) / max(len(words), 1),
            float(len(counts)),
        ]


def _words(text: str) -> list[str]:
    return text[:MOST_LETTERS].lower().split()


def _grams(text: str) -> list[str]:
    letters = f" {text[:MOST_LETTERS].lower()} "
    return [letters[each : each + GRAM] for each in range(len(letters) - GRAM + 1)]


def mean(values: Sequence[float] | Sequence[bool] | NDArray[np.float64]) -> float:
    """The mean, 0 of nothing."""
    return float(sum(values) / len(values)) if len(values) else 0.0
