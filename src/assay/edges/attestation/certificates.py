"""X.509 certificates as keys with bounds of time; the issuer is not checked, because naming one means trusting it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from assay.edges.attestation.keys import VerificationKey, verification_key
from assay.errors import UsageError

_HINT = "Name a PEM certificate with an ECDSA P-256 or Ed25519 key that may sign, or only its public key."


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """A certificate's key, and the first and last second of its validity."""

    key: VerificationKey
    start: datetime.datetime
    end: datetime.datetime


def read_certificate(pem: bytes) -> Certificate:
    """The certificate in one PEM block; raises UsageError."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.x509 import ExtensionNotFound, KeyUsage, load_pem_x509_certificate

    try:
        certificate = load_pem_x509_certificate(pem)
        key = verification_key(certificate.public_key())
        start, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
        try:
            signs = certificate.extensions.get_extension_for_class(KeyUsage).value.digital_signature
        except ExtensionNotFound:
            signs = True
    except UsageError as error:
        raise UsageError(str(error), hint=_HINT) from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise UsageError("The certificate could not be read as PEM.", hint=_HINT) from error
    if not signs:
        raise UsageError("The certificate does not allow its key to sign (key usage).", hint=_HINT)
    return Certificate(key=key, start=start, end=end)
