"""Signatures held before a promotion: the ledger shows since when a decision was signed, which its key cannot."""

from __future__ import annotations

import datetime

from assay.dossier.page_set import Dossier
from assay.edges.store import DossierFolder
from assay.ledger.chain import Chain
from assay.steps.promoting.requirements import statement_digest


def require_signed(dossier: DossierFolder, pages: Dossier, key: str | None, chain: Chain) -> None:
    """Raises SignatureError unless a key that counts has signed the dossier; nothing is asked where none is named."""
    if key is None:
        return
    from assay.edges.attestation.trust_file import load_trust
    from assay.steps.signing.signatures import verify_signatures

    now = datetime.datetime.now(datetime.UTC)
    verify_signatures(dossier, pages, load_trust(key), now=now, recorded=_recorded(dossier, chain))


def _recorded(dossier: DossierFolder, chain: Chain) -> datetime.datetime | None:
    """The time of the first entry that names this signed decision; an entry that does not count shows nothing."""
    statement = statement_digest(dossier)
    times = [entry.time for entry in chain.sound() if statement is not None and entry.statement == statement]
    return datetime.datetime.fromtimestamp(times[0], datetime.UTC) if times else None
