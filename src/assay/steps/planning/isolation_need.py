"""Which judgements need to know that the model was shut in."""

from __future__ import annotations

from assay.manifest.document import Manifest

SITUATION, CHECK = "isolation", "model_isolation"
FILES_ONLY = "predictions"
STAGES = (None, "deployment", "retirement")
"""The usual stages that need it at every risk; a stage that follows no usual one needs it too."""


def needs_isolation(manifest: Manifest, stage: str) -> bool:
    """Whether the model answers in a process, and is of high or unnamed risk or judged for deployment."""
    artifact = manifest.model.artifact
    if artifact is None or artifact.format == FILES_ONLY:
        return False
    return manifest.model.risk in (None, "high") or manifest.usual_stage(stage) in STAGES
