"""No workflow runs a stranger's code with the rights of the default branch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assay.commands.parts.findings import Finding, settle

if TYPE_CHECKING:
    from assay.commands.parts.surroundings import Surroundings

SECTION = "workflows"
WHY = "`pull_request_target` runs with secrets and a token that may write; the model of a fork would run with them."
FIX = "Judge on `pull_request`, and publish on `workflow_run`, as the workflows of `assay init` do."


def look(around: Surroundings) -> Finding:
    """The workflows on `pull_request_target` that run the model."""
    calling = around.calling
    problems = [
        f"{job.shown} runs the model on `pull_request_target`"
        for each in calling
        if "pull_request_target" in each.events
        for job in each.jobs
        if job.runs_model
    ]
    return settle(problems, f"{len(calling)} workflows with Assay")
