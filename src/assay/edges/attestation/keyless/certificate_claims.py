"""Who a signing certificate says that it is for: one name, the issuer who checked it, and the run on GitHub, if any."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

from assay.edges.attestation.bundle_fields import SignatureError

# Object identifiers of Fulcio's extensions; values from 8 on are DER strings.
_PREFIX = "1.3.6.1.4.1.57264.1"
_NAMES = {8: "issuer", 11: "runner", 12: "source", 14: "ref", 15: "repository_id", 21: "run"}
_UTF8, _LONG = 0x0C, 0x80


@dataclass(frozen=True, kw_only=True)
class CertificateClaims:
    """What a certificate claims; true only once the signature is verified. Fields that it lacks are empty."""

    identity: str
    start: datetime.datetime
    end: datetime.datetime
    issuer: str = ""
    source: str = ""
    ref: str = ""
    runner: str = ""
    repository_id: str = ""
    run: str = field(default="", compare=False)


def read_claims(certificate: bytes) -> CertificateClaims:
    """The claims of a certificate (DER); raises SignatureError if it cannot be read or does not have one name."""
    from cryptography import x509

    try:
        found = x509.load_der_x509_certificate(certificate)
        extensions = {each.oid.dotted_string: each.value for each in found.extensions}
        names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except Exception as error:  # foreign bytes: whatever the parser raises, they are no certificate
        raise SignatureError("The bundle is refused: its certificate cannot be read, or names nobody.") from error
    said = [str(each.value) for each in names if isinstance(each, x509.UniformResourceIdentifier | x509.RFC822Name)]
    if len(said) != 1 or len(list(names)) != 1:
        raise SignatureError("The bundle is refused: its certificate must name exactly one signer.")
    values = {}
    for number, name in _NAMES.items():
        value = extensions.get(f"{_PREFIX}.{number}")
        if isinstance(value, x509.UnrecognizedExtension):
            values[name] = _text(value.value)
    return CertificateClaims(
        identity=said[0], start=found.not_valid_before_utc, end=found.not_valid_after_utc, **values
    )


def _text(value: bytes) -> str:
    """The text of a DER UTF8String; raises SignatureError for any other value."""
    size, start = (value[1], 2) if len(value) > 1 else (0, 0)
    if size > _LONG:
        start = 2 + size - _LONG
        size = int.from_bytes(value[2:start], "big")
    if value[:1] != bytes([_UTF8]) or len(value) != start + size:
        raise SignatureError("The bundle is refused: its certificate has a claim that is no text.")
    try:
        return value[start:].decode()
    except UnicodeDecodeError as error:
        raise SignatureError("The bundle is refused: its certificate has a claim that is no text.") from error
