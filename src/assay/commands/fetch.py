"""Fetch the base commit if this clone lacks it.

It is the only part of judging a change that needs the network.
"""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path

from pydantic import Field

from assay.edges.git import find_commit
from assay.edges.git_push import fetch_commit
from assay.edges.github.event_base import AUTO, find_event_base
from assay.edges.github.outputs import write_outputs
from assay.errors import UsageError
from assay.manifest.document import FILE
from assay.options.step_options import Options as CommonOptions

GROUP = "judge"
_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


class Options(CommonOptions):
    """Options of `fetch`."""

    manifest: Path = Field(Path(FILE), description="Manifest file; its folder is the model's repository.")
    base: str | None = Field(
        None,
        description="Base commit; `auto` finds it by the event of a run on GitHub. Optional; default: none, so "
        "nothing is fetched. All zeros also mean none.",
    )
    base_remote: str = Field("origin", description="Git remote to fetch the base commit from.")


def run(options: Options) -> int:
    """Prints the base commit once this clone has it, and writes it as the job's output `base`."""
    root = Path(os.path.realpath(options.manifest.parent))
    if not root.is_dir():
        raise UsageError(f"The folder `{options.manifest.parent}` does not exist.")
    base = options.base
    if base == AUTO:
        base = find_event_base(root, options.base_remote)
    # GitHub sends zeros for the commit before the first push of a branch.
    named = base if base is not None and base.strip("0") else None
    if named is not None and _ID.fullmatch(named):
        fetch_commit(root, options.base_remote, named)
    found = None if named is None else find_commit(root, named)
    # The check after it is told the zeros too: they make a first manifest, which asks for two people.
    write_outputs(os.environ, {"base": found or base or ""})
    text = "no base" if found is None else f"base {found}"
    sys.stdout.write(json.dumps({"base": found}) + "\n" if options.format == "json" else f"{text}\n")
    return 0
