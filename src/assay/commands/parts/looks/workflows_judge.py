"""A workflow judges pull requests and pushes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assay.commands.parts.findings import Finding, settle

if TYPE_CHECKING:
    from assay.commands.parts.surroundings import Surroundings

SECTION = "workflows"
WHY = "What no workflow judges, nobody judges."
FIX = "Run `assay init`; it writes `.github/workflows/assay.yml`."


def look(around: Surroundings) -> Finding:
    """The events that start workflows which run Assay."""
    calling = around.calling
    events = {event for each in calling for event in each.events}
    lacking = [event for event in ("pull_request", "push") if event not in events]
    return settle([f"no workflow judges on `{event}`" for event in lacking], ", ".join(each.path for each in calling))
