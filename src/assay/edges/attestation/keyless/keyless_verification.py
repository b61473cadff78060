"""Verifies a keyless bundle offline: Sigstore's client against a trusted root and one identity."""

from __future__ import annotations

import datetime
from functools import cache
from typing import TYPE_CHECKING

from assay.edges.attestation.bundle_fields import SignatureError
from assay.edges.attestation.keyless.certificate_claims import read_claims
from assay.edges.attestation.keyless.certified_material import CertifiedMaterial
from assay.edges.attestation.keyless.signer_identity import SignerIdentity
from assay.edges.attestation.keyless.trusted_root import load_root, require_sigstore
from assay.errors import UsageError

if TYPE_CHECKING:
    from sigstore.verify import Verifier
    from sigstore.verify.policy import VerificationPolicy

_HINT = "Take the bundle from where it was signed, or sign again (`assay sign --key keyless`)."


def verify_keyless(content: bytes, material: CertifiedMaterial, identity: SignerIdentity) -> bytes:
    """The payload of a bundle that an identity signed; raises SignatureError for anything else.

    `material` is the bundle's, which was read strictly. The client verifies the certificate, its log, the entry with
    its proof and its time, the signature, and that all are about each other. The time is `signing_time`.
    """
    require_sigstore()
    from sigstore.models import Bundle

    identity.require_claims(read_claims(material.certificate))
    try:
        verifier = _verifier(identity.root)
    except UsageError as error:
        raise SignatureError(str(error), hint=error.hint) from error
    if material.log_id not in _logs(identity.root):
        raise SignatureError("The bundle is refused: the trusted root does not know its transparency log.", hint=_HINT)
    _require_in_time(material)
    try:
        kind, payload = verifier.verify_dsse(Bundle.from_json(content), _policy(identity))
    except Exception as error:  # foreign bytes: whatever the client raises, nothing is verified
        said = " ".join(str(error).split())
        shown = "".join(sign for sign in said if sign.isprintable())[:200].rstrip(".")
        raise SignatureError(
            f"The keyless signature is not valid: {shown or type(error).__name__}.", hint=_HINT
        ) from error
    if kind != "application/vnd.in-toto+json":
        raise SignatureError("The bundle is refused: it signs something else than a statement.")
    return payload


def signing_time(material: CertifiedMaterial) -> datetime.datetime:
    """When the log, or the authority's timestamp, says that it was signed; true once the bundle is verified."""
    if material.stamp is None:
        assert material.logged is not None  # noqa: S101  # one of the two is there
        return material.logged
    require_sigstore()
    from rfc3161_client import decode_timestamp_response

    try:
        return decode_timestamp_response(material.stamp).tst_info.gen_time
    except Exception as error:
        raise SignatureError("The bundle is refused: its timestamp cannot be read.") from error


def _require_in_time(material: CertifiedMaterial) -> None:
    """Raises SignatureError for a signature before or after the certificate's minutes; the client would say less."""
    claims, signed = read_claims(material.certificate), signing_time(material)
    if not claims.start <= signed <= claims.end:
        raise SignatureError(
            f"The certificate was valid from {claims.start:%Y-%m-%dT%H:%M:%SZ} to {claims.end:%H:%M:%SZ}, but the log "
            f"says that it signed at {signed:%Y-%m-%dT%H:%M:%SZ}.",
            hint=_HINT,
        )


@cache
def _verifier(root: bytes | None) -> Verifier:
    from sigstore.verify import Verifier

    return Verifier(trusted_root=load_root(root))


@cache
def _logs(root: bytes | None) -> frozenset[bytes]:
    """The ids of the logs that count; the client takes an id as a hint only."""
    return frozenset(log.log_id.key_id for log in load_root(root)._inner.tlogs)  # noqa: SLF001


def _policy(identity: SignerIdentity) -> VerificationPolicy:
    """The claims that a certificate must have, each compared whole by the client too."""
    from sigstore.verify import policy

    every: list[VerificationPolicy] = [
        policy.Identity(identity=identity.identity),
        policy.OIDCIssuerV2(identity.issuer),
    ]
    if identity.source:
        every += [
            policy.OIDCSourceRepositoryURI(identity.source),
            policy.OIDCSourceRepositoryRef(identity.ref),
            policy.OIDCRunnerEnvironment(identity.runner),
        ]
    if identity.repository_id:
        every.append(policy.OIDCSourceRepositoryIdentifier(identity.repository_id))
    return policy.AllOf(every)
