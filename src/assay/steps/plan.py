"""Plan what must be proven at a stage, before anything is measured."""

from __future__ import annotations

import datetime
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import Field

from assay.canonical import digest
from assay.documents.shipped import shipped_folder
from assay.dossier.check_context import CheckContexts
from assay.dossier.pages import ManifestPage, Plan
from assay.dossier.plan_parts import ManifestChange
from assay.edges.store import DossierFolder
from assay.errors import ManifestError, PageError
from assay.manifest.block_parts import Date
from assay.manifest.parsing import read_manifest
from assay.options.step_options import StepOptions
from assay.steps.planning.answerability import find_answerability
from assay.steps.planning.base_content import BaseCommit, find_base_data
from assay.steps.planning.base_revision import BASE_REMOTE, Judge, choose_judge
from assay.steps.planning.blocks import problems_of_block
from assay.steps.planning.check_contexts import planned_contexts
from assay.steps.planning.checked_out import record_checkout
from assay.steps.planning.judging_contents import Contents, evaluated_sets, mark_reviewed
from assay.steps.planning.locking import ReadManifest, lock, read_checked
from assay.steps.planning.pickled_model import pin_problems
from assay.steps.planning.plan_making import PlanReading, make_plan, planned_names
from assay.steps.planning.planned_inputs import Inputs, find_inputs
from assay.steps.planning.planned_requirements import requirements_warnings
from assay.steps.planning.policy_references import silent_rules
from assay.steps.planning.policy_selection import (
    refuse_unknown_stage,
    waiver_problems,
)

AFTER = None


class Options(StepOptions):
    """Options of `plan`."""

    base: str | None = Field(
        None,
        description="Git revision whose manifest and policies judge; `auto` finds it by the event of a run on GitHub. "
        "Optional; default: those of this checkout.",
    )
    base_remote: str = Field("origin", description=BASE_REMOTE)
    base_data: Path | None = Field(
        None,
        description="Folder with the base's data by their paths, for what Git does not hold; a file counts if the "
        "base's pointer (Git LFS, DVC) names its digest.",
    )
    reviews: str | None = Field(
        None,
        description="Snapshot of reviews in the manifest's folder, as `assay approvals` writes it.",
    )
    as_of: Date | None = Field(
        None, description="Date to judge waivers by, as YYYY-MM-DD. Optional; default: today (UTC)."
    )


def run(dossier: DossierFolder, options: Options) -> Plan:
    """The plan of a stage; writes the manifest page, the policy bundle and the plan, or nothing."""
    judge = choose_judge(dossier.root, options.manifest.name, options.base, options.base_remote)
    content = judge.manifest()
    as_of = options.as_of or datetime.datetime.now(datetime.UTC).date().isoformat()
    reading = _read(dossier, judge, content, options, as_of)
    manifest = reading.judging.manifest.model_dump(mode="json", exclude_none=True)
    page = ManifestPage(file=judge.file, source=digest(content), manifest=manifest)
    if options.expect is not None and page.digest() != options.expect:
        raise PageError(f"The manifest page is {page.digest()}, but {options.expect} was expected.")
    plan = make_plan(page, reading, options.stage, as_of)
    # Before anything is written: a dossier may lie among the files that are compared.
    checked_out = record_checkout(dossier.root, judge.file, reading.judging.manifest, plan)
    dossier.write(page)
    dossier.write_folder("policies", {file.path: file.content for file in reading.bundle.files})
    dossier.write(plan)
    warnings = [str(each) for each in silent_rules(reading.bundle, planned_names(plan, reading))]
    warnings += reading.warnings
    warnings += requirements_warnings(dossier.root, reading.judging.manifest)
    for each in warnings:
        sys.stderr.write(f"warning: {each}\n")
    facts: dict[str, Any] = {"base": judge.base, "judged_by": judge.commit or "this checkout"}
    edited = content if judge.commit is None else judge.checkout_manifest()
    facts |= {"checked_out": checked_out, "manifest": digest(edited)}
    dossier.record("plan", {**facts, **({"warnings": warnings} if warnings else {})})
    return plan


def _read(dossier: DossierFolder, judge: Judge, content: bytes, options: Options, as_of: str) -> PlanReading:
    """Everything a plan is made of; raises ManifestError with all problems of manifest, blocks and inputs."""
    document, manifest, problems = read_manifest(content, judge.file)
    judging = read_checked(document, manifest, problems)
    refuse_unknown_stage(judging.manifest, options.stage)
    inputs = find_inputs(dossier.root, judging.manifest, document, options.reviews)
    problems += inputs.problems
    contexts = planned_contexts(judging.manifest, columns=inputs.columns(), as_of=as_of, stage=options.stage)
    changes = None
    if judge.commit is not None and not problems:
        judging, inputs, changes = _lock(judge, judging, inputs, contexts, options)
        contexts = planned_contexts(judging.manifest, columns=inputs.columns(), as_of=as_of, stage=options.stage)
    problems += pin_problems(judging.manifest, judging.document, inputs.found)
    for block in judging.blocks.values():
        problems += problems_of_block(block, contexts, judging.document, inputs.columns())
    warnings: list[str] = []
    if not problems:
        problems, warnings = find_answerability(dossier.root, judging, contexts, inputs)
    bundle = judge.bundle(shipped_folder("policies"), judging.manifest)
    problems += waiver_problems(judging.manifest, bundle, judging.document, as_of)
    if problems:
        raise ManifestError(problems)
    return PlanReading(
        judging=judging,
        inputs=inputs,
        bundle=bundle,
        contexts=contexts,
        situations=judge.situations(judging.manifest, options.stage),
        changes=changes,
        warnings=tuple(warnings),
    )


def _lock(
    judge: Judge, base: ReadManifest, inputs: Inputs, contexts: CheckContexts, options: Options
) -> tuple[ReadManifest, Inputs, tuple[ManifestChange, ...]]:
    """The manifest that judges a change, the inputs with the base's data, and every difference from the base."""
    document, manifest, problems = read_manifest(judge.checkout_manifest(), judge.file)
    head = read_checked(document, manifest, problems)
    if problems:
        raise ManifestError(problems)
    judging, changes = lock(base, head, contexts)
    evaluated = evaluated_sets(base.blocks, contexts)
    contents = Contents(manifest=base.manifest, document=judging.document, evaluated=evaluated, inputs=inputs.found)
    if judge.commit is not None:
        changes = (*changes, *contents.changes(judge.root, judge.commit))
        where = BaseCommit(root=judge.root, commit=judge.commit, given=options.base_data)
        found, changes = find_base_data(where, base.manifest, inputs.found, changes)
        inputs = replace(inputs, found=(*inputs.found, *found))
    if options.reviews is not None and any(not (each.tightens or each.descriptive) for each in changes):
        changes = mark_reviewed(changes, judge, contents, options.reviews, options.base_remote)
    return judging, inputs, changes
