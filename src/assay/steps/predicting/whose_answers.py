"""Whether the answers are a model's own, or were given as files."""

from __future__ import annotations

from assay.manifest.document import Manifest

FORMAT = "predictions"


def are_given(manifest: Manifest) -> bool:
    """Whether the manifest names files of predictions instead of a model."""
    return manifest.model.artifact is not None and manifest.model.artifact.format == FORMAT
