"""Checkouts leave no token behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assay.commands.parts.findings import Finding, settle

if TYPE_CHECKING:
    from assay.commands.parts.surroundings import Surroundings

SECTION = "workflows"
WHY = "`actions/checkout` writes the job's token into `.git/config`, where later steps and the model can read it."
FIX = "Write `persist-credentials: false` beneath each `actions/checkout`."


def look(around: Surroundings) -> Finding:
    """The checkouts in jobs that run Assay."""
    jobs = [job for each in around.calling for job in each.jobs if job.verbs]
    checkouts = [(job, step) for job in jobs for step in job.steps if step.uses.startswith("actions/checkout@")]
    kept = [job for job, step in checkouts if step.given("persist-credentials") != "false"]
    problems = [f"{job.shown} keeps the token" for job in kept]
    return settle(problems, f"{len(checkouts)} checkouts")
