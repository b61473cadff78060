"""What is asked of an engine and what it answers."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any, Protocol

from assay.edges.rego.bundle import Bundle


@dataclasses.dataclass(frozen=True, kw_only=True)
class Query:
    """A policy by id, and the input it is asked about."""

    policy: str
    input: dict[str, Any]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Answer:
    """A policy's document, or why there is none; never both."""

    policy: str
    document: dict[str, Any] | None = None
    error: str | None = None


class Engine(Protocol):
    """Something that evaluates policies: its name, its version, and one answer per query, in order."""

    @property
    def name(self) -> str:
        """The engine's name, as `--engine` spells it."""

    @property
    def version(self) -> str:
        """The engine's version, as it reports it."""

    def evaluate(self, bundle: Bundle, queries: Sequence[Query]) -> tuple[Answer, ...]:
        """One answer per query, in order; what goes wrong with a policy is its answer's error."""


def answer_from(policy: str, value: Any) -> Answer:
    """The answer in what an engine gave for a policy; only an object is one."""
    if isinstance(value, dict):
        return Answer(policy=policy, document=value)
    return Answer(policy=policy, error="The engine gave no document for this policy.")
