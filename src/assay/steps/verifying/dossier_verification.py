"""A dossier held again: every page's digest, the decision by judging anew, and what the card says."""

from __future__ import annotations

from dataclasses import dataclass

from assay.dossier.page_set import Dossier, manifest_of
from assay.dossier.pages import Card, Decision, Evidence, Plan, Predictions
from assay.edges.rego.engine import Engine
from assay.edges.store import DossierFolder
from assay.errors import PageError
from assay.manifest.document import Artifact, Manifest
from assay.steps.collecting.evidence import measure_plan, read_predictions
from assay.steps.composing.card_content import compose_card
from assay.steps.deciding.judgement import judge, read_planned_bundle
from assay.steps.verifying.checksums import is_release
from assay.steps.verifying.input_digests import verify_inputs
from assay.steps.verifying.manifest_origin import verify_manifest
from assay.steps.verifying.policy_origin import verify_policies
from assay.steps.verifying.replanning import verify_plan
from assay.steps.verifying.verification_report import Verification, together


@dataclass(frozen=True, kw_only=True)
class VerifiedDossier:
    """The pages of a dossier that holds, what was checked, and what could not be, sentence by sentence."""

    pages: Dossier
    said: tuple[str, ...]
    unknown: tuple[str, ...]


def verify_dossier(dossier: DossierFolder, engine: Engine, *, recollect: bool = False) -> VerifiedDossier:
    """The pages of a dossier, if all of it holds; raises PageError or DataError where it does not.

    With `recollect` the evidence is measured again from data and predictions as well. The gate may be closed:
    read `pages.decision.verdict`.
    """
    pages, decision = dossier.need(Decision)
    plan, manifest, evidence = pages.plan, pages.manifest, pages.evidence
    if plan is None or manifest is None or evidence is None or pages.predictions is None:
        raise PageError("The dossier is not complete: a page before the decision is missing.")
    every = dossier.pages()
    said = [f"{page.name} {page.digest()}" for page in every.written()]
    bundle = read_planned_bundle(dossier, plan)
    said.append(verify_plan(plan, manifest, bundle))
    again = judge(manifest, plan, evidence, bundle, engine)
    _same("decision", again.digest(), decision.digest())
    said.append(f"judged again by {engine.name} {engine.version}: the same decision")
    if every.card is not None:
        _same("card", compose_card(pages, decision, every.card.base).digest(), every.card.digest())
        said.append("the card says what the decision and the evidence say")
    told = together(
        [
            Verification(checked=tuple(said), unknown=_base(every.card)),
            _verify_predictions(dossier, pages.predictions, manifest_of(manifest)),
            _verify_evidence(dossier, manifest_of(manifest), plan, pages.predictions, evidence, recollect=recollect),
            verify_manifest(dossier, plan, manifest),
            verify_policies(dossier, plan, manifest, bundle),
            verify_inputs(dossier, plan, manifest),
        ]
    )
    return VerifiedDossier(pages=every, said=told.checked, unknown=told.unknown)


def _base(shown: Card | None) -> tuple[str, ...]:
    """What a card says of an earlier decision, whose page is not in the dossier."""
    if shown is None or shown.base is None:
        return ()
    return (f"the earlier decision {shown.base.decision} that the card compares with is not here to be looked at",)


def _verify_predictions(dossier: DossierFolder, predictions: Predictions, manifest: Manifest) -> Verification:
    if is_release(dossier.folder) and not dossier.path("predictions").exists():
        return Verification(unknown=("the files of predictions are no part of a release, so they were not looked at",))
    read_predictions(dossier, predictions)
    if manifest.model.artifact is None or not predictions.sets:
        return Verification(checked=("the stage asks nothing of a model",))
    return Verification(
        checked=("the files of predictions are those of the page",),
        unknown=(f"whether the predictions are the model's own: {_answered(dossier, manifest.model.artifact)}",),
    )


def _answered(dossier: DossierFolder, artifact: Artifact) -> str:
    if artifact.format == "predictions":
        return "they came as files"
    recorded = dossier.recorded().get("predict")
    isolation = recorded.get("isolation") if isinstance(recorded, dict) else None
    shut_in = f"`{isolation[:20]}`" if isinstance(isolation, str) else "nothing"
    return f"it was not asked again; on how it was shut in, run.json says {shut_in}, which nobody signs"


def _verify_evidence(
    dossier: DossierFolder,
    manifest: Manifest,
    plan: Plan,
    predictions: Predictions,
    evidence: Evidence,
    *,
    recollect: bool,
) -> Verification:
    if not recollect:
        return Verification(
            unknown=("whether the evidence follows from data and predictions: measure again with --recollect",)
        )
    measured = measure_plan(dossier, manifest, plan, predictions)
    _same("evidence", measured.digest(), evidence.digest())
    return Verification(checked=("measured again from data and predictions: the same evidence",))


def _same(page: str, found: str, written: str) -> None:
    if found != written:
        raise PageError(
            f"The {page} does not follow from its parents: made again it is {found}, the page is {written}."
        )
