"""OPA is installed here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assay.commands.parts.findings import Finding, fine, settle

if TYPE_CHECKING:
    from assay.commands.parts.surroundings import Surroundings

SECTION = "clone"
WHY = "Only OPA may judge a promotion; the embedded engine does dry runs."
FIX = "Install OPA 1.20.1 or later. Assay's actions install it by themselves."


def look(around: Surroundings) -> Finding:  # noqa: ARG001  # it looks at this machine
    """The version of OPA on the path; EngineError tells what is wrong with it."""
    from assay.edges.rego.engines.opa import find_opa

    found = find_opa(None)
    return settle(["OPA is not on the path"], "") if found is None else fine(f"OPA {found.version}")
