"""Steps: each reads earlier pages of a dossier and writes one."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, Protocol

from assay.registry import Registry

if TYPE_CHECKING:
    from assay.dossier.pages import Page
    from assay.edges.store import DossierFolder
    from assay.options.step_options import StepOptions


class Step(Protocol):
    """A step: its options, the step whose page it reads, and the page that it writes."""

    Options: type[StepOptions]
    """The step's options; flags, `ASSAY_*` variables, help and the action's inputs follow from its fields."""

    AFTER: str | None
    """The step whose page this one reads; None for the first."""

    @abstractmethod
    def run(self, dossier: DossierFolder, options: Any) -> Page:
        """Reads pages, writes one page completely or not at all, and returns it; raises AssayError."""
        ...


STEPS = Registry("assay.steps", Step)  # type: ignore[type-abstract]  # read, not made


def in_order() -> tuple[str, ...]:
    """The names of the steps, each after the one whose page it reads; nothing is imported."""
    after = {name: STEPS.constant(name, "AFTER") for name in STEPS.names()}
    ordered: list[str] = []
    while found := [name for name in after if name not in ordered and after[name] in (None, *ordered)]:
        ordered += found
    return tuple(ordered)
