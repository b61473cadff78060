"""The check blocks of a manifest, validated by their checks, with every problem at its place."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from assay.checks import CHECKS, Check
from assay.dossier.check_context import CheckContexts
from assay.dossier.plan_parts import PlannedBar, PlannedCheck
from assay.errors import ManifestError, Place, Problem
from assay.facts.check_parts import CheckSpec, Recipe
from assay.manifest.parsing import nearest_name, problems_of
from assay.manifest.yaml_strict import Document


@dataclass(frozen=True, kw_only=True)
class CheckBlock:
    """A check with its block of the manifest, or with defaults if it needs no block."""

    name: str
    check: Check
    spec: CheckSpec

    @property
    def place(self) -> Place:
        """The block's place in the manifest."""
        return ("checks", self.name)


def read_blocks(raw: object, document: Document) -> tuple[dict[str, CheckBlock], list[Problem]]:
    """The declared checks by name, and the problems of their blocks."""
    blocks: dict[str, CheckBlock] = {}
    problems: list[Problem] = []
    known = CHECKS.names()
    for name, block in (raw if isinstance(raw, dict) else {}).items():
        place = ("checks", name)
        if name not in known:
            message = f"there is no check `{name}`; the checks are {', '.join(f'`{each}`' for each in known)}."
            problems.append(document.problem(place, message, key=True, nearest=nearest_name(name, known)))
            continue
        check = CHECKS.load(name)
        try:
            spec = check.Spec.model_validate({} if block is None else block)
        except ValidationError as error:
            problems += problems_of(error, document, place, check.Spec)
            continue
        blocks[name] = CheckBlock(name=name, check=check, spec=spec)
    return blocks, problems


def default_block(name: str, contexts: CheckContexts) -> CheckBlock | None:
    """A check with its defaults, or None if it needs a block in the manifest."""
    check = CHECKS.load(name)
    needless = check.OPTIONAL_BLOCK or check.stated(contexts.about(check.MATERIAL))
    return CheckBlock(name=name, check=check, spec=check.Spec()) if needless else None


@dataclass(frozen=True)
class Lack:
    """Why a check cannot be measured, and what would let it be, in sentences."""

    reason: str
    supply: str


def lack_of_block(name: str) -> Lack:
    """The lack of a check that the manifest does not declare."""
    check = CHECKS.load(name)
    example = f", such as `{name}: {check.EXAMPLE}`" if check.EXAMPLE else ""
    declare = f"Declare the check under `checks`{example} (`assay explain {name}` lists its keys)."
    return Lack(
        f"The manifest has no block `checks.{name}`, so nothing was measured.", f"{declare} {check.OTHERWISE}".rstrip()
    )


def lack_of_task(name: str, tasks: Collection[str], task: str) -> Lack:
    """The lack of a check that no block could let be measured for this task."""
    otherwise = CHECKS.load(name).OTHERWISE
    closed = "Otherwise the gate stays closed, because nothing measures this for the task."
    return Lack(
        f"`{name}` is measured for {' and '.join(tasks)} only, and this model's task is {task}.",
        f"{otherwise} {closed}".lstrip(),
    )


def is_at_hand(block: CheckBlock, roles: Collection[str]) -> bool:
    """Whether a check that is only consulted can be measured: its input is in the plan."""
    material = block.check.MATERIAL
    return material is None or material.INPUT is None or material.INPUT in roles


def problems_of_block(
    block: CheckBlock, contexts: CheckContexts, document: Document, columns: Mapping[str, Mapping[str, str]]
) -> Iterable[Problem]:
    """What a block asks for that the manifest's data sets or task cannot give."""
    context = contexts.about(block.check.MATERIAL)
    for place, message in block.check.problems(block.spec, context):
        yield document.problem((*block.place, *place), message)
    for use in block.check.columns(block.spec, context):
        place = (*block.place, *use.where)
        if use.set in context.profiled:
            message = f"`{use.set}` is a profile, and only `drift` uses profiles; name a data set with a `path`."
            yield document.problem(place, message)
        elif use.set not in context.sets:
            sets = ", ".join(f"`{name}`" for name in context.sets)
            message = (
                f"there is no data set `{use.set}`; {f'the data sets are {sets}' if sets else 'the manifest has none'}."
            )
            yield document.problem(place, message, nearest=nearest_name(use.set, context.sets))
        elif use.column is not None and use.set in columns and use.column not in columns[use.set]:
            message = f"the data set `{use.set}` has no column `{use.column}`."
            yield document.problem(place, message, nearest=nearest_name(use.column, columns[use.set]))
        elif (
            use.column is not None and use.kinds and (kind := columns.get(use.set, {}).get(use.column)) not in use.kinds
        ):
            message = f"the column `{use.column}` of `{use.set}` is {kind}; expected {' or '.join(use.kinds)}."
            yield document.problem(place, message)


def scored_sets(block: CheckBlock, contexts: CheckContexts) -> tuple[str, ...]:
    """The data sets whose unchanged rows the model must score for a check."""
    return tuple(block.check.scored(block.spec, contexts.about(block.check.MATERIAL)))


def compared_sets(block: CheckBlock, contexts: CheckContexts) -> tuple[str, ...]:
    """The data sets that a check compares others with: a change of them changes the judgement."""
    return tuple(block.check.compared(block.spec, contexts.about(block.check.MATERIAL)))


def planned_recipes(block: CheckBlock, contexts: CheckContexts) -> tuple[Recipe, ...]:
    """The changed rows that the model must score for a check."""
    return tuple(block.check.recipes(block.spec, contexts.about(block.check.MATERIAL)))


def planned_bars(block: CheckBlock, contexts: CheckContexts, document: Document) -> Iterable[PlannedBar]:
    """A check's bars, each once, with its line in the manifest; raises ManifestError for two limits on one number."""
    found: dict[str, PlannedBar] = {}
    for bar in block.check.bars(block.spec, contexts.about(block.check.MATERIAL)):
        place = (*block.place, *bar.where)
        name, line = f"{block.name}{bar.fact}:{bar.direction}", document.line(place)
        planned = PlannedBar(**bar.model_dump(), id=name, check=block.name, file=document.file, line=line)
        # A data set that is named twice in `on` has its bars twice.
        if found.setdefault(name, planned).limit != bar.limit:
            raise ManifestError([document.problem(place, f"{bar.title} has two limits, of which only one can count.")])
    return found.values()


def planned_check(name: str, block: CheckBlock | None, seed: int, lack: Lack | None = None) -> PlannedCheck:
    """A check as the plan lists it; without a block its measurement is `unavailable`, for the reason of `lack`."""
    title = CHECKS.title(name)
    if block is None:
        lack = lack or lack_of_block(name)
        return PlannedCheck(id=name, title=title, missing=lack.reason, supply=lack.supply, seed=str(seed))
    return PlannedCheck(id=name, title=title, spec=block.spec.model_dump(mode="json", by_alias=True), seed=str(seed))
