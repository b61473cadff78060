"""Write an example of the manual to a folder; or list all of them."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

from pydantic import Field

from assay.commands.parts.title_lines import title_lines
from assay.documents.shipped import shipped_folder
from assay.errors import UsageError
from assay.manifest.parsing import nearest_name
from assay.options.step_options import Options as CommonOptions

GROUP = "repository"
POSITIONAL = ("name",)
_PAGE = "README.md"


class Options(CommonOptions):
    """Options of `examples`."""

    name: str | None = Field(None, description="Example to write, such as lightgbm. Optional; default: lists all.")
    to: Path | None = Field(None, description="New folder to write it to. Optional; default: the example's name.")


def run(options: Options) -> int:
    """Lists the examples, or copies one; UsageError for an unknown name or a folder that exists."""
    known = {path.parent.name: path.parent for path in sorted((shipped_folder("docs") / "examples").glob(f"*/{_PAGE}"))}
    if options.name is None:
        titles = {name: _title(folder) for name, folder in known.items()}
        lines = [*title_lines(titles), "", "`assay examples NAME` writes one of them to a folder."]
        sys.stdout.write(json.dumps(titles, indent=2) + "\n" if options.format == "json" else "\n".join(lines) + "\n")
        return 0
    if options.name not in known:
        nearest = nearest_name(options.name, known)
        raise UsageError(
            f"There is no example `{options.name}`." + (f" Did you mean `{nearest}`?" if nearest else ""),
            hint="`assay examples` lists all of them.",
        )
    folder = options.to or Path(options.name)
    if folder.exists():
        raise UsageError(f"`{folder}` exists already.", hint="Name a new folder with --to.")
    shutil.copytree(known[options.name], folder)
    if options.format == "json":
        sys.stdout.write(json.dumps({"folder": str(folder)}, indent=2) + "\n")
    else:
        sys.stdout.write(f"Wrote {folder}; {folder / _PAGE} says what to type.\n")
    return 0


def _title(folder: Path) -> str:
    """The page's heading."""
    lines = (folder / _PAGE).read_text(encoding="utf-8").splitlines()
    return next(line.removeprefix("# ") for line in lines if line.startswith("# "))
