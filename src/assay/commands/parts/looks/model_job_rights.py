"""The job that runs the model has no rights and no secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assay.commands.parts.findings import Finding, settle

if TYPE_CHECKING:
    from assay.commands.parts.surroundings import Surroundings

SECTION = "workflows"
WHY = "A model is code from a change; with a token or a secret in reach, it could use them."
FIX = "Run the model in a job of its own with `permissions: {}`, as the workflows of `assay init` do."


def look(around: Surroundings) -> Finding:
    """The jobs that run the model, and what each could reach."""
    jobs = [job for each in around.calling for job in each.jobs if job.runs_model]
    problems = [f"{job.shown} may write, or does not say what it may" for job in jobs if job.writes]
    problems += [f"{job.shown} holds secrets" for job in jobs if job.holds_secrets]
    return settle(problems, ", ".join(job.shown for job in jobs) or "no job runs a model")
