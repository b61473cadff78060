"""A job's token can only read by default."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assay.commands.parts.findings import Finding, settle

if TYPE_CHECKING:
    from assay.commands.parts.surroundings import Surroundings

SECTION = "settings"
WHY = "Jobs without `permissions` get this default; a job in any workflow could then write."
FIX = "Settings → Actions → General → Workflow permissions: read repository contents."


def look(around: Surroundings) -> Finding:
    """The token of a job that names no permissions can only read."""
    default = around.settings.actions("permissions", "workflow")["default_workflow_permissions"]
    return settle([] if default == "read" else [f"the default is `{default}`"], "the default is `read`")
