"""The folder of a dossier: --dossier, else by the manifest's model name and the stage."""

from __future__ import annotations

import os
import re
from pathlib import Path

from assay.edges.files import read_beneath
from assay.edges.store import FOLDER, DossierFolder
from assay.errors import ManifestError, UsageError
from assay.manifest.block_parts import MODEL_NAME
from assay.manifest.parsing import read_manifest
from assay.manifest.yaml_strict import MAX_BYTES
from assay.options.step_options import StepOptions


def locate_dossier(options: StepOptions) -> DossierFolder:
    """The dossier of some options; raises UsageError without a manifest, ManifestError without a model name."""
    root = Path(os.path.realpath(options.manifest.parent))
    if not str(root).isprintable():
        raise UsageError("The path of the repository contains characters that cannot be printed; move the repository.")
    if not root.is_dir():
        raise UsageError(f"The folder `{options.manifest.parent}` does not exist.")
    if options.dossier is not None:
        return DossierFolder(Path(os.path.realpath(options.dossier)), root)
    hint = "Run `assay init` to write a manifest, or give one with --manifest."
    try:
        content = read_beneath(root, options.manifest.name, limit=MAX_BYTES, error=UsageError)
    except UsageError as error:
        raise UsageError(str(error), hint=hint) from error
    document, manifest, problems = read_manifest(content, options.manifest.name)
    if manifest is not None:
        return DossierFolder(root / FOLDER / manifest.model.name / options.stage, root)
    # `plan` reports every problem of the manifest and its checks; other verbs stop here.
    model = document.value.get("model")
    name = model.get("name") if isinstance(model, dict) else None
    if isinstance(name, str) and re.fullmatch(MODEL_NAME, name):
        return DossierFolder(root / FOLDER / name / options.stage, root)
    raise ManifestError(problems)
