"""The renderings of a dossier, by the files that hold them."""

from __future__ import annotations

from assay.dossier.page_set import Dossier
from assay.render import RENDERERS


def render_files(pages: Dossier) -> dict[str, bytes]:
    """The card in every format that is a file of the dossier, by file name."""
    renderers = [RENDERERS.load(name) for name in RENDERERS.names()]
    return {each.FILE: each.render(pages).encode() for each in renderers if each.FILE is not None}
