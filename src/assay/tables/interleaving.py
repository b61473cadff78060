"""Rules that each ask their own questions, asked together: every question of a round once."""

from __future__ import annotations

from collections.abc import Generator, Hashable, Mapping
from typing import Any, TypeVar

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)
QuestionRounds = Generator[list[Any], list[Any], T]
"""Yields questions and is sent their answers, round by round; returns what was found."""


def ask_together(rules: Mapping[K, QuestionRounds[T]]) -> QuestionRounds[dict[K, T]]:
    """Carries all rules on at once; rounds are as many as the longest of them needs."""
    found = dict[K, T]()
    waiting = dict[K, list[Any]]()
    answers: dict[K, list[Any] | None] = dict.fromkeys(rules)
    while True:
        waiting.clear()
        for key, answer in answers.items():
            try:
                waiting[key] = rules[key].send(answer)  # type: ignore[arg-type]  # a generator is started by None
            except StopIteration as stop:
                found[key] = stop.value
        if not waiting:
            return {key: found[key] for key in rules}
        # By their text: 1 and True are equal in Python, but not the same question.
        once = {repr(question): question for questions in waiting.values() for question in questions}
        told = dict(zip(once, (yield list(once.values())), strict=True))
        answers = {key: [told[repr(question)] for question in questions] for key, questions in waiting.items()}
