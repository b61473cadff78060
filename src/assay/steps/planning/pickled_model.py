"""Whether a manifest's model is a pickle, and what the manifest says of its bytes."""

from __future__ import annotations

from collections.abc import Iterable

from assay.dossier.plan_parts import PlannedInput
from assay.edges.models import MODEL_FORMATS
from assay.errors import Problem
from assay.manifest.document import Manifest
from assay.manifest.yaml_strict import Document

SITUATION = "pickle"


def is_pickle(manifest: Manifest) -> bool:
    """Whether the model's file is a pickle, by its format; what else can run anything has no policy of its own."""
    artifact = manifest.model.artifact
    known = artifact is not None and artifact.format in MODEL_FORMATS.names()
    return known and artifact is not None and MODEL_FORMATS.load(artifact.format).scan is not None


def pin_problems(manifest: Manifest, document: Document, inputs: Iterable[PlannedInput]) -> Iterable[Problem]:
    """A digest in the manifest that is not the file's, or that belongs to no file."""
    artifact = manifest.model.artifact
    if artifact is None or artifact.digest is None:
        return
    place = ("model", "artifact", "digest")
    if artifact.path is None:
        yield document.problem(place, "only a model with a `path` has a digest.")
    for each in inputs:
        if each.role == "model" and each.digest != artifact.digest:
            message = f"`{each.path}` has the digest {each.digest}. If it is the model that you mean, write that."
            yield document.problem(place, message)
