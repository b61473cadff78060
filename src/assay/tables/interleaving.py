"""Interleaving: several generators of questions run together, and each question of a round is asked once."""

from __future__ import annotations

from collections.abc import Generator, Hashable, Mapping
from typing import Any, TypeVar

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)
QuestionRounds = Generator[list[Any], list[Any], T]
"""A generator that yields the questions of a round, receives their answers, and returns its result."""


def ask_together(generators: Mapping[K, QuestionRounds[T]]) -> QuestionRounds[dict[K, T]]:
    """Runs all generators together, in as many rounds as the longest one needs."""
    found = dict[K, T]()
    waiting = dict[K, list[Any]]()
    answers: dict[K, list[Any] | None] = dict.fromkeys(generators)
    while True:
        waiting.clear()
        for key, answer in answers.items():
            try:
                waiting[key] = generators[key].send(answer)  # type: ignore[arg-type]  # a generator is started by None
            except StopIteration as stop:
                found[key] = stop.value
        if not waiting:
            return {key: found[key] for key in generators}
        # Compared as text, because 1 and True are equal in Python but not the same question.
        once = {repr(question): question for questions in waiting.values() for question in questions}
        known = dict(zip(once, (yield list(once.values())), strict=True))
        answers = {key: [known[repr(question)] for question in questions] for key, questions in waiting.items()}
