"""Checks: each measures data, predictions or documents and returns facts; none of them judges."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Generator, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from assay.registry import Registry

if TYPE_CHECKING:
    from assay.dossier.check_context import CheckContext, Material
    from assay.errors import Place
    from assay.facts.check_parts import Bar, CheckFacts, CheckSpec, ColumnUse, Recipe


class Check(Protocol):
    """A check: its block in the manifest, the questions that it asks, the facts that it finds.

    A check does no I/O, reads no clock, and draws random numbers only from the seed of its context. Paragraphs of its
    module's docstring that begin with `Method:`, `Undefined:` and `Cost:` are shown by `explain` and in the manual.
    """

    Spec: type[CheckSpec]
    """The check's block in `assay.yaml`; editors complete the manifest by its JSON Schema."""

    Facts: type[CheckFacts]
    """The facts that the check returns; Rego and readers see nothing else of it."""

    OPTIONAL_BLOCK: bool = False
    """Whether the plan may use the check's defaults if the manifest has no block for it."""

    EXAMPLE: str = ""
    """A block that declares the check, in one line of YAML, for a manifest that has none."""

    OTHERWISE: str = ""
    """What else the check needs, or answers it without a block, in a sentence for a manifest that has none."""

    MATERIAL: type[Material] | None = None
    """What the check is about besides data and answers; its context is then a `MaterialContext` with that record."""

    @abstractmethod
    def measure(self, spec: Any, context: CheckContext) -> Generator[list[Any], list[Any], CheckFacts]:
        """Yields questions for the tables, is sent their answers, returns the facts; raises DataError."""
        ...

    def bars(self, spec: Any, context: CheckContext) -> Iterable[Bar]:
        """The bars that the block sets, each with the fact that it bounds. Default: none."""
        return ()

    def columns(self, spec: Any, context: CheckContext) -> Iterable[ColumnUse]:
        """The data sets and columns that the block names, so that the plan refuses a misspelt one. Default: none."""
        return ()

    def problems(self, spec: Any, context: CheckContext) -> Iterable[tuple[Place, str]]:
        """The requests of the block that the task or the data cannot meet, each with its place. Default: none."""
        return ()

    def scored(self, spec: Any, context: CheckContext) -> Iterable[str]:
        """The data sets whose unchanged rows the model must score. Default: none."""
        return ()

    def compared(self, spec: Any, context: CheckContext) -> Iterable[str]:
        """The data sets that others are compared with; a base locks their content. Default: none."""
        return ()

    def recipes(self, spec: Any, context: CheckContext) -> Iterable[Recipe]:
        """The changed rows that the model must score too. Default: none."""
        return ()

    def stated(self, context: CheckContext) -> bool:
        """Whether the manifest states elsewhere what answers the check without a block. Default: no."""
        return False

    def named(self, spec: Any, context: CheckContext) -> Mapping[str, Iterable[str]]:
        """The names that the facts' dictionaries can hold, by field, `field/*` for those of a dictionary in it.

        A policy that looks at another name is refused at the plan. Default: none, so any name may be there.
        """
        return {}


CHECKS = Registry("assay.checks", Check)  # type: ignore[type-abstract]  # read, not made
