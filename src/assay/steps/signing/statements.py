"""The signed statements of a dossier: the card itself, and the decision as a SLSA verification summary."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from assay.canonical import PREFIX
from assay.dossier.environment_identity import ENVIRONMENT_FILE
from assay.dossier.page_set import Dossier
from assay.dossier.subjects import subjects
from assay.edges.attestation.in_toto import make_statement
from assay.errors import PageError

CARD_TYPE = "https://assay-ml.github.io/assay/card/v1"
DECISION_TYPE = "https://slsa.dev/verification_summary/v1"
VERIFIER = "https://assay-ml.github.io/assay"
LEVEL = "ASSAY_GATE_OPEN"
CARD_BUNDLE, DECISION_BUNDLE = "card.sigstore.json", "decision.sigstore.json"


def card_statement(pages: Dossier) -> dict[str, Any]:
    """The statement whose predicate is the card page."""
    if pages.card is None:
        raise PageError("The dossier has no card.", hint="Run `assay card` first.")
    return make_statement(subjects(pages), CARD_TYPE, json.loads(pages.card.content()))


def decision_statement(
    pages: Dossier, *, time: str, versions: Mapping[str, str], card_bundle: bytes, environment: bytes | None = None
) -> dict[str, Any]:
    """The verification summary of a decision (SLSA VSA v1), which names the signed card by digest.

    It names the record of the model's `environment` too, if a model ran.

    `time` is UTC as `2026-11-20T12:00:00Z`; `versions` are those of Assay and of the engine that judged.
    """
    plan, decision = pages.plan, pages.decision
    if plan is None or decision is None:
        raise PageError("The dossier has no decision.", hint="Run `assay decide` first.")
    passed = decision.verdict == "open"
    predicate = {
        "verifier": {"id": VERIFIER, "version": dict(versions)},
        "timeVerified": time,
        "resourceUri": f"assay:{plan.model}#{plan.stage}",
        "policy": {"uri": "assay:policies", "digest": {"sha256": plan.bundle_digest.removeprefix(PREFIX)}},
        "inputAttestations": [
            {"uri": uri, "digest": {"sha256": hashlib.sha256(content).hexdigest()}}
            for uri, content in ((CARD_BUNDLE, card_bundle), (ENVIRONMENT_FILE, environment))
            if content is not None
        ],
        "verificationResult": "PASSED" if passed else "FAILED",
        "verifiedLevels": [LEVEL if passed else "FAILED"],
    }
    return make_statement(subjects(pages), DECISION_TYPE, predicate)
