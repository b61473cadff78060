"""The check blocks of a manifest, each validated by its check, with every problem at its place."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from pydantic import ValidationError

from assay import registry
from assay.dossier.check_context import CheckContext
from assay.dossier.plan_parts import PlannedBar, PlannedCheck
from assay.errors import Place, Problem
from assay.facts.check_parts import CheckSpec, ColumnUse
from assay.manifest.parsing import nearest_name, problems_of
from assay.manifest.yaml_strict import Document

PACKAGE = "assay.checks"


@dataclass(frozen=True, kw_only=True)
class CheckBlock:
    """A check with its block of the manifest, or with the defaults where it needs none."""

    name: str
    module: ModuleType
    spec: CheckSpec

    @property
    def place(self) -> Place:
        """Where the block stands in the manifest."""
        return ("checks", self.name)


def read_blocks(raw: object, document: Document) -> tuple[dict[str, CheckBlock], list[Problem]]:
    """The declared checks by name, and what is wrong with their blocks."""
    blocks: dict[str, CheckBlock] = {}
    problems: list[Problem] = []
    known = registry.names(PACKAGE)
    for name, block in (raw if isinstance(raw, dict) else {}).items():
        place = ("checks", name)
        if name not in known:
            message = f"there is no check `{name}`; there are {', '.join(f'`{each}`' for each in known)}."
            problems.append(document.problem(place, message, key=True, nearest=nearest_name(name, known)))
            continue
        module = registry.module(PACKAGE, name)
        try:
            spec = module.Spec.model_validate({} if block is None else block)
        except ValidationError as error:
            problems += problems_of(error, document, place, module.Spec)
            continue
        blocks[name] = CheckBlock(name=name, module=module, spec=spec)
    return blocks, problems


def default_block(name: str) -> CheckBlock | None:
    """A check that needs no block in the manifest, or None where one must be written."""
    module = registry.module(PACKAGE, name)
    if not getattr(module, "OPTIONAL_BLOCK", False):
        return None
    return CheckBlock(name=name, module=module, spec=module.Spec())


def is_at_hand(block: CheckBlock, roles: Collection[str]) -> bool:
    """Whether a check that is only consulted can be measured: the plan has an input of the role that it is about."""
    wanted = getattr(block.module, "INPUT", None)
    return wanted is None or wanted in roles


def problems_of_block(
    block: CheckBlock, context: CheckContext, document: Document, columns: Mapping[str, Mapping[str, str]]
) -> Iterable[Problem]:
    """What a block asks that the manifest's data sets or task cannot give."""
    for place, message in _call(block, "problems", context):
        yield document.problem((*block.place, *place), message)
    uses: Iterable[ColumnUse] = _call(block, "columns", context)
    for use in uses:
        place = (*block.place, *use.where)
        if use.set in context.profiled:
            message = f"`{use.set}` is a profile, and only `drift` compares profiles; name a data set with a `path`."
            yield document.problem(place, message)
        elif use.set not in context.sets:
            sets = ", ".join(f"`{name}`" for name in context.sets) or "none"
            message = f"there is no data set `{use.set}`; there are {sets}."
            yield document.problem(place, message, nearest=nearest_name(use.set, context.sets))
        elif use.column is not None and use.set in columns and use.column not in columns[use.set]:
            message = f"the data set `{use.set}` has no column `{use.column}`."
            yield document.problem(place, message, nearest=nearest_name(use.column, columns[use.set]))
        elif (
            use.column is not None and use.kinds and (kind := columns.get(use.set, {}).get(use.column)) not in use.kinds
        ):
            message = f"the column `{use.column}` of `{use.set}` is {kind}; expected {' or '.join(use.kinds)}."
            yield document.problem(place, message)


def scored_sets(block: CheckBlock, context: CheckContext) -> tuple[str, ...]:
    """The data sets whose unchanged rows the model must score for a check."""
    return tuple(_call(block, "scored", context))


def compared_sets(block: CheckBlock, context: CheckContext) -> tuple[str, ...]:
    """The data sets that a check compares others with, so that who changes them changes what judges."""
    return tuple(_call(block, "compared", context))


def planned_recipes(block: CheckBlock, context: CheckContext) -> tuple[Any, ...]:
    """The changed rows that the model must score for a check."""
    return tuple(_call(block, "recipes", context))


def planned_bars(block: CheckBlock, context: CheckContext, document: Document) -> Iterable[PlannedBar]:
    """A check's bars, each with its line in the manifest."""
    for bar in _call(block, "bars", context):
        line = document.line((*block.place, *bar.where))
        yield PlannedBar(
            **bar.model_dump(),
            id=f"{block.name}{bar.fact}:{bar.direction}",
            check=block.name,
            file=document.file,
            line=line,
        )


def planned_check(name: str, block: CheckBlock | None, seed: int) -> PlannedCheck:
    """A check as the plan writes it down; without a block it can only be answered `unavailable`."""
    title = registry.title(PACKAGE, name)
    if block is None:
        missing = f"The manifest has no block `checks.{name}`, so nothing was measured."
        return PlannedCheck(id=name, title=title, spec=None, missing=missing, seed=str(seed))
    return PlannedCheck(id=name, title=title, spec=block.spec.model_dump(mode="json", by_alias=True), seed=str(seed))


def _call(block: CheckBlock, function: str, context: CheckContext) -> Iterable[Any]:
    found = getattr(block.module, function, None)
    return found(block.spec, context) if found is not None else ()
