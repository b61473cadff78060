"""Check a dossier again: every page's digest, and the decision by judging anew."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from pydantic import Field

from assay.commands.parts.dossiers import locate_dossier
from assay.edges.files import find_source
from assay.edges.rego.engine import choose_engine
from assay.edges.store import Dossier
from assay.errors import CLOSED, OPEN, DataError, PageError
from assay.manifest import Manifest
from assay.pages import Decision, Plan
from assay.steps import card, collect, decide

POSITIONAL = ("folder",)


class Options(decide.Options):
    """Options of `verify`: those of `decide`, and how much to do again."""

    folder: Path | None = Field(None, description="The dossier; left out: the one of the manifest and stage.")
    recollect: bool = Field(default=False, description="Measure again from data and predictions as well.")


def run(options: Options) -> int:
    """Prints what was checked; 0 only if all of it holds and the gate is open, 1 if it holds and the gate is closed."""
    located = options if options.folder is None else options.model_copy(update={"dossier": options.folder})
    dossier = locate_dossier(located)
    pages, decision = dossier.need(Decision)
    plan, manifest, evidence = pages.plan, pages.manifest, pages.evidence
    if plan is None or manifest is None or evidence is None or pages.predictions is None:
        raise PageError("The dossier is not complete: a page before the decision is missing.")
    if options.expect is not None and decision.digest() != options.expect:
        raise PageError(f"The decision is {decision.digest()}, but {options.expect} was expected.")
    said = [f"{page.name} {page.digest()}" for page in dossier.pages().written()]
    engine = choose_engine(options.engine, opa=options.opa, opa_url=options.opa_url)
    again = decide.judge(manifest, plan, evidence, decide.read_planned_bundle(dossier, plan), engine)
    _same("decision", again.digest(), decision.digest())
    said.append(f"judged again by {engine.name} {engine.version}: the same decision")
    shown = dossier.pages().card
    if shown is not None:
        _same("card", card.assemble(pages, decision).digest(), shown.digest())
        said.append("the card says what the decision and the evidence say")
    if options.recollect:
        measured = collect.measure(dossier, Manifest.model_validate(manifest.manifest), plan, pages.predictions)
        _same("evidence", measured.digest(), evidence.digest())
        said.append("measured again from data and predictions: the same evidence")
    else:
        said.append(_inputs(dossier, plan))
    if options.format == "json":
        sys.stdout.write(json.dumps({"holds": True, "verdict": decision.verdict, "checked": said}, indent=2) + "\n")
    else:
        sys.stdout.write("\n".join(said) + f"\nThe dossier holds; the gate is {decision.verdict}.\n")
    return OPEN if decision.verdict == "open" else CLOSED


def _same(page: str, found: str, written: str) -> None:
    if found != written:
        raise PageError(
            f"The {page} does not follow from its parents: made again it is {found}, the page is {written}."
        )


def _inputs(dossier: Dossier, plan: Plan) -> str:
    """What can be said of the data files that the plan names, where they are at hand."""
    held = 0
    for planned in plan.inputs:
        if planned.role != "data" or not (dossier.root / planned.path).exists():
            continue
        source = find_source(dossier.root, planned.path)
        if source.digest != planned.digest:
            raise DataError(f"`{planned.path}` is not the file that was planned: it is {source.digest}.")
        held += 1
    sets = sum(each.role == "data" for each in plan.inputs)
    return f"{held} of {sets} data files are at hand and are the planned ones"
