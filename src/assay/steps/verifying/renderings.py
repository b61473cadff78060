"""Verifies the renderings: people must read what the pages say."""

from __future__ import annotations

from assay.dossier.page_set import Dossier
from assay.edges.files import read_beneath
from assay.edges.store import MAX_PAGE_BYTES, DossierFolder
from assay.errors import PageError
from assay.steps.composing.rendered_files import render_files


def verify_renderings(dossier: DossierFolder, pages: Dossier) -> tuple[str, ...]:
    """A sentence on the dossier's renderings; raises PageError for one that differs from its card."""
    if pages.card is None:
        return ()
    renderings = render_files(pages)
    there = sorted(name for name in renderings if dossier.path(name).exists() or dossier.path(name).is_symlink())
    for name in there:
        if read_beneath(dossier.folder, name, limit=MAX_PAGE_BYTES, error=PageError) != renderings[name]:
            raise PageError(
                f"{name} does not match the card: somebody changed it, or another version of Assay wrote it.",
                hint="Run `assay card` again and sign again, or delete the file: the pages do not need it.",
            )
    return (f"{', '.join(there)}: as rendered from the card",) if there else ()
