"""Checks: each looks at data, answers or papers through its questions and returns facts; none of them judges."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Generator, Iterable
from typing import TYPE_CHECKING, Any, Protocol

from assay.registry import Registry

if TYPE_CHECKING:
    from assay.dossier.check_context import CheckContext, Material
    from assay.errors import Place
    from assay.facts.check_parts import Bar, CheckFacts, CheckSpec, ColumnUse, Recipe


class Check(Protocol):
    """A check: its block in the manifest, the questions that it asks, the facts that it finds.

    A check does no input or output of its own, takes no time and draws no number but by the seed of its context.
    """

    Spec: type[CheckSpec]
    """The check's block in `assay.yaml`; its JSON Schema completes the manifest in an editor."""

    Facts: type[CheckFacts]
    """What the check returns, and all that Rego and readers see of it."""

    OPTIONAL_BLOCK: bool = False
    """Whether the check is planned with its defaults where the manifest has no block for it."""

    MATERIAL: type[Material] | None = None
    """What the check is about besides data and answers; its context is then a `MaterialContext` with that record."""

    @abstractmethod
    def measure(self, spec: Any, context: CheckContext) -> Generator[list[Any], list[Any], CheckFacts]:
        """Yields questions for the tables, is sent their answers, returns the facts; raises DataError."""
        ...

    def bars(self, spec: Any, context: CheckContext) -> Iterable[Bar]:
        """The bars that the block sets, each with the fact it bounds. Default: none."""
        return ()

    def columns(self, spec: Any, context: CheckContext) -> Iterable[ColumnUse]:
        """The data sets and columns that the block names, so that the plan can refuse a misspelt one. Default: none."""
        return ()

    def problems(self, spec: Any, context: CheckContext) -> Iterable[tuple[Place, str]]:
        """What the block asks that the task or the data cannot give, each at its place in the block. Default: none."""
        return ()

    def scored(self, spec: Any, context: CheckContext) -> Iterable[str]:
        """The data sets whose unchanged rows the model must score. Default: none."""
        return ()

    def compared(self, spec: Any, context: CheckContext) -> Iterable[str]:
        """The data sets that others are compared with, so that a base locks their content. Default: none."""
        return ()

    def recipes(self, spec: Any, context: CheckContext) -> Iterable[Recipe]:
        """The changed rows that the model must score as well. Default: none."""
        return ()


CHECKS = Registry("assay.checks", Check)  # type: ignore[type-abstract]  # read, not made
