"""Actions are pinned to commits."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assay.commands.parts.findings import Finding, settle

if TYPE_CHECKING:
    from assay.commands.parts.surroundings import Surroundings

SECTION = "workflows"
WHY = "A tag of an action can be moved to other code, which then runs with the job's rights."
FIX = "Write the commit's 40 digits after `@`, and the version as a comment; Dependabot keeps both current."
_COMMIT = re.compile(r"[0-9a-f]{40}")


def look(around: Surroundings) -> Finding:
    """The actions of other repositories that a workflow with Assay uses by a name that can move."""
    uses = [(job, step) for each in around.calling for job in each.jobs for step in job.steps if "@" in step.uses]
    problems = [
        f"{job.shown} uses `{step.uses}`"
        for job, step in uses
        # Assay's own major version is what its README says to paste.
        if not _COMMIT.fullmatch(step.ref) and step.verb is None
    ]
    return settle(problems, f"{len(uses)} uses of actions")
