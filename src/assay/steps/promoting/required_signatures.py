"""Verifies signatures before a promotion; the ledger shows when a decision was first recorded as signed."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from assay.dossier.page_set import Dossier
from assay.edges.store import DossierFolder
from assay.ledger.chain import Chain
from assay.steps.promoting.requirements import statement_digest

if TYPE_CHECKING:
    from assay.edges.attestation.trust import Trust


def require_signed(
    dossier: DossierFolder, pages: Dossier, key: str | None, chain: Chain, base: Trust | None = None
) -> str | None:
    """The name of the key that counts and signed the dossier, if any.

    The keys of the `base` count, else the `key`. Raises SignatureError unless the `key` signed, if it is given, and for
    a signature by a key that does not count.
    """
    from assay.edges.attestation.trust_file import load_trust
    from assay.steps.signing.signatures import is_signed, signer_of, verify_signatures

    given = None if key is None else load_trust(key)
    counting = [each for each in (given, base if is_signed(dossier) else None) if each is not None]
    now = datetime.datetime.now(datetime.UTC)
    for trust in counting:
        verify_signatures(dossier, pages, trust, now=now, recorded=_recorded(dossier, chain))
    return signer_of(dossier, counting[-1]).shown if counting else None


def _recorded(dossier: DossierFolder, chain: Chain) -> datetime.datetime | None:
    """The time of the first sound entry that names this signed decision, None if there is none."""
    statement = statement_digest(dossier)
    times = [entry.time for entry in chain.sound() if statement is not None and entry.statement == statement]
    return datetime.datetime.fromtimestamp(times[0], datetime.UTC) if times else None
