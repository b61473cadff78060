"""Renderers: each shows the pages of a dossier in one format; none of them decides."""

from abc import abstractmethod
from typing import TYPE_CHECKING, Protocol

from assay.registry import Registry

if TYPE_CHECKING:
    from assay.dossier.page_set import Dossier


class Renderer(Protocol):
    """A renderer: the file that it fills, and how pages look in its format."""

    FILE: str | None
    """The file of the dossier that holds the rendering; None where a command shows it instead."""

    @abstractmethod
    def render(self, pages: "Dossier") -> str:
        """The pages as text, harmless whatever the data say; more keywords are the renderer's own. Raises PageError."""
        ...


RENDERERS = Registry("assay.render", Renderer)  # type: ignore[type-abstract]  # read, not made
