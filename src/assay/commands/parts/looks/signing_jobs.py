"""The job that signs runs no model and names an environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assay.commands.parts.findings import Finding, settle

if TYPE_CHECKING:
    from assay.commands.parts.surroundings import Surroundings

SECTION = "workflows"
WHY = "Whoever reaches the signing key can sign anything; an environment can be kept to one branch and to reviewers."
FIX = "Sign in a job of its own with `environment: NAME`, keep the key as that environment's secret, or sign keyless."


def look(around: Surroundings) -> Finding:
    """The jobs that hold the signing key."""
    jobs = [job for each in around.calling for job in each.jobs if job.signs]
    problems = [f"{job.shown} runs the model too" for job in jobs if job.runs_model]
    problems += [f"{job.shown} names no environment" for job in jobs if not job.environment]
    return settle(problems, ", ".join(job.shown for job in jobs) or "no job holds a signing key")
