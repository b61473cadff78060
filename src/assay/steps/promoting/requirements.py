"""What a dossier must be before it is promoted: verified, judged again by OPA, open, approved, with valid waivers."""

from __future__ import annotations

import datetime
import tempfile
from pathlib import Path

from assay.canonical import digest
from assay.dossier.page_set import Dossier
from assay.dossier.pages import Decision
from assay.edges.files import read_beneath
from assay.edges.rego.engine import Engine
from assay.edges.store import DossierFolder
from assay.errors import EngineError, PageError
from assay.ledger.promotion_page import PromotionError
from assay.manifest.document import Manifest
from assay.steps.predicting.whose_answers import are_given
from assay.steps.signing.signatures import SKEW
from assay.steps.signing.statements import DECISION_BUNDLE
from assay.steps.verifying.dossier_verification import VerifiedDossier, verify_dossier

APPROVAL = "governance/two_people"
UNBOUND = ("ideation", "data-preparation", "experimentation", "retirement")
"""Usual stages that take files of predictions for which nobody vouches."""


def require_open(dossier: DossierFolder, stage: str, engine: Engine, *, embedded: bool) -> VerifiedDossier:
    """A verified dossier whose gate is open; raises PromotionError if it cannot be promoted.

    `require_content` compares the inputs with the commit, so this does not read the work tree.
    """
    if not engine.name.startswith("opa") and not embedded:
        raise EngineError(
            f"A promotion needs OPA to judge, but only {engine.name} is available.",
            hint="Install OPA 1.20.1 or later, or pass --allow-embedded-engine.",
        )
    with tempfile.TemporaryDirectory() as empty:
        verified = verify_dossier(DossierFolder(dossier.folder, Path(empty)), engine)
    pages = verified.pages
    if pages.decision is None or pages.plan is None or pages.card is None:
        raise PageError(f"The dossier {dossier.folder.name} has no card.", hint="Run `assay card` first.")
    if pages.decision.stage != stage:
        raise PageError(f"The dossier is for the stage {pages.decision.stage}, not for {stage}.")
    _refuse_closed(pages.decision)
    _refuse_expired(pages.decision)
    _refuse_unapproved(pages, stage)
    return verified


def require_bound(manifest: Manifest, stage: str, vouched_by: str | None) -> None:
    """Raises PromotionError for files of predictions, which no model is known to have made, unless somebody vouches.

    `vouched_by` is who does so at the base. Up to experimentation, and to be retired, nobody has to.
    """
    if not are_given(manifest) or manifest.usual_stage(stage) in UNBOUND:
        return
    if vouched_by is None or not vouched_by.strip():
        raise PromotionError(
            f"The model is known by files of predictions only, and nobody vouches for them at {stage}.",
            hint="Name the model's file instead, or have the default branch's manifest say who vouches: "
            f"`stages: {{{stage}: {{vouched_by: …}}}}`.",
        )


def require_recent(decision: Decision, days: int) -> None:
    """Raises PromotionError for a decision that is older than some days, or dated after today.

    The date is in the plan and judges waivers and ages of data; with the inputs measured again, or the decision signed,
    nobody can give an old decision another date. A date ahead would make it valid for longer.
    """
    now = datetime.datetime.now(datetime.UTC)
    last = datetime.date.fromisoformat(decision.as_of) + datetime.timedelta(days=days)
    if last < now.date():
        raise PromotionError(
            f"The decision is as of {decision.as_of}; {decision.stage} takes those of the last {days} days, so it was "
            f"valid until {last.isoformat()}.",
            hint="Judge again (`assay check`), and try again.",
        )
    if decision.as_of > (now + SKEW).date().isoformat():
        raise PromotionError(
            f"The decision is as of {decision.as_of}, which is in the future.",
            hint="Judge again with today's date, or set this machine's clock.",
        )


def statement_digest(dossier: DossierFolder) -> str | None:
    """The digest of the signed statement on the decision; None if the dossier is not signed."""
    if not dossier.path(DECISION_BUNDLE).exists():
        return None
    from assay.edges.attestation.bundle_fields import SignatureError
    from assay.edges.attestation.envelope import MAX_BUNDLE_BYTES, read_envelope

    content = read_beneath(dossier.folder, DECISION_BUNDLE, limit=MAX_BUNDLE_BYTES, error=SignatureError)
    return digest(read_envelope(content).payload)


def _refuse_closed(decision: Decision) -> None:
    if decision.verdict != "open":
        closed = [ruling.policy for ruling in decision.rulings if ruling.effect == "block" and not ruling.opens]
        raise PromotionError(
            f"The gate of {decision.model} at {decision.stage} is closed by {', '.join(closed) or 'an empty plan'}.",
            hint="Nothing was written; see `assay explain <policy>`.",
        )


def _refuse_expired(decision: Decision) -> None:
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    for ruling in decision.rulings:
        if ruling.waiver is not None and ruling.waiver.expires < today:
            raise PromotionError(
                f"The waiver of {ruling.policy} expired on {ruling.waiver.expires}.",
                hint="Fix what it waives or renew it, then judge again.",
            )


def _refuse_unapproved(pages: Dossier, stage: str) -> None:
    """Refuses a decision without proven approvals for a stage that requires them; a waiver is not enough."""
    if pages.manifest is None or pages.decision is None:
        raise PageError("The dossier is not complete.")
    declared = Manifest.model_validate(pages.manifest.manifest).stages.get(stage)
    if declared is None or not declared.approvals:
        return
    if not any(each.policy == APPROVAL and each.outcome == "pass" for each in pages.decision.rulings):
        raise PromotionError(
            f"{stage} requires the approval of {' and '.join(declared.approvals)}, which the decision lacks.",
            hint=f"Judge with the reviews (`assay check --reviews`) so that {APPROVAL} passes; see `assay approvals`.",
        )
