"""Signs with the identity of the job: a key of minutes, its certificate, and an entry in the transparency log."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from assay.canonical import canonical
from assay.edges.attestation.keyless.certified_material import plain_material
from assay.edges.attestation.keyless.trusted_root import load_services, require_sigstore
from assay.errors import EvaluationError, UsageError

if TYPE_CHECKING:
    from sigstore.sign import Signer

KEYLESS = "keyless"
_RIGHT = (
    "In GitHub Actions, give the job that signs the permission `id-token: write`, and run nothing of a change and no "
    "model in it. Elsewhere, sign with a key."
)


@dataclass(frozen=True, kw_only=True)
class KeylessSigner:
    """A signer by the identity of this job, for some minutes."""

    signer: Signer = field(repr=False)

    def sign(self, payload: bytes) -> bytes:
        """A bundle's canonical bytes; raises EvaluationError if the log does not take the signature."""
        from sigstore.dsse import Statement

        try:
            signed = json.loads(self.signer.sign_dsse(Statement(payload)).to_json())
        except Exception as error:  # whatever the services or their client say, nothing is signed
            raise _unsigned("the log did not take the signature", error) from error
        return canonical(_plain(signed))


def load_keyless_signer(services: bytes | None = None) -> KeylessSigner:
    """A signer by the job's identity, with a certificate for it; `services` is a client's trust configuration.

    Raises UsageError where the environment gives no identity, and EvaluationError where no certificate is given.
    """
    require_sigstore()
    from sigstore.oidc import IdentityToken, detect_credential
    from sigstore.sign import Signer, SigningContext

    found = load_services(services)
    try:
        credential = detect_credential()
    except Exception as error:
        raise UsageError(f"This job has no identity to sign with: {_said(error)}.", hint=_RIGHT) from error
    if credential is None:
        raise UsageError("There is no identity to sign with: this is no job that has one.", hint=_RIGHT)
    try:
        return KeylessSigner(signer=Signer(IdentityToken(credential), SigningContext.from_trust_config(found)))
    except Exception as error:
        raise _unsigned("no certificate was given for this job's identity", error) from error


def _plain(signed: dict[str, Any]) -> dict[str, Any]:
    """A bundle in the form that is verified: every field that it needs and no other."""
    envelope = signed["dsseEnvelope"]
    return {
        "mediaType": signed["mediaType"],
        "verificationMaterial": plain_material(signed["verificationMaterial"]),
        "dsseEnvelope": {
            "payload": envelope["payload"],
            "payloadType": envelope["payloadType"],
            "signatures": [{"sig": each["sig"]} for each in envelope["signatures"]],
        },
    }


def _unsigned(what: str, error: Exception) -> EvaluationError:
    return EvaluationError(
        f"Nothing was signed: {what} ({_said(error)}).",
        hint="Try again later; Sigstore's services may be out of reach from here. A key signs without them.",
    )


def _said(error: Exception) -> str:
    words = " ".join(str(error).split()) or type(error).__name__
    return "".join(sign for sign in words if sign.isprintable())[:200].rstrip(".")
