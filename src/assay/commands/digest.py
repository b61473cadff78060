"""Print the digest of a page or of any other file."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from pydantic import Field

from assay.edges.files import digest_beneath
from assay.errors import UsageError
from assay.options.step_options import Options as CommonOptions

GROUP = "look"
POSITIONAL = ("path",)


class Options(CommonOptions):
    """Options of `digest`."""

    path: Path = Field(description="Page of a dossier, or any other file.")


def run(options: Options) -> int:
    """Prints `sha256:…` and the path."""
    folder = Path(os.path.realpath(options.path.parent))
    if not folder.is_dir():
        raise UsageError(f"The folder `{options.path.parent}` does not exist.")
    digest, size = digest_beneath(folder, options.path.name, error=UsageError)
    if options.format == "json":
        import json

        sys.stdout.write(json.dumps({"path": str(options.path), "digest": digest, "bytes": size}) + "\n")
    else:
        sys.stdout.write(f"{digest}  {options.path}\n")
    return 0
