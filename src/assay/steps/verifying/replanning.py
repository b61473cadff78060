"""Makes the plan again from its manifest page and bundle: nobody can remove a policy or a bar from it."""

from __future__ import annotations

from assay.dossier.page_set import manifest_of
from assay.dossier.pages import ManifestPage, Plan
from assay.edges.rego.bundle import Bundle
from assay.errors import ManifestError, PageError
from assay.manifest.yaml_strict import Document
from assay.steps.planning.blocks import read_blocks
from assay.steps.planning.check_contexts import planned_contexts
from assay.steps.planning.isolation_need import SITUATION, needs_isolation
from assay.steps.planning.locking import ReadManifest
from assay.steps.planning.pickled_model import SITUATION as PICKLE
from assay.steps.planning.pickled_model import is_pickle
from assay.steps.planning.plan_making import PlanReading, make_plan
from assay.steps.planning.planned_inputs import Inputs


def verify_plan(plan: Plan, page: ManifestPage, bundle: Bundle) -> str:
    """A sentence on a plan; raises PageError if its policies, checks, bars or recipes are not the manifest's.

    Lines are not compared: they come from the file's text, which the page does not contain.
    """
    document, manifest = Document(page.file, page.manifest), manifest_of(page)
    blocks, problems = read_blocks(page.manifest.get("checks"), document)
    if problems:
        raise PageError(f"manifest.json has a check's block that is not valid: {problems[0].message}")
    inputs = Inputs(plan.inputs, ())
    reading = PlanReading(
        judging=ReadManifest(document=document, manifest=manifest, blocks=blocks),
        inputs=inputs,
        bundle=bundle,
        contexts=planned_contexts(manifest, columns=inputs.columns(), as_of=plan.as_of, stage=plan.stage),
        situations=_situations(plan, page),
        changes=plan.changes,
    )
    try:
        again = make_plan(page, reading, plan.stage, plan.as_of)
    except ManifestError as error:
        raise PageError(f"manifest.json cannot be planned again: {error}") from error
    if _without_lines(again) != _without_lines(plan):
        differing = [
            name
            for name in Plan.model_fields
            if getattr(_without_lines(again), name) != getattr(_without_lines(plan), name)
        ]
        raise PageError(f"plan.json does not follow from manifest.json and the policies; see {', '.join(differing)}.")
    return "planned again from the manifest page and the policies: the same checks, bars and policies"


def _situations(plan: Plan, page: ManifestPage) -> frozenset[str]:
    """The situations by the pages; a first manifest shows only by its policy in the plan."""
    stages = page.manifest.get("stages", {})
    found = {"change"} if plan.changes is not None else set[str]()
    if any(policy.id == "governance/first_manifest" for policy in plan.policies):
        found.add("first_manifest")
    if stages.get(plan.stage, {}).get("approvals"):
        found.add("approvals")
    if (page.manifest.get("data") or {}).get("label") is not None:
        found.add("labelled")
    if needs_isolation(manifest_of(page), plan.stage):
        found.add(SITUATION)
    if is_pickle(manifest_of(page)):
        found.add(PICKLE)
    return frozenset(found)


def _without_lines(plan: Plan) -> Plan:
    """A plan without what the page does not contain: the lines and the order of the manifest's text."""
    bars = sorted((bar.model_copy(update={"line": 0, "file": ""}) for bar in plan.bars), key=lambda bar: bar.id)
    recipes = sorted(plan.recipes, key=lambda recipe: (recipe.set, recipe.id))
    return plan.model_copy(update={"bars": tuple(bars), "recipes": tuple(recipes)})
