"""Write a manifest and workflows for the files of this repository."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path

from pydantic import Field

from assay.commands.parts.default_branch import branch_pattern, find_default_branch
from assay.commands.parts.proposed_roles import bars_for, data_lines, size_notes, threshold_of
from assay.commands.parts.repository_survey import TRAIN, Found, find_repository
from assay.commands.parts.scaffolding import ignore_dossiers, template, write_new
from assay.commands.parts.yaml_scalars import scalar
from assay.edges.files import read_beneath
from assay.errors import ManifestError, UsageError
from assay.manifest.document import FILE
from assay.manifest.parsing import read_manifest
from assay.manifest.yaml_strict import MAX_BYTES
from assay.options.step_options import Options as CommonOptions
from assay.tables.dialects import PLAIN, shown

GROUP = "repository"
POSITIONAL = ("folder",)
_WORKFLOWS = ("assay.yml", "assay-reviews.yml", "assay-promotion.yml")
_BARS = {
    "multiclass-classification": 'accuracy: ">= 0.7"',
}
_UNKNOWN_SCALE = '{mean_absolute_error: "<= 1"}    # ← your bar, in the label\'s unit'


class Options(CommonOptions):
    """Options of `init`."""

    folder: Path = Field(Path(), description="Folder of the repository.")


def run(options: Options) -> int:
    """Writes the files that are missing; changes no file that exists, except that it extends `.gitignore`."""
    folder = Path(os.path.realpath(options.folder))
    if not folder.is_dir():
        raise UsageError(f"The folder `{options.folder}` does not exist.")
    found = find_repository(folder)
    written = {FILE: write_new(folder / FILE, _manifest_text(found))}
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


def _manifest_text(found: Found) -> str:
    """A manifest for the files that were found; a mark shows what a person must complete."""
    lines = [
        "# yaml-language-server: $schema=https://assay-ml.github.io/assay/schemas/manifest.json",
        "assay: 1",
        "",
        "model:",
        f"  name: {found.name}",
        f"  task: {found.task}",
        "  owner: TODO            # ← the person or team responsible for the model",
        "  risk: high             # ← minimal | limited | high; it selects the policies",
        "  intended_use: TODO     # ← its purpose, and who decides with it",
        "  out_of_scope: []       # ← uses that it is not made for",
        *_threshold(found),
        *_artifact(found),
        *_data(found),
        *_checks(found),
        "",
        "roles:                   # ← who approves",
        "  domain_expert: {users: []}",
        "  ml_engineer: {users: []}",
        "",
    ]
    return "\n".join(lines)


def _threshold(found: Found) -> Iterable[str]:
    at = threshold_of(found.roles) if found.task == "binary-classification" else None
    if at is not None:
        yield f"  threshold: {at:g}         # ← the score from which a row counts as positive; here their share of rows"


def _artifact(found: Found) -> Iterable[str]:
    if found.artifact is None:
        yield "  # artifact: {path: model/model.skops, format: skops}   # ← no model file was found"
        return
    path, form = found.artifact
    yield f"  artifact: {{path: {scalar(path)}, format: {form}}}"
    if form in ("joblib", "pickle"):
        yield "  # ← Loading this format can execute any code, so Assay refuses it unless you add `trust: pickle`;"
        yield "  #   the policy artifact/safe_format still requires skops or ONNX."


def _data(found: Found) -> Iterable[str]:
    if not found.sets:
        return
    yield from ("", "data:")
    yield f"  id: {scalar(found.id)}" if found.id else "  # id: …                # ← the column that identifies a row"
    yield (
        f"  label: {scalar(found.label)}"
        if found.label
        else "  # label: …             # ← the column with the true answer"
    )
    yield from data_lines(found.roles)
    sensitive = ", ".join(map(scalar, found.sensitive))
    yield f"  sensitive: [{sensitive}]    # ← columns about people to measure bias by"
    if not found.sensitive:
        yield "  # sensitive: {none: …}   # ← or why no row is about a person; the policy on bias then rules on that"
    yield "  sets:"
    for name, path in found.sets.items():
        dialect = found.dialects.get(name, PLAIN).declared()
        written = "".join(f", {option}: {shown(value)}" for option, value in dialect.items())
        yield f"    {name}: {{path: {scalar(path)}{written}}}" + ("   # ← as the file seems written" if dialect else "")


def _checks(found: Found) -> Iterable[str]:
    if found.evaluated is None:
        return
    yield from (
        "",
        "checks:",
        "  data_contract:",
        f"    on: [{', '.join(found.sets)}]",
        "    rules:",
        "      rows: {at_least: 1}",
    )
    # The rule on rows has that name already.
    yield from (f"      {scalar(column)}: {rule}" for column, rule in found.rules.items() if column != "rows")
    yield from _hygiene_and_drift(found, found.evaluated)
    yield from _checks_of_answers(found, found.evaluated)


def _hygiene_and_drift(found: Found, evaluated: str) -> Iterable[str]:
    yield "  data_hygiene:          # repeated rows, rows in both sets, columns that leak the answer"
    if TRAIN not in found.sets:
        yield from (
            f"    on: {evaluated}",
            "    # train: …           # ← the training set; declare it above",
        )
        return
    yield f"    train: {TRAIN}"
    if evaluated == TRAIN:
        yield "    # on: …              # ← the evaluation set; declare it above"
        return
    yield f"    on: {evaluated}"
    if found.features:
        yield from (
            "  drift:                 # columns whose distribution differs from the reference",
            f"    reference: {TRAIN}",
            f"    current: {evaluated}",
        )
        if found.roles.later:
            # Later rows have later times, and other months.
            kept = [each for each in found.features if each not in (*found.roles.later, found.roles.time)]
            yield f"    columns: [{', '.join(map(scalar, kept))}]    # ← without times and parts of the calendar"


def _checks_of_answers(found: Found, evaluated: str) -> Iterable[str]:
    """The checks that need predictions; with several classes there is no single score to compare."""
    if found.label is None:
        return
    if found.labelled:
        yield from ("  quality:", f"    on: {evaluated}")
        if found.task == "regression":
            yield f"    bars: {found.bars.regression or _UNKNOWN_SCALE}"
        else:
            yield f"    bars: {{{_BARS.get(found.task) or bars_for(found.roles)}}}    # ← your bars"
    if found.labelled and found.sensitive and found.task == "binary-classification":
        yield from ("  bias:", f"    on: {evaluated}", f"    by: [{', '.join(map(scalar, found.sensitive))}]")
        yield f"    bars: {{{found.bars.gaps_text()}}}    # ← your bars"
        yield from (f"    # {note}" for note in found.bars.notes)
    if found.numbers and found.task != "multiclass-classification":
        yield from ("  behaviour:", f"    on: {evaluated}", "    tests:")
        column = scalar(found.numbers[0])
        change = f'{{{column}: "±0.1%"}}'
        yield f"      - {{name: small changes are harmless, kind: invariance, change: {change},"
        yield "         expect: {score_within: 0.05}}"
