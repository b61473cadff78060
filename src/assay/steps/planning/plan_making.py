"""A plan, made from what was read: the same reading gives the same plan."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from assay.dossier.at_base import is_at_base, of_change
from assay.dossier.check_context import CheckContexts, seed_for
from assay.dossier.pages import ManifestPage, Plan
from assay.dossier.plan_parts import ManifestChange, PlannedBar
from assay.edges.rego.bundle import Bundle
from assay.edges.rego.metadata import Policy
from assay.facts.check_parts import Recipe
from assay.steps.planning.base_judgement import judge_at_base, unchanged
from assay.steps.planning.blocks import (
    CheckBlock,
    Lack,
    default_block,
    is_at_hand,
    lack_of_task,
    planned_bars,
    planned_check,
    planned_recipes,
    scored_sets,
)
from assay.steps.planning.locking import ReadManifest
from assay.steps.planning.planned_inputs import Inputs
from assay.steps.planning.planned_shape import PlannedNames
from assay.steps.planning.policy_references import require_known_references
from assay.steps.planning.policy_selection import (
    planned_files,
    planned_policy,
    select_policies,
)


@dataclass(frozen=True, kw_only=True)
class PlanReading:
    """The manifest that judges, its inputs and its policies; `warnings` are about the model."""

    judging: ReadManifest
    inputs: Inputs
    bundle: Bundle
    contexts: CheckContexts
    situations: frozenset[str]
    changes: tuple[ManifestChange, ...] | None
    warnings: tuple[str, ...] = ()


def make_plan(page: ManifestPage, reading: PlanReading, stage: str, as_of: str) -> Plan:
    """The plan of a stage; the same reading gives the same plan."""
    manifest, document, contexts = reading.judging.manifest, reading.judging.document, reading.contexts
    policies = select_policies(reading.bundle, manifest, stage, document, reading.situations)
    digests = [each.digest for each in of_change(reading.inputs.found) if each.role != "reviews"]
    checks, bars, recipes = [], list[PlannedBar](), list[Recipe]()
    blocks = dict(_planned_blocks(policies, reading))
    for name, block in blocks.items():
        lack = _unanswerable(name, policies, manifest.model.task) if block is None else None
        checks.append(planned_check(name, block, seed_for(name, digests), lack))
        if block is not None:
            bars += planned_bars(block, contexts, document)
            recipes += unchanged(scored_sets(block, contexts))
            recipes += planned_recipes(block, contexts)
    at_base = judge_at_base(policies, blocks, reading.judging, reading.inputs.found, stage=stage, as_of=as_of)
    recipes += at_base.recipes
    plan = Plan(
        parents={"manifest": page.digest()},
        model=manifest.model.name,
        task=manifest.model.task,
        risk=manifest.model.risk or "high",
        stage=stage,
        as_of=as_of,
        bundle=tuple(planned_files(reading.bundle)),
        bundle_digest=reading.bundle.digest,
        policies=(*(planned_policy(policy) for policy in policies), *at_base.policies),
        checks=(*checks, *at_base.checks),
        bars=(*bars, *at_base.bars),
        recipes=tuple({(recipe.set, recipe.id): recipe for recipe in recipes}.values()),
        features=contexts.shared.features if manifest.data is not None and manifest.data.withheld else None,
        inputs=reading.inputs.found,
        changes=reading.changes,
    )
    require_known_references(reading.bundle, planned_names(plan, reading))
    return plan


def planned_names(plan: Plan, reading: PlanReading) -> PlannedNames:
    """What the names in the policies' input are taken from."""
    names = [each.id for each in plan.checks if not is_at_base(each.id)]
    known = {name: reading.judging.blocks.get(name) or default_block(name, reading.contexts) for name in names}
    blocks = {name: block for name, block in known.items() if block is not None}
    return PlannedNames(plan=plan, manifest=reading.judging.manifest, blocks=blocks, context=reading.contexts.shared)


def _unanswerable(check: str, policies: Collection[Policy], task: str) -> Lack | None:
    """Why no block could measure a check for this task; None if one could."""
    tasks = next(
        (each.tasks for each in policies if check in each.checks and each.tasks and task not in each.tasks), ()
    )
    return lack_of_task(check, tasks, task) if tasks else None


def _planned_blocks(policies: Collection[Policy], reading: PlanReading) -> Iterable[tuple[str, CheckBlock | None]]:
    """The checks that policies need, with their blocks, and those that they consult, if these can be measured."""
    needed = {check for policy in policies for check in policy.checks}
    consulted = {check for policy in policies for check in policy.consults}
    roles = {each.role for each in reading.inputs.found}
    for name in sorted(needed | consulted):
        block = reading.judging.blocks.get(name) or default_block(name, reading.contexts)
        if name in needed or (block is not None and is_at_hand(block, roles)):
            yield name, block
