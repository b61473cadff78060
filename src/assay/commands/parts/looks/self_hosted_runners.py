"""No runner of its own serves a public repository."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assay.commands.parts.findings import Finding, fine, settle

if TYPE_CHECKING:
    from assay.commands.parts.surroundings import Surroundings

SECTION = "settings"
WHY = "On a public repository, a stranger's pull request could run on your machine and stay there."
FIX = "Use GitHub's runners for public repositories, or runners that live for one job and reach nothing."


def look(around: Surroundings) -> Finding:
    """A public repository has no runners of its own, and no workflow names one."""
    if around.settings.repository()["private"]:
        return fine("the repository is private")
    named = [
        job.shown for each in around.workflows for job in each.jobs if "self-hosted" in str(job.value.get("runs-on"))
    ]
    count = around.settings.runners()
    problems = [f"the public repository has {count} self-hosted runners"] if count else []
    problems += [f"{each} runs on a self-hosted runner of a public repository" for each in named]
    return settle(problems, "the public repository has none")
