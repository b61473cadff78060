"""Renderers: each shows the pages of a dossier in one format; none of them decides."""

from abc import abstractmethod
from typing import TYPE_CHECKING, Protocol

from assay.registry import Registry

if TYPE_CHECKING:
    from assay.dossier.page_set import Dossier


class Renderer(Protocol):
    """A renderer: the file that it writes, and its rendering of pages."""

    FILE: str | None
    """The dossier's file for the rendering; None if a command shows it instead."""

    @abstractmethod
    def render(self, pages: "Dossier") -> str:
        """The pages as text, harmless for all data; further keywords belong to the renderer. Raises PageError."""
        ...


RENDERERS = Registry("assay.render", Renderer)  # type: ignore[type-abstract]  # read, not made
