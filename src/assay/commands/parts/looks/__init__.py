"""Looks: what `assay doctor` looks at, one module each; a look reads and never changes anything."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Literal, Protocol

from assay.registry import Registry

if TYPE_CHECKING:
    from assay.commands.parts.findings import Finding
    from assay.commands.parts.surroundings import Surroundings

Section = Literal["clone", "workflows", "settings"]
SECTIONS: dict[Section, str] = {
    "clone": "The clone and this machine",
    "workflows": "The workflows",
    "settings": "GitHub's settings",
}


class Look(Protocol):
    """A look: what it looks at is its title, which is also its heading in the manual."""

    SECTION: Section
    """The part of the checklist that it belongs to."""

    WHY: str
    """Why it matters, in a sentence."""

    FIX: str
    """How to fix what is missing, in a sentence."""

    @abstractmethod
    def look(self, around: Surroundings) -> Finding:
        """What it found; an AssayError means that it could not look."""
        ...


LOOKS = Registry("assay.commands.parts.looks", Look)  # type: ignore[type-abstract]  # read, not made


def in_sections() -> tuple[str, ...]:
    """Every look, by section and then by name."""
    order = list(SECTIONS)
    return tuple(sorted(LOOKS.names(), key=lambda name: (order.index(LOOKS.constant(name, "SECTION")), name)))
