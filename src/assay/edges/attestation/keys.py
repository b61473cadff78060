"""Keys that sign and keys that verify: ECDSA P-256 and Ed25519, as PEM; only the key's type chooses the scheme."""

from __future__ import annotations

import base64
import hashlib
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from assay.edges.attestation.pem_text import BEGIN, plain_pem
from assay.errors import UsageError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519

Scheme = Literal["ecdsa-p256", "ed25519"]
MAX_KEY_BYTES = 64 * 1024
PASSWORD = "ASSAY_KEY_PASSWORD"  # noqa: S105  # the variable's name, not a password
_BLOCK = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----.*?-----END \1-----", re.DOTALL)
_PRIVATE = ("PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "EC PRIVATE KEY")
CERTIFICATE = "CERTIFICATE"
_FITTING = "expected an ECDSA P-256 or Ed25519 key"


@dataclass(frozen=True, kw_only=True)
class VerificationKey:
    """A public key, its scheme, and its hint: base64 of the SHA-256 of its SubjectPublicKeyInfo."""

    public: ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey
    scheme: Scheme
    hint: str


@dataclass(frozen=True, kw_only=True)
class SigningKey:
    """A private key and its public key."""

    private: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey = field(repr=False)
    public: VerificationKey


def load_signing_key(named: str, password: str | None) -> SigningKey:
    """The private key in a file, in the environment variable of `env:NAME`, or in PEM text; raises UsageError.

    Messages never repeat the argument, because it may be the key itself.
    """
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    _, pem = read_block(read_named(named), _PRIVATE, "a private key")
    try:
        private = load_pem_private_key(pem, password.encode() if password else None)
    except TypeError as error:
        said = f"is not encrypted, but {PASSWORD} is set" if password else f"is encrypted; set {PASSWORD}"
        raise UsageError(f"The private key {said}.", hint=key_hint()) from error
    except (ValueError, UnsupportedAlgorithm) as error:
        wrong = f"with the password of {PASSWORD}" if password else "as PEM"
        raise UsageError(f"The private key could not be read {wrong}.", hint=key_hint()) from error
    if not isinstance(private, ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey):
        raise UsageError(f"The private key has the wrong type; {_FITTING}.", hint=key_hint())
    return SigningKey(private=private, public=verification_key(private.public_key()))


def key_password() -> str | None:
    """The password of the private key that the environment gives."""
    return os.environ.get(PASSWORD) or None


def read_verification_key(pem: bytes) -> VerificationKey:
    """The public key in one PEM block; raises UsageError."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        public = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise UsageError("The public key could not be read as PEM.", hint=key_hint()) from error
    return verification_key(public)


def verification_key(public: object) -> VerificationKey:
    """A public key of a supported type; raises UsageError for other types."""
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    if not isinstance(public, ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey):
        raise UsageError(f"The public key has the wrong type; {_FITTING}.", hint=key_hint())
    scheme: Scheme = "ed25519"
    if isinstance(public, ec.EllipticCurvePublicKey):
        if public.curve.name != "secp256r1":
            raise UsageError(f"The key uses the curve {public.curve.name}; {_FITTING}.", hint=key_hint())
        scheme = "ecdsa-p256"
    written = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    hint = base64.b64encode(hashlib.sha256(written).digest()).decode()
    return VerificationKey(public=public, scheme=scheme, hint=hint)


def read_named(named: str, limit: int = MAX_KEY_BYTES) -> bytes:
    """The content of a file or of the environment variable `env:NAME`, or the text itself; raises UsageError."""
    if BEGIN in plain_pem(named.encode(errors="replace")):
        return named.encode(errors="replace")
    if named.startswith("env:"):
        text = os.environ.get(named.removeprefix("env:"), "")
        if not text:
            said = "The environment variable for the key is empty or not set."
            raise UsageError(said, hint=key_hint())
        return text.encode(errors="replace")
    try:
        with Path(named).open("rb") as file:
            content = file.read(limit + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is not a path"
        raise UsageError(f"The key file could not be read: {reason}.", hint=key_hint()) from error
    if len(content) > limit:
        raise UsageError("The key's file is larger than any key.", hint=key_hint())
    return content


def read_block(content: bytes, labels: tuple[str, ...], wanted: str) -> tuple[str, bytes]:
    """The label and text of the only PEM block of a key; with two, it would not be clear which one counts."""
    if not content.strip():
        raise UsageError("The key file is empty.", hint=key_hint())
    text = plain_pem(content)
    found = [match for match in _BLOCK.finditer(text) if match[1] != "EC PARAMETERS"]
    if len(found) != 1:
        raise UsageError(f"Expected one key as PEM, found {len(found)}.", hint=key_hint())
    label = found[0][1]
    if label not in labels:
        raise UsageError(f"Expected {wanted} as PEM (`{labels[0]}`), found `{label.lower()}`.", hint=key_hint())
    return label, found[0][0].encode() + b"\n"


def key_hint() -> str:
    """How to name a key, and how to make one."""
    return (
        "Name a PEM file or env:NAME. To make a key: `openssl genpkey -algorithm ed25519 -out key.pem`, "
        "`openssl pkey -in key.pem -pubout -out public.pem`."
    )
