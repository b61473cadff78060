"""Queries to an engine, and its answers."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any, Protocol

from assay.edges.rego.bundle import Bundle


@dataclasses.dataclass(frozen=True, kw_only=True)
class Query:
    """A policy's id, and its input."""

    policy: str
    input: dict[str, Any]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Answer:
    """A policy's document, or why there is none; never both.

    `error` is our own sentence, the same for every engine; `said` is what the engine itself said, which belongs beside
    the pages.
    """

    policy: str
    document: dict[str, Any] | None = None
    error: str | None = None
    said: str | None = None


class Engine(Protocol):
    """An engine that evaluates policies: its name, its version, and one answer per query, in order."""

    @property
    def name(self) -> str:
        """The engine's name, as `--engine` spells it."""

    @property
    def version(self) -> str:
        """The version that the engine reports."""

    def evaluate(self, bundle: Bundle, queries: Sequence[Query]) -> tuple[Answer, ...]:
        """One answer per query, in order; an error of a policy is in its answer."""


UNANSWERED = "The policy could not be evaluated; what the engine said about it is in run.json."


def unanswered(policy: str, said: str) -> Answer:
    """No answer, with what the engine said."""
    return Answer(policy=policy, error=UNANSWERED, said=said)


def answer_from(policy: str, value: Any) -> Answer:
    """The answer in an engine's value for a policy; only an object is an answer."""
    if isinstance(value, dict):
        return Answer(policy=policy, document=value)
    return unanswered(policy, "The engine gave no document for this policy.")
