"""The renderings of a dossier by file name."""

from __future__ import annotations

from assay.dossier.page_set import Dossier
from assay.render import RENDERERS


def render_files(pages: Dossier) -> dict[str, bytes]:
    """The renderings that are files of a dossier, by file name."""
    renderers = [RENDERERS.load(name) for name in RENDERERS.names()]
    return {each.FILE: each.render(pages).encode() for each in renderers if each.FILE is not None}
