"""Ask Rego if the evidence proves each policy; write the rulings."""

from __future__ import annotations

import time

from assay.dossier.pages import Decision, Evidence
from assay.edges.store import DossierFolder
from assay.errors import PageError
from assay.steps.deciding.engine_options import EngineOptions
from assay.steps.deciding.judgement import judge_and_listen, read_planned_bundle

AFTER = "collect"


class Options(EngineOptions):
    """Options of `decide`."""


def run(dossier: DossierFolder, options: Options) -> Decision:
    """The decision on a dossier's evidence, with a ruling on every planned policy."""
    pages, evidence = dossier.need_current(Evidence, options.expect)
    manifest, plan = pages.manifest, pages.plan
    if manifest is None or plan is None:
        raise PageError("The dossier has evidence but no plan.", hint="Run `assay plan` first.")
    bundle = read_planned_bundle(dossier, plan)
    engine = options.engine_wanted()
    started = time.monotonic()
    decision, said = judge_and_listen(manifest, plan, evidence, bundle, engine)
    dossier.write(decision)
    seconds = round(time.monotonic() - started, 3)
    facts = {"engine": engine.name, "version": engine.version, "seconds": seconds, **({"said": said} if said else {})}
    dossier.record("decide", facts)
    return decision
