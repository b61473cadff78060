"""Verifies a dossier: the digest of every page, the plan, the decision and the card, made again."""

from __future__ import annotations

from dataclasses import dataclass

from assay.dossier.page_set import Dossier, manifest_of
from assay.dossier.pages import Card, Decision, Evidence, ManifestPage, Plan, Predictions
from assay.edges.rego.engine import Engine
from assay.edges.store import DossierFolder
from assay.errors import PageError
from assay.manifest.document import Manifest
from assay.manifest.model_blocks import Artifact
from assay.steps.collecting.predicted_files import read_predictions
from assay.steps.composing.card_content import compose_card
from assay.steps.deciding.judgement import judge, read_planned_bundle
from assay.steps.verifying.checksums import is_release
from assay.steps.verifying.environment_verification import verify_environment
from assay.steps.verifying.input_digests import verify_inputs
from assay.steps.verifying.manifest_origin import verify_manifest
from assay.steps.verifying.policy_origin import verify_policies
from assay.steps.verifying.replanning import verify_plan
from assay.steps.verifying.verification_report import Verification, combine


@dataclass(frozen=True, kw_only=True)
class VerifiedDossier:
    """The pages of a verified dossier, with sentences on what was verified and on what could not be."""

    pages: Dossier
    checked: tuple[str, ...]
    unknown: tuple[str, ...]


def verify_dossier(dossier: DossierFolder, engine: Engine, *, recollect: bool = False) -> VerifiedDossier:
    """The pages of a dossier, once all of it is verified; raises PageError or DataError if it is not valid.

    With `recollect` the evidence is measured again too. The gate may be closed: read `pages.decision.verdict`.
    """
    pages, decision = dossier.need(Decision)
    plan, manifest, evidence = pages.plan, pages.manifest, pages.evidence
    if plan is None or manifest is None or evidence is None or pages.predictions is None:
        raise PageError("The dossier is not complete: a page before the decision is missing.")
    every = dossier.pages()
    checked = [f"{page.name} {page.digest()}" for page in every.written()]
    bundle = read_planned_bundle(dossier, plan)
    checked.append(verify_plan(plan, manifest, bundle))
    again = judge(manifest, plan, evidence, bundle, engine)
    _same("decision", again.digest(), decision.digest())
    checked.append(f"judged again by {engine.name} {engine.version}: the same decision")
    if every.card is not None:
        _same("card", compose_card(pages, decision, every.card.base).digest(), every.card.digest())
        checked.append("the card matches the decision and the evidence")
    report = combine(
        [
            Verification(checked=tuple(checked), unknown=_base(every.card)),
            _verify_predictions(dossier, pages.predictions, manifest_of(manifest)),
            _verify_evidence(dossier, manifest, plan, pages.predictions, evidence, recollect=recollect),
            verify_manifest(dossier, plan, manifest),
            verify_policies(dossier, plan, manifest, bundle),
            verify_inputs(dossier, plan, manifest),
            verify_environment(dossier, manifest, plan, pages.predictions),
        ]
    )
    return VerifiedDossier(pages=every, checked=report.checked, unknown=report.unknown)


def _base(shown: Card | None) -> tuple[str, ...]:
    """A sentence on the earlier decision that a card compares with; its page is not in the dossier."""
    if shown is None or shown.base is None:
        return ()
    return (f"the earlier decision {shown.base.decision}, with which the card compares: it is not in the dossier",)


def _verify_predictions(dossier: DossierFolder, predictions: Predictions, manifest: Manifest) -> Verification:
    if is_release(dossier.folder) and not dossier.path("predictions").exists():
        return Verification(unknown=("the files of predictions: a release does not contain them",))
    read_predictions(dossier, predictions)
    if manifest.model.artifact is None or not predictions.sets:
        return Verification(checked=("the stage needs no predictions",))
    return Verification(
        checked=("the files of predictions match their page",),
        unknown=(f"whether the predictions are the model's own: {_answered(dossier, manifest.model.artifact)}",),
    )


def _answered(dossier: DossierFolder, artifact: Artifact) -> str:
    if artifact.format == "predictions":
        return "they were given as files"
    recorded = dossier.recorded().get("predict")
    isolation = recorded.get("isolation") if isinstance(recorded, dict) else None
    recorded_as = f"`{isolation[:20]}`" if isinstance(isolation, str) else "none"
    return f"it did not run again; its isolation was {recorded_as} according to run.json, which nobody signs"


def _verify_evidence(
    dossier: DossierFolder,
    page: ManifestPage,
    plan: Plan,
    predictions: Predictions,
    evidence: Evidence,
    *,
    recollect: bool,
) -> Verification:
    if not recollect:
        return Verification(
            unknown=("whether the evidence follows from data and predictions: use --recollect to measure again",)
        )
    from assay.steps.collecting.evidence import measure_plan

    measured = measure_plan(dossier, page, plan, predictions)
    _same("evidence", measured.digest(), evidence.digest())
    return Verification(checked=("measured again from data and predictions: the same evidence",))


def _same(page: str, found: str, written: str) -> None:
    if found != written:
        raise PageError(
            f"The {page} does not follow from its parents: made again it is {found}, but the page is {written}."
        )
