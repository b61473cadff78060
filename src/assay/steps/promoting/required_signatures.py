"""Verifies signatures before a promotion; the ledger shows when a decision was first recorded as signed."""

from __future__ import annotations

import datetime

from assay.dossier.page_set import Dossier
from assay.edges.store import DossierFolder
from assay.ledger.chain import Chain
from assay.steps.promoting.requirements import statement_digest


def require_signed(dossier: DossierFolder, pages: Dossier, key: str | None, chain: Chain) -> None:
    """Raises SignatureError unless a trusted key signed the dossier; does nothing without a key."""
    if key is None:
        return
    from assay.edges.attestation.trust_file import load_trust
    from assay.steps.signing.signatures import verify_signatures

    now = datetime.datetime.now(datetime.UTC)
    verify_signatures(dossier, pages, load_trust(key), now=now, recorded=_recorded(dossier, chain))


def _recorded(dossier: DossierFolder, chain: Chain) -> datetime.datetime | None:
    """The time of the first sound entry that names this signed decision, None if there is none."""
    statement = statement_digest(dossier)
    times = [entry.time for entry in chain.sound() if statement is not None and entry.statement == statement]
    return datetime.datetime.fromtimestamp(times[0], datetime.UTC) if times else None
