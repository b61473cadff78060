"""A dossier held again: every page's digest, the decision by judging anew, and what the card says."""

from __future__ import annotations

from dataclasses import dataclass

from assay.dossier import Pages, manifest_of
from assay.edges.rego.engine import Engine
from assay.edges.store import Dossier
from assay.errors import PageError
from assay.pages import Decision
from assay.steps import card, collect, decide
from assay.steps.releasing.checksums import is_release
from assay.steps.verifying.inputs import hold_inputs
from assay.steps.verifying.plans import hold_plan


@dataclass(frozen=True, kw_only=True)
class Held:
    """The pages of a dossier that holds, and what was checked, sentence by sentence."""

    pages: Pages
    said: tuple[str, ...]


def hold_dossier(dossier: Dossier, engine: Engine, *, recollect: bool = False) -> Held:
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
    bundle = decide.read_planned_bundle(dossier, plan)
    said.append(hold_plan(plan, manifest, bundle))
    again = decide.judge(manifest, plan, evidence, bundle, engine)
    _same("decision", again.digest(), decision.digest())
    said.append(f"judged again by {engine.name} {engine.version}: the same decision")
    if every.card is not None:
        _same("card", card.assemble(pages, decision).digest(), every.card.digest())
        said.append("the card says what the decision and the evidence say")
    if is_release(dossier.folder) and not dossier.path("predictions").exists():
        said.append("the files of predictions are no part of a release, so they were not looked at")
    else:
        collect.read_predictions(dossier, pages.predictions)
        said.append("the files of predictions are those of the page")
    if recollect:
        measured = collect.measure(dossier, manifest_of(manifest), plan, pages.predictions)
        _same("evidence", measured.digest(), evidence.digest())
        said.append("measured again from data and predictions: the same evidence")
    said.append(hold_inputs(dossier, plan, manifest))
    return Held(pages=every, said=tuple(said))


def _same(page: str, found: str, written: str) -> None:
    if found != written:
        raise PageError(
            f"The {page} does not follow from its parents: made again it is {found}, the page is {written}."
        )
