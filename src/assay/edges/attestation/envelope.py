"""A DSSE envelope with one signature, in a Sigstore bundle v0.3 that is verified by a key or by an identity."""

from __future__ import annotations

import base64
from dataclasses import dataclass

from assay.canonical import canonical
from assay.edges.attestation.bundle_fields import SignatureError, decoded, fields, require, strictly
from assay.edges.attestation.keyless.certificate_claims import read_claims
from assay.edges.attestation.keyless.certified_material import CertifiedMaterial, read_certified
from assay.edges.attestation.keyless.keyless_signing import KeylessSigner
from assay.edges.attestation.keyless.keyless_verification import verify_keyless
from assay.edges.attestation.keyless.signer_identity import SignerIdentity
from assay.edges.attestation.keys import SigningKey, VerificationKey

MEDIA_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json"
PAYLOAD_TYPE = "application/vnd.in-toto+json"
MAX_BUNDLE_BYTES = 96 * 1024 * 1024
MAX_HINT = 100


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """The content of a bundle: the signed bytes, their signature, and the hint of the key.

    `certified` is there in place of a hint, which is then empty, if the bundle is keyless.
    """

    payload: bytes
    signature: bytes
    hint: str
    certified: CertifiedMaterial | None = None

    @property
    def named(self) -> str:
        """Who it says that signed: the hint of a key, or the identity in the certificate; raises SignatureError."""
        return self.hint if self.certified is None else read_claims(self.certified.certificate).identity


def signed_bytes(payload: bytes) -> bytes:
    """The bytes that are signed: DSSE's pre-authentication encoding of an in-toto payload."""
    return b"DSSEv1 %d %b %d %b" % (len(PAYLOAD_TYPE), PAYLOAD_TYPE.encode(), len(payload), payload)


def sign_payload(payload: bytes, key: SigningKey | KeylessSigner) -> bytes:
    """A bundle's canonical bytes; the same payload and key give the same bytes, a keyless signer gives other ones."""
    if isinstance(key, KeylessSigner):
        return key.sign(payload)
    signature = _sign(signed_bytes(payload), key)
    return canonical(
        {
            "mediaType": MEDIA_TYPE,
            "verificationMaterial": {"publicKey": {"hint": key.public.hint}, "tlogEntries": []},
            "dsseEnvelope": {
                "payload": base64.b64encode(payload).decode(),
                "payloadType": PAYLOAD_TYPE,
                "signatures": [{"sig": base64.b64encode(signature).decode()}],
            },
        }
    )


def verified_payload(content: bytes, key: VerificationKey | SignerIdentity) -> bytes:
    """The payload of a bundle that the key, or the identity, signed; raises SignatureError for anything else."""
    envelope = read_envelope(content)
    if isinstance(key, SignerIdentity):
        if envelope.certified is None:
            raise SignatureError("The bundle is signed by a key, but an identity is expected.")
        payload = verify_keyless(content, envelope.certified, key)
        require(payload == envelope.payload, "two readers read two payloads in it")
        return payload
    if envelope.certified is not None:
        raise SignatureError("The bundle is signed by an identity, but a key is expected.")
    if envelope.hint != key.hint:
        raise SignatureError(f"The bundle names the key {envelope.hint!r}, but the given key is {key.hint!r}.")
    if not _is_valid(envelope.signature, signed_bytes(envelope.payload), key):
        raise SignatureError("The signature is not valid: the statement or the signature was changed.")
    return envelope.payload


def read_envelope(content: bytes) -> Envelope:
    """The envelope in a bundle, unverified; no field may be missing or extra."""
    if len(content) > MAX_BUNDLE_BYTES:
        raise SignatureError("The bundle is larger than any that Assay writes.")
    bundle = fields(strictly(content, "The bundle"), "the bundle", "mediaType", "verificationMaterial", "dsseEnvelope")
    hint, certified = _signer(bundle["verificationMaterial"])
    envelope = fields(bundle["dsseEnvelope"], "dsseEnvelope", "payload", "payloadType", "signatures")
    require(bundle["mediaType"] == MEDIA_TYPE, f"mediaType must be {MEDIA_TYPE}")
    require(envelope["payloadType"] == PAYLOAD_TYPE, f"payloadType must be {PAYLOAD_TYPE}")
    signatures = envelope["signatures"]
    require(isinstance(signatures, list) and len(signatures) == 1, "there must be exactly one signature")
    signature = fields(signatures[0], "the signature", "sig")["sig"]
    return Envelope(
        payload=decoded(envelope["payload"], "payload"),
        signature=decoded(signature, "sig"),
        hint=hint,
        certified=certified,
    )


def _signer(material: object) -> tuple[str, CertifiedMaterial | None]:
    """The hint of a key, or the material of a keyless signature."""
    if isinstance(material, dict) and "certificate" in material and "publicKey" not in material:
        return "", read_certified(material)
    found = fields(material, "verificationMaterial", "publicKey", "tlogEntries")
    hint = fields(found["publicKey"], "publicKey", "hint")["hint"]
    require(found["tlogEntries"] == [], "tlogEntries must be empty: the bundle is verified by a key")
    require(isinstance(hint, str) and len(hint) <= MAX_HINT, "the key's hint must be a short text")
    return hint, None


def _sign(content: bytes, key: SigningKey) -> bytes:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec

    if not isinstance(key.private, ec.EllipticCurvePrivateKey):
        return key.private.sign(content)
    try:
        return key.private.sign(content, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
    except UnsupportedAlgorithm:
        # OpenSSL before 3.2: the signature is as good, but differs each time.
        return key.private.sign(content, ec.ECDSA(hashes.SHA256()))


def _is_valid(signature: bytes, content: bytes, key: VerificationKey) -> bool:
    """Whether a signature is valid, by the scheme of the key and no other."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec

    try:
        if isinstance(key.public, ec.EllipticCurvePublicKey):
            key.public.verify(signature, content, ec.ECDSA(hashes.SHA256()))
        else:
            key.public.verify(signature, content)
    except InvalidSignature:
        return False
    return True
