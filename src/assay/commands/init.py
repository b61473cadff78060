"""Write a manifest and workflows for the files of this repository."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from pydantic import Field

from assay.commands.parts.default_branch import branch_pattern, find_default_branch
from assay.commands.parts.manifest_lines import manifest_text
from assay.commands.parts.repository_survey import Found, find_repository
from assay.commands.parts.role_lines import size_notes
from assay.commands.parts.scaffolding import ignore_dossiers, template, write_new
from assay.commands.parts.yaml_scalars import scalar
from assay.edges.files import read_beneath
from assay.errors import ManifestError, UsageError
from assay.manifest.document import FILE
from assay.manifest.parsing import read_manifest
from assay.manifest.yaml_strict import MAX_BYTES
from assay.options.step_options import Options as CommonOptions

GROUP = "repository"
POSITIONAL = ("folder",)
_WORKFLOWS = ("assay.yml", "assay-reviews.yml", "assay-promotion.yml")


class Options(CommonOptions):
    """Options of `init`."""

    folder: Path = Field(Path(), description="Folder of the repository.")


def run(options: Options) -> int:
    """Writes the files that are missing; changes no file that exists, except that it extends `.gitignore`."""
    folder = Path(os.path.realpath(options.folder))
    if not folder.is_dir():
        raise UsageError(f"The folder `{options.folder}` does not exist.")
    found = find_repository(folder)
    if found.sets and not found.sensitive:
        found.notes.append(
            "no column looks like one about people: name them under `data.sensitive`, or say there why no row is about "
            "a person; until then `bias/within_bounds` is not evaluated"
        )
    written = {FILE: write_new(folder / FILE, manifest_text(found))}
    model, branch = _model_name(folder) or found.name, find_default_branch(folder)
    named = f"branches: [{scalar(branch_pattern(branch.name))}]"
    for name in _WORKFLOWS:
        text = template(f"workflow/{name}").replace("MODEL: the-model", f"MODEL: {model}")
        text = text.replace("branches: [main]", named)
        written[f".github/workflows/{name}"] = write_new(folder / ".github" / "workflows" / name, text)
    if written[f".github/workflows/{_WORKFLOWS[0]}"] and not branch.certain:
        found.notes.append(
            f"the workflows judge pushes to `{branch.name}`; change it if GitHub's default branch differs"
        )
    written[".gitignore"] = ignore_dossiers(folder)
    if options.format == "json":
        sys.stdout.write(json.dumps({"written": written, "notes": [*_sizes(found), *found.notes]}, indent=2) + "\n")
        return 0
    for note in _sizes(found):
        sys.stdout.write(f"few    {note}\n")
    for name, new in written.items():
        sys.stdout.write(f"{'wrote' if new else 'kept '}  {name}\n")
    for note in found.notes:
        sys.stdout.write(f"note   {note}\n")
    sys.stdout.write(f"\nNext   complete the lines marked `# ←` in {FILE}, then run `assay check`.\n")
    return 0


def _sizes(found: Found) -> list[str]:
    """The bars that need more rows than there are."""
    if found.evaluated is None or not found.labelled:
        return []
    return [*size_notes(found.roles, found.evaluated, found.task), *found.bars.notes]


def _model_name(folder: Path) -> str | None:
    """The model's name in an existing manifest, None if that cannot be read."""
    try:
        _, manifest, _ = read_manifest(read_beneath(folder, FILE, limit=MAX_BYTES, error=UsageError), FILE)
    except (ManifestError, UsageError):
        return None
    return None if manifest is None else manifest.model.name
