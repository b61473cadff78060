"""Print the digest of a page, another file, or a model's folder."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from pydantic import Field

from assay.edges.files import digest_beneath
from assay.edges.model_folders import digest_model_input, is_folder
from assay.errors import UsageError
from assay.options.step_options import Options as CommonOptions

GROUP = "look"
POSITIONAL = ("path",)


class Options(CommonOptions):
    """Options of `digest`."""

    path: Path = Field(description="Page of a dossier, any other file, or the folder of a model.")


def run(options: Options) -> int:
    """Prints `sha256:…` and the path."""
    folder = Path(os.path.realpath(options.path.parent))
    if not folder.is_dir():
        raise UsageError(f"The folder `{options.path.parent}` does not exist.")
    name = options.path.name
    if is_folder(folder, name):
        digest, size = digest_model_input(folder, name, error=UsageError)
    else:
        digest, size = digest_beneath(folder, name, error=UsageError)
    if options.format == "json":
        import json

        sys.stdout.write(json.dumps({"path": str(options.path), "digest": digest, "bytes": size}) + "\n")
    else:
        sys.stdout.write(f"{digest}  {options.path}\n")
    return 0
