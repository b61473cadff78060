"""Where a decision that is published comes from: its signature, verified if a key is given, and the run's workflow."""

from __future__ import annotations

import datetime
import json
import shlex

from assay.canonical import digest
from assay.dossier.page_set import Dossier
from assay.edges.attestation.bundle_fields import SignatureError
from assay.edges.attestation.envelope import MAX_BUNDLE_BYTES, read_envelope
from assay.edges.attestation.trust_file import load_trust
from assay.edges.files import read_beneath
from assay.edges.github.events import RunEvent
from assay.edges.store import DossierFolder
from assay.errors import UsageError
from assay.render.wording.messages import need_decision
from assay.render.wording.provenance import KEYLESS, Provenance, Signature
from assay.steps.signing.signatures import is_signed, signer_of, verify_signatures
from assay.steps.signing.statements import CARD_BUNDLE, DECISION_BUNDLE


def find_provenance(
    dossier: DossierFolder, pages: Dossier, event: RunEvent | None, *, key: str | None, artifact: str
) -> Provenance | None:
    """The provenance of a decision, None outside GitHub; raises SignatureError for a signature that does not match."""
    signature = _signature(dossier, pages, key)
    if event is None:
        return None
    return Provenance(
        preview=not event.is_binding, signature=signature, command=_command(pages, event, artifact, signature)
    )


def _signature(dossier: DossierFolder, pages: Dossier, key: str | None) -> Signature | None:
    if not is_signed(dossier):
        if key is not None:
            raise SignatureError(
                "The dossier is not signed, but a key was given.", hint="Sign it: `assay sign --key …`."
            )
        return None
    card, decision = _read(dossier, CARD_BUNDLE), _read(dossier, DECISION_BUNDLE)
    time = json.loads(read_envelope(decision).payload).get("predicate", {}).get("timeVerified")
    about = {"time": str(time), "bundle": digest(card)}
    if key is None:
        named = read_envelope(decision)
        scheme = "key" if named.certified is None else KEYLESS
        return Signature(signer=named.named, scheme=scheme, verified=False, **about)
    trust = load_trust(key)
    verify_signatures(dossier, pages, trust, now=datetime.datetime.now(datetime.UTC))
    signer = signer_of(dossier, trust)
    name = signer.key.hint if signer.name is None or signer.is_keyless else f"{signer.name} {signer.key.hint}"
    return Signature(signer=name, scheme=signer.key.scheme, verified=True, **about)


def _read(dossier: DossierFolder, name: str) -> bytes:
    if not dossier.path(name).exists():
        raise SignatureError(f"The dossier has only one of its two bundles: {name} is missing.", hint="Sign it again.")
    return read_beneath(dossier.folder, name, limit=MAX_BUNDLE_BYTES, error=SignatureError)


def _command(pages: Dossier, event: RunEvent, artifact: str, signature: Signature | None) -> str:
    """The command that fetches the run's artifact and verifies the dossier in it."""
    decision = need_decision(pages)
    fetched = ["gh", "run", "download", str(event.run[0]), "--repo", event.repository, "--name", artifact]
    key = ["--key", _named(signature)] if signature else []
    verified = ["assay", "verify", *key, f"card/{decision.model}/{decision.stage}"]
    return f"{shlex.join([*fetched, '--dir', 'card'])} && {shlex.join(verified)}"


def _named(signature: Signature) -> str:
    """What `verify` is given: the verified address of a workflow, else a file that the reader must have.

    What a bundle says of itself is not offered to be copied: whoever made the bundle chose it.
    """
    if signature.scheme != KEYLESS:
        return "public.pem"
    try:
        load_trust(signature.signer)
    except UsageError:
        return "trust.yaml"
    return signature.signer.replace("@", "%40") if signature.verified else "trust.yaml"
