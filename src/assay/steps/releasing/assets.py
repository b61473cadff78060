"""The assets of a release: the pages of a verified dossier, complete enough for anybody to verify again."""

from __future__ import annotations

from assay.dossier.environment_identity import ENVIRONMENT_FILE
from assay.dossier.page_set import Dossier
from assay.edges.attestation.bundle_fields import SignatureError
from assay.edges.attestation.envelope import MAX_BUNDLE_BYTES
from assay.edges.environment_record import read_environment_record
from assay.edges.files import read_beneath
from assay.edges.rego.packed import PACKED, pack
from assay.edges.store import DossierFolder
from assay.errors import PageError
from assay.ledger.promotion_page import Promotion
from assay.steps.composing.rendered_files import render_files
from assay.steps.deciding.judgement import read_planned_bundle
from assay.steps.signing.statements import CARD_BUNDLE, DECISION_BUNDLE
from assay.steps.verifying.checksums import CHECKSUMS, make_checksums
from assay.steps.verifying.renderings import verify_renderings


def make_assets(dossier: DossierFolder, pages: Dossier, registration: Promotion) -> dict[str, bytes]:
    """The files by name; the same dossier and registration give the same bytes.

    Files of predictions are not assets, because they contain the id and the score of every row.
    """
    if pages.plan is None:
        raise PageError("The dossier is not complete.")
    verify_renderings(dossier, pages)
    files = {f"{page.name}.json": page.content() for page in (*pages.written(), registration)}
    files |= render_files(pages)
    files |= {
        name: read_beneath(dossier.folder, name, limit=MAX_BUNDLE_BYTES, error=SignatureError)
        for name in (CARD_BUNDLE, DECISION_BUNDLE)
        if dossier.path(name).exists()
    }
    environment = read_environment_record(dossier)
    if environment is not None:
        files[ENVIRONMENT_FILE] = environment.content()
    files[PACKED] = pack(read_planned_bundle(dossier, pages.plan))
    return {**files, CHECKSUMS: make_checksums(files)}
