"""Measure what the plan asks for, without loading the model."""

from __future__ import annotations

import time

from assay.dossier.pages import Evidence, Predictions
from assay.edges.store import DossierFolder
from assay.errors import PageError
from assay.options.step_options import StepOptions
from assay.steps.collecting.evidence import measure_plan

AFTER = "predict"


class Options(StepOptions):
    """Options of `collect`."""


def run(dossier: DossierFolder, options: Options) -> Evidence:
    """The evidence: one measurement per planned check."""
    pages, predictions = dossier.need_current(Predictions, options.expect)
    if pages.manifest is None or pages.plan is None:
        raise PageError("The dossier has predictions but no plan.", hint="Run `assay plan` first.")
    started = time.monotonic()
    evidence = measure_plan(dossier, pages.manifest, pages.plan, predictions)
    dossier.write(evidence)
    dossier.record("collect", {"seconds": round(time.monotonic() - started, 3)})
    return evidence
