"""The text of a release: the verdict, the digests, and how to verify them."""

from __future__ import annotations

import shlex

from assay.canonical import digest
from assay.dossier.page_set import Dossier
from assay.edges.attestation.envelope import read_envelope
from assay.edges.attestation.keyless.certificate_claims import CertificateClaims, read_claims
from assay.edges.attestation.trust_file import load_trust
from assay.errors import PageError, UsageError
from assay.ledger.promotion_page import Promotion
from assay.render.wording import outcomes
from assay.render.wording.markdown_text import code, prose, table
from assay.steps.signing.statements import CARD_BUNDLE, CARD_TYPE, DECISION_BUNDLE, DECISION_TYPE
from assay.steps.verifying.checksums import CHECKSUMS

_COSIGN = "cosign verify-blob-attestation --new-bundle-format"
_BY_KEY = "--key public.pem --insecure-ignore-tlog"


def release_text(
    pages: Dossier, registration: Promotion, *, bundle: bytes | None = None, verified: bool = False
) -> str:
    """The text as Markdown; its hidden first line identifies the registration.

    `bundle` is the signed card; `verified` says whether it was held against a key or an identity that counts.
    """
    decision, card = pages.decision, pages.card
    if decision is None or card is None:
        raise PageError("The dossier has no card.", hint="Run `assay card` first.")
    light = "🟢" if decision.verdict == "open" else "🔴"
    named = f"{code(registration.model)} {code(registration.version)}"
    rows = [
        ("decision", decision.digest()),
        ("card", card.digest()),
        ("signed statement", registration.statement),
        ("signed card", None if bundle is None else digest(bundle)),
        ("model", registration.model_digest),
        ("environment", registration.environment),
        ("registration", registration.digest()),
        ("commit", registration.commit),
    ]
    claims = _identity(bundle)
    signer = (
        ""
        if claims is None
        else f" {'Signed' if verified else 'The signature says that it is'} by {code(claims.identity)}."
    )
    judged = f"Judged for {code(decision.stage)} as of {prose(decision.as_of)}."
    lines = [
        f"<!-- assay-release:{registration.digest()} -->",
        f"### {light} {outcomes.gate(decision.verdict)} · {named}",
        "",
        f"**{outcomes.summary(decision.rulings)}** {judged}{signer}",
        "",
        *table(["what", "digest"], [(what, code(found)) for what, found in rows if found is not None]),
        f"Download all assets into one folder and verify them there{_by_whom(registration, claims)}:",
        "",
        "```sh",
        *_commands(registration, claims, verified=verified),
        "```",
    ]
    return "\n".join(lines) + "\n"


def _identity(bundle: bytes | None) -> CertificateClaims | None:
    """Whom the certificate of a keyless bundle names; None for a key's."""
    certified = None if bundle is None else read_envelope(bundle).certified
    return None if certified is None else read_claims(certified.certificate)


def _by_whom(registration: Promotion, claims: CertificateClaims | None) -> str:
    if registration.statement is None:
        return " (the release is not signed, so its author is unknown)"
    if claims is not None:
        return "; see that the identity is your workflow on your default branch"
    return " with the signer's public key, which you must get from another source"


def _commands(registration: Promotion, claims: CertificateClaims | None, *, verified: bool) -> list[str]:
    """The commands; an identity that nobody verified is not offered to be copied."""
    if registration.statement is None:
        return [f"sha256sum --check {CHECKSUMS}", "assay verify ."]
    key, cosign = "public.pem", f"{_COSIGN} {_BY_KEY}"
    if claims is not None:
        identity, issuer = (claims.identity, claims.issuer) if verified else ("IDENTITY", "ISSUER")
        key = _given(identity) if verified else "trust.yaml"
        cosign = f"{_COSIGN} {shlex.join(['--certificate-identity', identity, '--certificate-oidc-issuer', issuer])}"
    return [
        f"sha256sum --check {CHECKSUMS}",
        f"assay verify --key {shlex.quote(key)} .",
        f"{cosign} --bundle {CARD_BUNDLE} --type {CARD_TYPE} decision.json",
        f"{cosign} --bundle {DECISION_BUNDLE} --type {DECISION_TYPE} decision.json",
    ]


def _given(identity: str) -> str:
    """What `verify` takes: the address of a workflow, else a trust file, which names the issuer."""
    try:
        load_trust(identity)
    except UsageError:
        return "trust.yaml"
    return identity
