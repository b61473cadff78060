"""A DSSE envelope with one signature, in a Sigstore bundle v0.3 that is verified by key (formats.md §5)."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Any

from assay.canonical import canonical, parse
from assay.edges.attestation.keys import SigningKey, VerificationKey
from assay.errors import EvaluationError, PageError

MEDIA_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json"
PAYLOAD_TYPE = "application/vnd.in-toto+json"
MAX_BUNDLE_BYTES = 96 * 1024 * 1024
MAX_HINT = 100


class SignatureError(EvaluationError):
    """A signed statement is missing, malformed, not signed by the key, or differs from the dossier."""

    default_hint = "Sign again with `assay sign`, or name the signer's public key."


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """The content of a bundle: the signed bytes, their signature, and the hint of the key."""

    payload: bytes
    signature: bytes
    hint: str


def signed_bytes(payload: bytes) -> bytes:
    """The bytes that are signed: DSSE's pre-authentication encoding of an in-toto payload."""
    return b"DSSEv1 %d %b %d %b" % (len(PAYLOAD_TYPE), PAYLOAD_TYPE.encode(), len(payload), payload)


def sign_payload(payload: bytes, key: SigningKey) -> bytes:
    """A bundle's canonical bytes; the same payload and key give the same bytes."""
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


def verified_payload(content: bytes, key: VerificationKey) -> bytes:
    """The payload of a bundle that the key signed; raises SignatureError for anything else."""
    envelope = read_envelope(content)
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
    material = fields(bundle["verificationMaterial"], "verificationMaterial", "publicKey", "tlogEntries")
    hint = fields(material["publicKey"], "publicKey", "hint")["hint"]
    envelope = fields(bundle["dsseEnvelope"], "dsseEnvelope", "payload", "payloadType", "signatures")
    require(bundle["mediaType"] == MEDIA_TYPE, f"mediaType must be {MEDIA_TYPE}")
    require(material["tlogEntries"] == [], "tlogEntries must be empty: the bundle is verified by a key")
    require(isinstance(hint, str) and len(hint) <= MAX_HINT, "the key's hint must be a short text")
    require(envelope["payloadType"] == PAYLOAD_TYPE, f"payloadType must be {PAYLOAD_TYPE}")
    signatures = envelope["signatures"]
    require(isinstance(signatures, list) and len(signatures) == 1, "there must be exactly one signature")
    signature = fields(signatures[0], "the signature", "sig")["sig"]
    return Envelope(payload=_bytes(envelope["payload"], "payload"), signature=_bytes(signature, "sig"), hint=hint)


def strictly(content: bytes, name: str) -> Any:
    """The document in canonical JSON; duplicate keys, other spellings and truncated files are not canonical."""
    if not content:
        raise SignatureError(f"{name} is empty.")
    try:
        return parse(content, name)
    except PageError as error:
        said = "is not in canonical form: somebody changed it, or another program wrote it"
        if error.__cause__ is not None:
            said = f"cannot be read: it is truncated or not JSON ({error.__cause__})"
        raise SignatureError(f"{name} {said}.") from error


def fields(document: Any, where: str, *names: str) -> dict[str, Any]:
    """An object with exactly these fields; raises SignatureError with the missing or unknown ones."""
    require(isinstance(document, dict), f"{where} must be an object")
    missing = sorted(set(names) - set(document))
    unknown = sorted(set(document) - set(names))
    require(not missing, f"{where} lacks {', '.join(missing)}")
    require(not unknown, f"{where} has unknown fields: {', '.join(unknown)}")
    return dict(document)


def require(condition: bool, otherwise: str) -> None:  # noqa: FBT001  # reads as a sentence where it is called
    """Raises SignatureError with a reason unless a condition is true."""
    if not condition:
        raise SignatureError(f"The bundle is refused: {otherwise}.")


def _bytes(text: Any, name: str) -> bytes:
    require(isinstance(text, str), f"{name} must be text")
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise SignatureError(f"The bundle is refused: {name} is not base64.") from error
    require(base64.b64encode(content).decode() == text, f"{name} is base64 in an unusual form")
    return content


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
