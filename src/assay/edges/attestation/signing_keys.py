"""What signs, as it is named: a private key, or `keyless` for the identity of the job."""

from __future__ import annotations

from assay.edges.attestation.keyless.keyless_signing import KEYLESS, KeylessSigner, load_keyless_signer
from assay.edges.attestation.keys import SigningKey, load_signing_key, read_named


def is_keyless(named: str) -> bool:
    """Whether a name asks for the job's identity: `keyless`, or `keyless:FILE` with the services that sign."""
    return named == KEYLESS or named.startswith(f"{KEYLESS}:")


def load_signer(named: str, password: str | None) -> SigningKey | KeylessSigner:
    """The private key, or the job's identity, that signs; raises UsageError or EvaluationError."""
    if not is_keyless(named):
        return load_signing_key(named, password)
    _, _, services = named.partition(":")
    return load_keyless_signer(read_named(services) if services else None)
