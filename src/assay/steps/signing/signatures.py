"""The two signed statements of a dossier: written beside its pages, verified against them."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from assay.canonical import canonical, digest
from assay.dossier.page_set import Dossier
from assay.dossier.subjects import subjects
from assay.edges.attestation.bundle_fields import SignatureError
from assay.edges.attestation.envelope import MAX_BUNDLE_BYTES, read_envelope
from assay.edges.attestation.in_toto import sign_statement, verify_bundle
from assay.edges.attestation.keyless.keyless_signing import KeylessSigner
from assay.edges.attestation.keys import SigningKey
from assay.edges.attestation.trust import Trust, TrustedKey, written
from assay.edges.environment_record import read_environment_record
from assay.edges.files import read_beneath, write_atomically
from assay.edges.store import DossierFolder
from assay.steps.signing.statements import (
    CARD_BUNDLE,
    CARD_TYPE,
    DECISION_BUNDLE,
    DECISION_TYPE,
    card_statement,
    decision_statement,
)

TIME_FORMAT = "%Y-%m-%dT%H:%M:%SZ"
SKEW = datetime.timedelta(minutes=5)
LOGGING = datetime.timedelta(minutes=15)
"""Within which the log must have a keyless signature: longer than a certificate is valid."""


def sign_dossier(
    dossier: DossierFolder, pages: Dossier, key: SigningKey | KeylessSigner, *, time: str, versions: Mapping[str, str]
) -> dict[str, str]:
    """Writes both bundles, each completely or not at all; returns their digests by file name.

    The decision's bundle names the card's, so `verify` refuses a card that was signed again beside an older decision.
    """
    card = sign_statement(card_statement(pages), key)
    environment = _environment(dossier)
    statement = decision_statement(pages, time=time, versions=versions, card_bundle=card, environment=environment)
    decision = sign_statement(statement, key)
    dossier.guard()
    for name, content in ((CARD_BUNDLE, card), (DECISION_BUNDLE, decision)):
        write_atomically(dossier.path(name), content)
    return {CARD_BUNDLE: digest(card), DECISION_BUNDLE: digest(decision)}


def is_signed(dossier: DossierFolder) -> bool:
    """Whether the dossier has a bundle, valid or not."""
    return any(dossier.path(name).exists() for name in (CARD_BUNDLE, DECISION_BUNDLE))


def verify_signatures(
    dossier: DossierFolder,
    pages: Dossier,
    trust: Trust,
    *,
    now: datetime.datetime,
    recorded: datetime.datetime | None = None,
) -> tuple[str, ...]:
    """Sentences on what was verified; raises SignatureError for a bundle that is missing or does not match.

    `pages` are those of a verified dossier; `now` is an aware time, the latest that may be signed. `recorded` is when a
    ledger first named this signed decision, None if it does not.
    """
    about = subjects(pages)
    card, decision = _read(dossier, CARD_BUNDLE), _read(dossier, DECISION_BUNDLE)
    signer = _signer(trust, card, decision)
    found = verify_bundle(card, signer.key, predicate_type=CARD_TYPE, subjects=about)["predicate"]
    if canonical(found) != canonical(card_statement(pages)["predicate"]):
        raise SignatureError("The signed card is not the card of this dossier.")
    summary = verify_bundle(decision, signer.key, predicate_type=DECISION_TYPE, subjects=about)["predicate"]
    signed, versions = _time(summary.get("timeVerified"), now), _versions(summary.get("verifier"))
    verify_after_decision(pages, signed)
    time = written(signed)
    expected = decision_statement(
        pages, time=time, versions=versions, card_bundle=card, environment=_environment(dossier)
    )["predicate"]
    differing = sorted(
        name for name in summary.keys() | expected.keys() if _text(summary, name) != _text(expected, name)
    )
    if differing:
        raise SignatureError(f"The signed decision is not the decision of this dossier; see {', '.join(differing)}.")
    logged = _logged(signer, decision, signed, now)
    signer.require_key_at(logged or signed, logged or recorded)
    said = f"{summary['verificationResult']} for {summary['resourceUri']}"
    kind = "identity" if signer.is_keyless else "key"
    valid, bounds = written(logged or signed), signer.bounds(now)
    return (
        f"{CARD_BUNDLE}: signed by the {signer.described}; its {len(about)} subjects and its card match",
        f"{DECISION_BUNDLE}: signed by the same {kind}, {said} at {time}; its policies and its card match",
        *([f"the transparency log has the decision's signature at {written(logged)}"] if logged else []),
        *([f"the {kind} was valid at {valid}: {bounds}"] if bounds else []),
    )


def signer_of(dossier: DossierFolder, trust: Trust) -> TrustedKey:
    """The key that both bundles name, if it counts; raises SignatureError if it does not. Verifies no signature."""
    return _signer(trust, _read(dossier, CARD_BUNDLE), _read(dossier, DECISION_BUNDLE))


def verify_after_decision(pages: Dossier, signed: datetime.datetime) -> None:
    """Raises SignatureError for a time before the decision's date: backdated, an expired key would count again."""
    as_of = "no date" if pages.decision is None else pages.decision.as_of
    try:
        begun = datetime.datetime.strptime(as_of, "%Y-%m-%d").replace(tzinfo=datetime.UTC)
    except ValueError as error:
        raise SignatureError("The decision has no date, so the time of its signature cannot be verified.") from error
    if signed + SKEW < begun:
        raise SignatureError(
            f"A decision as of {as_of} cannot have been signed at {written(signed)}.",
            hint="Sign it again with the current time.",
        )


def _signer(trust: Trust, card: bytes, decision: bytes) -> TrustedKey:
    """The key of both bundles; they must have one key, because only the decision has a time."""
    signer = trust.signer_of(read_envelope(decision))
    if trust.signer_of(read_envelope(card)) != signer:
        raise SignatureError("The card and the decision are signed by different keys.")
    return signer


def _logged(
    signer: TrustedKey, decision: bytes, claimed: datetime.datetime, now: datetime.datetime
) -> datetime.datetime | None:
    """The log's time of a keyless signature, None for a key's; raises SignatureError if the decision claims another."""
    if not signer.is_keyless:
        return None
    logged = signer.time_of(read_envelope(decision), claimed)
    if logged > now + SKEW:
        raise SignatureError(f"The log's time, {written(logged)}, is in the future; check this machine's clock.")
    if abs(logged - claimed) > LOGGING:
        raise SignatureError(
            f"The decision claims to be signed at {written(claimed)}, but the log has its signature at "
            f"{written(logged)}.",
            hint="Sign again without --time.",
        )
    return logged


def _read(dossier: DossierFolder, name: str) -> bytes:
    if not dossier.path(name).exists():
        raise SignatureError(
            f"{dossier.path(name)} does not exist, so there is no signature to check.",
            hint="Sign the dossier with `assay sign --key …`, or fetch the bundle with the other files.",
        )
    return read_beneath(dossier.folder, name, limit=MAX_BUNDLE_BYTES, error=SignatureError)


def _environment(dossier: DossierFolder) -> bytes | None:
    """The bytes of the record of the model's environment, None if no model ran."""
    found = read_environment_record(dossier)
    return None if found is None else found.content()


def _text(document: dict[str, Any], name: str) -> bytes | None:
    return canonical(document[name]) if name in document else None


def _time(time: Any, now: datetime.datetime) -> datetime.datetime:
    try:
        verified = datetime.datetime.strptime(time, TIME_FORMAT).replace(tzinfo=datetime.UTC)
    except (TypeError, ValueError) as error:
        raise SignatureError("The signed decision's timeVerified is not a UTC time.") from error
    if verified > now + SKEW:
        raise SignatureError(f"The signed decision has the time {time}, which is in the future; check both clocks.")
    return verified


def _versions(verifier: Any) -> dict[str, str]:
    """The verifier's versions; they may differ from the present ones."""
    versions = verifier.get("version") if isinstance(verifier, dict) else None
    if not isinstance(versions, dict) or not all(isinstance(each, str) for each in versions.values()):
        raise SignatureError("The signed decision does not say which versions judged.")
    return versions
