"""Say what a set-up on GitHub lacks, why, and how to fix it.

It never changes anything. With a token (`GITHUB_TOKEN`) it also reads GitHub's settings.
What it could not look at does not count as fine.

The exit code is 0 if all is there, 1 if something is missing, and 3 if nothing is missing but some of it could not be
looked at.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from pydantic import Field

from assay.commands.parts.findings import Finding, not_looked
from assay.commands.parts.look_lines import LookedAt, look_document, look_text
from assay.commands.parts.looks import LOOKS, in_sections
from assay.commands.parts.repository_files import named_folder
from assay.commands.parts.surroundings import Surroundings
from assay.errors import CLOSED, OPEN, AssayError, EvaluationError
from assay.options.step_options import Options as CommonOptions

GROUP = "repository"
POSITIONAL = ("folder",)
_UNASKED = "GitHub's settings were not looked at: set GITHUB_TOKEN to a token that may read them.\n"


class Options(CommonOptions):
    """Options of `doctor`."""

    folder: Path = Field(Path(), description="Folder of the repository.")


def run(options: Options) -> int:
    """Prints every look with what it found."""
    folder = named_folder(options.folder)
    around = Surroundings(folder=folder, environment=os.environ)
    asked = [each for each in in_sections() if around.has_token or LOOKS.constant(each, "SECTION") != "settings"]
    looked = [
        LookedAt(name=name, title=LOOKS.title(name).rstrip("."), look=look, finding=_found(look.look, around))
        for name, look in ((each, LOOKS.load(each)) for each in asked)
    ]
    states = {each.finding.state for each in looked}
    code = CLOSED if "missing" in states else EvaluationError.exit_code if "not looked" in states else OPEN
    if options.format == "json":
        sys.stdout.write(json.dumps(look_document(looked, code), indent=2) + "\n")
    else:
        sys.stdout.write(look_text(looked) + ("" if around.has_token else _UNASKED))
    return code


def _found(look: object, around: Surroundings) -> Finding:
    try:
        found: Finding = look(around)  # type: ignore[operator]
    except AssayError as error:
        return not_looked(" ".join(f"{error} {error.hint}".split()))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        return not_looked(f"What was read has an unknown form ({type(error).__name__}).")
    return found
