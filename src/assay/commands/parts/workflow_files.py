"""The workflows that `init` writes: those of one model, or one that judges every model of a repository."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from assay.commands.parts.default_branch import branch_pattern
from assay.commands.parts.keyless_workflows import RIGHT, asks_for_keyless, keyless_text, signs_keyless
from assay.commands.parts.scaffolding import template, write_new
from assay.commands.parts.yaml_scalars import scalar
from assay.edges.files import write_atomically
from assay.edges.git_repository import find_work_tree
from assay.errors import UsageError
from assay.manifest.document import FILE

NAMES = ("assay.yml", "assay-reviews.yml", "assay-promotion.yml")
PLACE = Path(".github/workflows")
_READS = "contents: read # to check out the repository and to fetch the base"
_SAYS = ("pull-requests: write # to write the decision as a comment", "statuses: write # to set the commit status")
RIGHTS = {
    "assay.yml": (_READS, *_SAYS),
    "assay-reviews.yml": (_READS, *_SAYS),
    "assay-promotion.yml": (
        "contents: write # to push the tag and the ledger",
        "pull-requests: read # to read the reviews",
    ),
}
"""What the workflow of one model may do at most: each of its jobs asks for its own part."""
MOVES = ("move", "version", "stage", "reason")
SECRETS = ("ASSAY_SIGNING_KEY", "ASSAY_SIGNING_PASSWORD")
LIST = "        include: # one line for each model"
_ENTRY = re.compile(r" +- \{.*\} *(#.*)?")
_WITHIN = "${{ inputs.folder }}"


@dataclass
class WrittenWorkflows:
    """The workflow files by path, whether each is new, longer or as it was; and lines that a person must add."""

    files: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def new(self) -> bool:
        """Whether the workflow that judges was written."""
        return any(done == "wrote" and path.endswith(NAMES[0]) for path, done in self.files.items())


@dataclass(frozen=True, kw_only=True)
class WorkflowModel:
    """A model as a line of a workflow's list: its name, and its folder in the repository."""

    name: str
    folder: str

    @property
    def line(self) -> str:
        """The line; `slug` names artifacts, which can have no `/`."""
        slug = scalar(self.name.replace("/", "-"))
        return f"          - {{model: {scalar(self.name)}, folder: {scalar(self.folder)}, slug: {slug}}}"


def write_workflows(folder: Path, name: str, branch: str) -> WrittenWorkflows:
    """Writes workflows to the top of the repository that holds a folder, or else to the folder itself."""
    top = find_top(folder)
    model = WorkflowModel(name=name, folder=folder.relative_to(top).as_posix())
    written = WrittenWorkflows()
    keyless, note = asks_for_keyless(folder)
    written.notes += [note] if note else []
    alone = model.folder == "." and not _lists_models(top / PLACE / NAMES[0])
    for each in NAMES:
        path = top / PLACE / each
        shown = os.path.relpath(path, folder)
        signing = path if alone else path.with_name(_inner(each))
        plain = template(f"workflow/{each}")
        text = _on_branch(keyless_text(signing.name, plain) if keyless else plain, branch)
        if alone:
            new = write_new(path, text.replace("MODEL: the-model", f"MODEL: {name}"))
            written.files[shown] = "wrote" if new else "kept"
        else:
            new = write_new(signing, called_text(each, text))
            written.files[os.path.relpath(signing, folder)] = "wrote" if new else "kept"
            if write_new(path, listing_text(each, text, model)):
                written.files[shown] = "wrote"
            else:
                _extend(path, shown, model, written)
        if keyless:
            written.notes += [
                _with_a_key(os.path.relpath(file, folder)) for file in {signing, path} if _keeps_key(file)
            ]
    return written


def _keeps_key(path: Path) -> bool:
    return not signs_keyless(path.read_text(encoding="utf-8", errors="replace"))


def _with_a_key(shown: str) -> str:
    return f"`{shown}` signs with a key; to let it sign by its identity, remove it and run `assay init` again"


def find_top(folder: Path) -> Path:
    """The top of the work tree, or the folder itself where there is none."""
    try:
        return find_work_tree(folder)
    except UsageError:
        return folder


def _lists_models(path: Path) -> bool:
    return path.is_file() and LIST in path.read_text(encoding="utf-8", errors="replace")


def _extend(path: Path, shown: str, model: WorkflowModel, written: WrittenWorkflows) -> None:
    """Adds a model to the list of an existing workflow; tells the line where there is no list as it was written."""
    text = path.read_text(encoding="utf-8", errors="replace")
    if re.search(rf"^ +- \{{.*\bfolder: {re.escape(scalar(model.folder))}[,}}]", text, re.MULTILINE):
        written.files[shown] = "kept"
        return
    longer = with_line(text, model.line)
    if longer is None:
        written.files[shown] = "kept"
        written.notes.append(
            f"`{shown}` does not list its models, so it stays as it is; it judges this model once you add "
            f"`{model.line.strip()}` to a matrix as a new file would have it (`{_inner(path.name)}` takes the line)"
        )
        return
    write_atomically(path, longer.encode())
    written.files[shown] = "extended"


def with_line(text: str, line: str) -> str | None:
    """A workflow with a line behind the others of its list; None if it has no list."""
    lines = text.split("\n")
    if LIST not in lines:
        return None
    place = lines.index(LIST) + 1
    while place < len(lines) and _ENTRY.fullmatch(lines[place]):
        place += 1
    return "\n".join([*lines[:place], line, *lines[place:]])


def _inner(name: str) -> str:
    """The name of the workflow that another calls for each model."""
    return name.replace("assay", "assay-model", 1)


def _on_branch(text: str, branch: str) -> str:
    return text.replace("branches: [main]", f"branches: [{scalar(branch_pattern(branch))}]")


def listing_text(name: str, text: str, model: WorkflowModel) -> str:
    """The workflow that calls another one for each model of its list."""
    head = text[: text.index("env:\n")]
    given = ["model: ${{ matrix.model }}", "folder: ${{ matrix.folder }}", "slug: ${{ matrix.slug }}"]
    if name == "assay-promotion.yml":
        asked = [
            "    inputs:",
            "      model:",
            "        description: Model to move, by its name",
            "        required: true",
        ]
        head = head.replace("    inputs:\n", "\n".join(asked) + "\n")
        given += ["wanted: ${{ inputs.model }}", *(f"{each}: ${{{{ inputs.{each} }}}}" for each in MOVES)]
    passed = [f"      {each}: ${{{{ secrets.{each} }}}}" for each in SECRETS if each in text]
    lines = [
        "jobs:",
        "  model:",
        "    name: ${{ matrix.model }}",
        "    strategy:",
        "      fail-fast: false",
        "      matrix:",
        LIST,
        model.line,
        f"    uses: ./{(PLACE / _inner(name)).as_posix()}",
        "    permissions:",
        *(f"      {each}" for each in (*RIGHTS[name], *([RIGHT] if RIGHT in text else []))),
        "    with:",
        *(f"      {each}" for each in given),
        *(["    secrets:", *passed] if passed else []),
    ]
    return head + "\n".join(lines) + "\n"


def called_text(name: str, text: str) -> str:
    """The workflow for one model, which another calls: the `text` of the usual one, in the model's folder."""
    taken = ["model", "folder", "slug"]
    if name == "assay-promotion.yml":
        taken += ["wanted", *MOVES]
    head = [
        f"# Judges one model; {name} calls it for each.",
        f"name: {name.removesuffix('.yml').replace('-', ' ')}, one model",
        "",
        "on:",
        "  workflow_call:",
        "    inputs:",
        *(f"      {each}: {{type: string, required: {str(each in taken[:3]).lower()}}}" for each in taken),
        *(["    secrets:", *(f"      {each}: {{required: false}}" for each in SECRETS)] if SECRETS[0] in text else []),
        "",
        "permissions: {}",
        "",
        "env:",
        "  MODEL: ${{ inputs.model }}",
        f"  FOLDER: {_WITHIN}",
        # What the comment tells people to download.
        *(["  ASSAY_ARTIFACT: assay-dossier-${{ inputs.slug }}"] if name == "assay.yml" else []),
        "",
    ]
    return "\n".join(head) + _in_folder(name, text[text.index("\njobs:\n") :])


def _in_folder(name: str, jobs: str) -> str:
    """Jobs that work in the model's folder, with artifacts of their own."""
    jobs = re.sub(r"(\n +uses: assay-ml/assay.*\n( +)with:\n)", rf"\1\2  manifest: {_WITHIN}/{FILE}\n", jobs)
    jobs = re.sub(r"rm -rf \.assay", 'rm -rf "$FOLDER/.assay"', jobs)
    jobs = re.sub(r"(?m)^( +(?:path|answers|dossier|out): )\.assay", rf"\1{_WITHIN}/.assay", jobs)
    jobs = re.sub(r"(?m)^( {12}!?)\.assay/", rf"\1{_WITHIN}/.assay/", jobs)
    # A snapshot is written by its path here, and read by its path in the manifest's folder.
    jobs = re.sub(r"(?m)^( +out: )(reviews\.json)", rf"\1{_WITHIN}/\2", jobs)
    jobs = re.sub(r"(?m)^( +(?:name|artifact): assay-[a-z]+)$", r"\1-${{ inputs.slug }}", jobs)
    if name == "assay-promotion.yml":
        asked = "(github.event_name == 'push' && startsWith(github.ref_name, format('{0}@v', inputs.model)))"
        usual = "github.event_name == 'push' || github.ref_name == github.event.repository.default_branch"
        wanted = "(inputs.wanted == inputs.model && github.ref_name == github.event.repository.default_branch)"
        jobs = jobs.replace(f"if: {usual}", f"if: {asked} || {wanted}")
        jobs = jobs.replace(
            "needs: [judge, write]\n    if: always()",
            "needs: [prepare, judge, write]\n    if: always() && needs.prepare.result != 'skipped'",
        )
    return jobs
