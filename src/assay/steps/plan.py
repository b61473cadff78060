"""Write down what a stage must answer, before anything is looked at."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from pydantic import Field

from assay.books import make_book, seed_for
from assay.canonical import digest
from assay.edges.files import read_beneath, write_atomically
from assay.edges.rego.bundle import Bundle
from assay.edges.store import Dossier
from assay.errors import ManifestError, UsageError
from assay.manifest import Date, Manifest
from assay.manifest_reading import nearest_name, read_manifest
from assay.measuring import Recipe
from assay.options import StepOptions
from assay.pages import ManifestPage, Plan, PlannedBar
from assay.steps.planning import blocks as check_blocks
from assay.steps.planning.inputs import Inputs, find_inputs
from assay.steps.planning.policies import gather_bundle, planned_files, planned_policy, select_policies
from assay.yaml_strict import MAX_BYTES, Document


class Options(StepOptions):
    """Options of `plan`."""

    as_of: Date | None = Field(
        None, description="Date that waivers are judged by, as YYYY-MM-DD; left out: today (UTC)."
    )


def run(dossier: Dossier, options: Options) -> Plan:
    """The plan of a stage; writes the manifest page, the policy bundle and the plan, or nothing."""
    content = read_beneath(dossier.root, options.manifest.name, limit=MAX_BYTES, error=UsageError)
    document, manifest, problems = read_manifest(content, options.manifest.name)
    raw = document.value.get("checks")
    blocks, block_problems = check_blocks.read_blocks(raw, document)
    problems += block_problems
    if manifest is None:
        raise ManifestError(problems)
    _refuse_unknown_stage(manifest, options.stage)
    inputs = find_inputs(dossier.root, manifest, document)
    problems += inputs.problems
    as_of = options.as_of or datetime.datetime.now(datetime.UTC).date().isoformat()
    book = make_book(manifest, columns=inputs.columns(), as_of=as_of)
    for block in blocks.values():
        problems += check_blocks.block_problems(block, book, document, inputs.columns())
    if problems:
        raise ManifestError(problems)
    bundle = gather_bundle(dossier.root, manifest)
    page = ManifestPage(
        file=options.manifest.name, source=digest(content), manifest=manifest.model_dump(mode="json", exclude_none=True)
    )
    if options.expect is not None and page.digest() != options.expect:
        raise ManifestError(
            [document.problem((), f"the manifest is {page.digest()}, but {options.expect} was expected.")]
        )
    plan = _plan(page, manifest, document, blocks, inputs, bundle, options.stage, as_of)
    for file in bundle.files:
        write_atomically(dossier.path("policies") / file.path, file.content)
    dossier.write(page)
    dossier.write(plan)
    return plan


def _plan(
    page: ManifestPage,
    manifest: Manifest,
    document: Document,
    blocks: dict[str, check_blocks.CheckBlock],
    inputs: Inputs,
    bundle: Bundle,
    stage: str,
    as_of: str,
) -> Plan:
    policies = select_policies(bundle, manifest, stage, document)
    digests = [each.digest for each in inputs.found]
    book = make_book(manifest, columns=inputs.columns(), as_of=as_of)
    checks, bars, recipes = [], list[PlannedBar](), list[Recipe]()
    for name in sorted({check for policy in policies for check in policy.checks}):
        block = blocks.get(name) or check_blocks.default_block(name)
        checks.append(check_blocks.planned_check(name, block, seed_for(name, digests)))
        if block is not None:
            bars += check_blocks.planned_bars(block, book, document)
            recipes += _plain(check_blocks.scored_sets(block, book))
            recipes += check_blocks.recipes(block, book)
    return Plan(
        parents={"manifest": page.digest()},
        model=manifest.model.name,
        task=manifest.model.task,
        risk=manifest.model.risk or "high",
        stage=stage,
        as_of=as_of,
        bundle=tuple(planned_files(bundle)),
        bundle_digest=bundle.digest,
        policies=tuple(planned_policy(policy) for policy in policies),
        checks=tuple(checks),
        bars=tuple(bars),
        recipes=tuple({(recipe.set, recipe.id): recipe for recipe in recipes}.values()),
        inputs=inputs.found,
    )


def _plain(sets: Iterable[str]) -> Iterable[Recipe]:
    """The unchanged rows of data sets, as recipes that change nothing."""
    return (Recipe(id="", set=name, changes=()) for name in sets)


def _refuse_unknown_stage(manifest: Manifest, stage: str) -> None:
    graph = manifest.stage_graph()
    if stage not in graph:
        nearest = nearest_name(stage, graph)
        meant = f" Did you mean `{nearest}`?" if nearest else ""
        raise UsageError(f"There is no stage `{stage}`; there are {', '.join(graph)}.{meant}")
