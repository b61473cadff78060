"""The environment that a model was judged in, and what a promotion asks of it."""

from __future__ import annotations

from pathlib import Path

from assay.dossier.page_set import manifest_of
from assay.dossier.pages import ManifestPage
from assay.edges.files import read_beneath
from assay.edges.git import read_at
from assay.errors import AssayError
from assay.ledger.promotion_page import PromotionError


def require_hashed_requirements(root: Path, commit: str, page: ManifestPage) -> None:
    """Raises PromotionError for requirements without hashes, which the index may fill as it likes.

    They are those of the commit; a file that Git does not track is in the work tree with the planned bytes.
    """
    environment = manifest_of(page).model.environment
    if environment is None or environment.requirements is None:
        return
    from assay.edges.requirements_grammar import MOST_BYTES, first_unhashed, read_requirements

    path = environment.requirements
    content = read_at(root, commit, path)
    try:
        pins = read_requirements(content or read_beneath(root, path, limit=MOST_BYTES), path)
    except AssayError as error:
        raise PromotionError(str(error), hint=error.hint) from error
    bare = first_unhashed(pins)
    if bare is not None:
        raise PromotionError(
            f"{path}:{bare.line}: `{bare.name}=={bare.version}` has no hash, so the index decides what is installed.",
            hint="Write the hashes with `uv pip compile --generate-hashes` or `uv export`, and judge again.",
        )
