"""Real keys of both schemes, made anew, and the names of what they sign."""

from dataclasses import dataclass
from pathlib import Path

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
PHRASE = "correct horse"
CARD, DECISION = "card.sigstore.json", "decision.sigstore.json"
CARD_TYPE, DECISION_TYPE = "https://assay-ml.github.io/assay/card/v1", "https://slsa.dev/verification_summary/v1"


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


@dataclass(frozen=True)
class Keys:
    """The files of a private key and its public key, and the private key as PEM."""

    private: str
    public: str
    pem: str


def write_keys(folder: Path, scheme: str, password: str | None = None) -> Keys:
    """A key pair as files in a folder."""
    key = make_key(scheme)
    folder.mkdir(exist_ok=True)
    private, public = folder / "key.pem", folder / "public.pem"
    private.write_text(private_text(key, password))
    public.write_text(public_text(key))
    return Keys(str(private), str(public), private.read_text())
