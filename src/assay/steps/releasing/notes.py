"""The text of a release: the verdict, the digests, and how to verify them."""

from __future__ import annotations

from assay.dossier.page_set import Dossier
from assay.errors import PageError
from assay.ledger.promotion_page import Promotion
from assay.render.wording import outcomes
from assay.render.wording.markdown_text import code, prose, table
from assay.steps.signing.statements import CARD_BUNDLE, CARD_TYPE, DECISION_BUNDLE, DECISION_TYPE
from assay.steps.verifying.checksums import CHECKSUMS

_COSIGN = "cosign verify-blob-attestation --key public.pem --new-bundle-format --insecure-ignore-tlog"


def release_text(pages: Dossier, registration: Promotion, *, bundle: str | None = None) -> str:
    """The text as Markdown; its hidden first line identifies the registration. `bundle` is the signed card's digest."""
    decision, card = pages.decision, pages.card
    if decision is None or card is None:
        raise PageError("The dossier has no card.", hint="Run `assay card` first.")
    light = "🟢" if decision.verdict == "open" else "🔴"
    named = f"{code(registration.model)} {code(registration.version)}"
    rows = [
        ("decision", decision.digest()),
        ("card", card.digest()),
        ("signed statement", registration.statement),
        ("signed card", bundle),
        ("model", registration.model_digest),
        ("environment", registration.environment),
        ("registration", registration.digest()),
        ("commit", registration.commit),
    ]
    judged = f"Judged for {code(decision.stage)} as of {prose(decision.as_of)}."
    lines = [
        f"<!-- assay-release:{registration.digest()} -->",
        f"### {light} {outcomes.gate(decision.verdict)} · {named}",
        "",
        f"**{outcomes.summary(decision.rulings)}** {judged}",
        "",
        *table(["what", "digest"], [(what, code(found)) for what, found in rows if found is not None]),
        f"Download all assets into one folder and verify them there{_by_whom(registration)}:",
        "",
        "```sh",
        *_commands(registration),
        "```",
    ]
    return "\n".join(lines) + "\n"


def _by_whom(registration: Promotion) -> str:
    if registration.statement is None:
        return " (the release is not signed, so its author is unknown)"
    return " with the signer's public key, which you must get from another source"


def _commands(registration: Promotion) -> list[str]:
    if registration.statement is None:
        return [f"sha256sum --check {CHECKSUMS}", "assay verify ."]
    return [
        f"sha256sum --check {CHECKSUMS}",
        "assay verify --key public.pem .",
        f"{_COSIGN} --bundle {CARD_BUNDLE} --type {CARD_TYPE} decision.json",
        f"{_COSIGN} --bundle {DECISION_BUNDLE} --type {DECISION_TYPE} decision.json",
    ]
