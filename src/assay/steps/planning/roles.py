"""The roles that a manifest's stages require: two people must be able to approve in two roles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from assay.errors import Problem
from assay.manifest.document import Manifest
from assay.manifest.yaml_strict import Document
from assay.reviews.approval import PERSONS
from assay.steps.planning.blocks import CheckBlock


def role_problems(manifest: Manifest, blocks: Mapping[str, CheckBlock], document: Document) -> Iterable[Problem]:
    """Stages that require only one role, counting those of the check's block: two people could never fill it."""
    block = blocks.get("approvals")
    if block is None and "approvals" in manifest.checks:
        return
    always = getattr(block.spec, "roles", None) or () if block is not None else ()
    for name, stage in manifest.stages.items():
        if stage.approvals and len({*always, *stage.approvals}) < PERSONS:
            message = f"`{stage.approvals[0]}` cannot approve alone: name two roles, filled by two different people."
            yield document.problem(("stages", name, "approvals"), message)
