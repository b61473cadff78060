"""Real keys of both schemes, made anew."""

from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from assay.edges.attestation.keys import SigningKey, VerificationKey, load_signing_key
from assay.edges.attestation.trust_file import load_trust

SCHEMES = ("ecdsa-p256", "ed25519")


def private_text(key: PrivateKeyTypes, password: str | None = None, form: PrivateFormat = PrivateFormat.PKCS8) -> str:
    how = BestAvailableEncryption(password.encode()) if password else NoEncryption()
    return key.private_bytes(Encoding.PEM, form, how).decode()


def public_text(key: PrivateKeyTypes) -> str:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def make_key(scheme: str) -> PrivateKeyTypes:
    return ec.generate_private_key(ec.SECP256R1()) if scheme == "ecdsa-p256" else ed25519.Ed25519PrivateKey.generate()


@dataclass(frozen=True)
class Pair:
    """A private key and its public key, as they are loaded, and as PEM."""

    signing: SigningKey
    verifying: VerificationKey
    private: str
    public: str


def make_pair(scheme: str) -> Pair:
    key = make_key(scheme)
    private, public = private_text(key), public_text(key)
    return Pair(load_signing_key(private, None), load_trust(public).keys[0].key, private, public)
