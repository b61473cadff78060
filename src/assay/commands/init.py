"""Write a manifest and workflows for the files of this repository."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import Field

from assay.commands.parts.behaviour_lines import CHANGED_ROWS
from assay.commands.parts.default_branch import find_default_branch
from assay.commands.parts.joined_files import join_pairs
from assay.commands.parts.manifest_lines import manifest_text
from assay.commands.parts.repository_files import list_files, named_folder
from assay.commands.parts.repository_survey import Found, find_repository
from assay.commands.parts.role_lines import size_notes
from assay.commands.parts.scaffolding import ignore_dossiers, write_new
from assay.commands.parts.stated_roles import StatedRoles
from assay.commands.parts.workflow_files import write_workflows
from assay.edges.files import read_beneath
from assay.errors import ManifestError, UsageError
from assay.manifest.block_parts import Task
from assay.manifest.document import FILE
from assay.manifest.parsing import read_manifest
from assay.manifest.yaml_strict import MAX_BYTES
from assay.options.step_options import Options as CommonOptions

GROUP = "repository"
POSITIONAL = ("folder",)


class Options(CommonOptions):
    """Options of `init`."""

    folder: Path = Field(Path(), description="Folder of the repository.")
    label: str | None = Field(None, description="Column with the true answer. Optional; default: guessed by its name.")
    id: str | None = Field(None, description="Column that identifies a row.")
    time: str | None = Field(None, description="Column that says when a row was made.")
    group: str | None = Field(None, description="Column by whose values rows belong together, such as a customer.")
    sensitive: tuple[str, ...] = Field((), description="Column about people, to measure bias by.")
    nobody: str | None = Field(None, description="Why no row is about a person, in place of columns about people.")
    positive: str | None = Field(None, description="The label's value whose probability the score is.")
    task: Task | None = Field(None, description="What the model predicts. Optional; default: by the label's values.")


def run(options: Options) -> int:
    """Writes the files that are missing; changes none that exists, except that it adds lines to lists of its own."""
    folder = named_folder(options.folder)
    stated = _stated(options, folder)
    joined = join_pairs(folder, list_files(folder), write=not (folder / FILE).exists())
    found = find_repository(folder, stated, joined.parts)
    kept = (folder / FILE).exists()
    # What the survey found is about the manifest that would be written.
    notes = [] if kept else [*_label(found), *_people(found), *_changed(found), *found.notes]
    notes += joined.notes
    written = {**joined.written, FILE: "wrote" if write_new(folder / FILE, manifest_text(found)) else "kept"}
    branch = find_default_branch(folder)
    workflows = write_workflows(folder, _model_name(folder) or found.name, branch.name)
    written |= workflows.files
    notes += workflows.notes
    if workflows.new and not branch.certain:
        notes.append(f"the workflows judge pushes to `{branch.name}`; change it if GitHub's default branch differs")
    written[".gitignore"] = "wrote" if ignore_dossiers(folder) else "kept"
    _report(written, [] if kept else _sizes(found), notes, options.format)
    return 0


def _stated(options: Options, folder: Path) -> StatedRoles:
    """What the flags say of the columns; raises UsageError if no manifest would be written by it."""
    stated = StatedRoles(**options.model_dump(include=set(StatedRoles.__dataclass_fields__)))
    stated.require_consistent()
    if not stated.is_empty() and (folder / FILE).exists():
        raise UsageError(
            f"`{FILE}` is there, and `init` changes no manifest, so what you say of the columns would be lost.",
            hint=f"Edit `{FILE}`, or remove it and run `assay init` again.",
        )
    return stated


def _report(written: Mapping[str, str], sizes: Sequence[str], notes: Sequence[str], form: str) -> None:
    """Says what was written, which bars need more rows, what a person must know, and what comes next."""
    if form == "json":
        new = {name: done != "kept" for name, done in written.items()}
        sys.stdout.write(json.dumps({"written": new, "notes": [*sizes, *notes]}, indent=2) + "\n")
        return
    lines = [*(f"few    {note}" for note in sizes), *(f"{done:<5}  {name}" for name, done in written.items())]
    lines += [f"note   {note}" for note in notes]
    first = "" if written[FILE] == "kept" else f"complete the lines marked `# ←` in {FILE}, then "
    sys.stdout.write("\n".join([*lines, "", f"Next   {first}run `assay check`."]) + "\n")


def _label(found: Found) -> list[str]:
    """What to type if the column with the true answer was not recognised."""
    if not found.sets or (found.label is not None and not found.label.guessed):
        return []
    again = f"`rm {FILE}` and run `assay init --label NAME`"
    if found.label is not None:
        return [f"the label `{found.label.column}` is a guess; if it is another column, {again}"]
    return [f"no column looks like the true answer, so quality and bias are not measured; if there is one, {again}"]


def _people(found: Found) -> list[str]:
    """What a person must say of the people in the data before the policy on bias can rule."""
    later = "until then `bias/within_bounds` is not evaluated"
    if not found.sets or not found.labelled or found.nobody is not None:
        return []
    if found.task != "binary-classification":
        why = "say under `data.sensitive` why no row is about a person (`{none: '…'}`)"
        return [f"gaps between groups of people are measured for two classes only: {why}; {later}"]
    if not found.sensitive:
        why = "name them under `data.sensitive`, or say there why no row is about a person (`{none: '…'}`)"
        return [f"no column looks like one about people: {why}; {later}"]
    if not found.grouped:
        return [
            f"`{found.sensitive[0]}` has too many values for groups: add a column of its bands to the data; {later}"
        ]
    return []


def _changed(found: Found) -> list[str]:
    """What keeps the policy on behaviour from ruling, where there are only answers."""
    if not found.cannot_be_asked:
        return []
    told = "`behaviour/expectations_hold` is not evaluated and the gate stays closed"
    return [f"{CHANGED_ROWS}: until `model.artifact` names the model's own file or a function, {told}"]


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
