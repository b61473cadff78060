"""Rewrite a skops file so that the same model is the same bytes.

A skops file holds addresses of memory and clock times, so each training writes another one. Rewritten, it has neither.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from pydantic import Field

from assay.canonical import digest
from assay.edges.files import read_beneath, write_atomically
from assay.edges.plain_skops import MOST_BYTES, normalise_skops
from assay.errors import UsageError
from assay.options.step_options import Options as CommonOptions

GROUP = "repository"
POSITIONAL = ("file",)


class Options(CommonOptions):
    """Options of `normalise`."""

    file: Path = Field(description="The skops file to rewrite.")


def run(options: Options) -> int:
    """Rewrites the file in place and prints its digest; 0, or AssayError for a file that is not a skops archive."""
    folder = Path(os.path.realpath(options.file.parent))
    if not folder.is_dir():
        raise UsageError(f"The folder `{options.file.parent}` does not exist.")
    content = read_beneath(folder, options.file.name, limit=MOST_BYTES, error=UsageError)
    written = normalise_skops(content)
    if written != content:
        write_atomically(folder / options.file.name, written)
    found = {"path": str(options.file), "digest": digest(written), "changed": written != content}
    sys.stdout.write(f"{json.dumps(found) if options.format == 'json' else f'{digest(written)}  {options.file}'}\n")
    return 0
