"""Read a pull request's reviews: who counts for which role, and why.

--pull-request names the pull request; --commit finds the one that brought a commit onto the default branch. The exit
code is 0 if the required roles are filled and nothing blocks, 1 if not, 3 if that cannot be decided.

With --out it writes a snapshot of the reviews, which `assay plan --reviews` judges later; the exit code is then 0.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from assay.canonical import canonical, digest, parse
from assay.checks.approvals.counted_reviews import count_reviews
from assay.checks.approvals.spec import Spec
from assay.commands.parts.approval_lines import exit_code, lines
from assay.edges.files import read_beneath, write_atomically
from assay.edges.git import find_commit
from assay.errors import OPEN, DataError, ManifestError, UsageError
from assay.manifest.document import DEFAULT_STAGE, FILE, Manifest
from assay.manifest.parsing import read_manifest
from assay.options.step_options import Options as CommonOptions
from assay.reviews.snapshot import MAX_SNAPSHOT_BYTES, ReviewSnapshot, read_snapshot
from assay.reviews.taken_reviews import taken_reviews
from assay.steps.planning.base_revision import BASE_REMOTE, choose_judge
from assay.steps.planning.blocks import read_blocks
from assay.steps.planning.policy_selection import refuse_unknown_stage
from assay.steps.planning.roles import role_problems

GROUP = "judge"


class Options(CommonOptions):
    """Options of `approvals`."""

    manifest: Path = Field(Path(FILE), description="Manifest file; its folder is the model's repository.")
    stage: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")] = Field(
        DEFAULT_STAGE, description="Stage whose `approvals` must be filled."
    )
    base: str | None = Field(
        None,
        description="Git revision whose manifest assigns the roles; `auto` finds it by the event of a run on GitHub. "
        "Optional; default: this checkout's manifest.",
    )
    base_remote: str = Field("origin", description=BASE_REMOTE)
    pull_request: Annotated[int, Field(gt=0, lt=2**53)] | None = Field(
        None, description="Number of the pull request to read from GitHub."
    )
    commit: Annotated[str, Field(pattern=r"^(HEAD|[0-9a-f]{40}|[0-9a-f]{64})$")] | None = Field(
        None,
        description="Commit on the default branch whose merged pull request is read: its full id, or HEAD for the "
        "commit that is checked out.",
    )
    head: Annotated[str, Field(pattern=r"^([0-9a-f]{40}|[0-9a-f]{64})$")] | None = Field(
        None,
        description="Full id of the commit that the pull request must still be at; otherwise no snapshot is taken.",
    )
    snapshot: Path | None = Field(None, description="Snapshot to show, without asking GitHub.")
    out: Path | None = Field(None, description="File to write the snapshot to, in the manifest's folder.")


def run(options: Options) -> int:
    """Shows who counts, and writes the snapshot to `--out`."""
    sources = (options.pull_request, options.commit, options.snapshot)
    if sum(each is not None for each in sources) != 1:
        raise UsageError("Give exactly one of --pull-request, --commit and --snapshot.")
    if options.out is not None and options.snapshot is not None:
        raise UsageError("--out writes a new snapshot: give --pull-request or --commit instead of --snapshot.")
    manifest, spec = _read_manifest(options)
    snapshot = _read(options.snapshot) if options.snapshot is not None else _take(options, manifest)
    _refuse_moved(snapshot, options.head)
    facts = count_reviews(spec, taken_reviews(manifest, options.stage, snapshot.content()))
    if options.out is not None:
        write_atomically(options.out, snapshot.content())
    if options.format == "json":
        sys.stdout.write(canonical(facts.model_dump(mode="json", exclude_none=True)).decode() + "\n")
    else:
        sys.stdout.write("\n".join([*lines(facts), f"Snapshot  {digest(snapshot.content())}"]) + "\n")
    return OPEN if options.out is not None else exit_code(facts)


def _read_manifest(options: Options) -> tuple[Manifest, Spec]:
    root = Path(os.path.realpath(options.manifest.parent))
    if not root.is_dir():
        raise UsageError(f"The folder `{options.manifest.parent}` does not exist.")
    judge = choose_judge(root, options.manifest.name, options.base, options.base_remote)
    document, manifest, problems = read_manifest(judge.manifest(), judge.file)
    blocks, found = read_blocks(document.value.get("checks"), document)
    problems += [each for each in found if each.path.startswith("checks.approvals")]
    if manifest is None or problems or (problems := list(role_problems(manifest, blocks, document))):
        raise ManifestError(problems)
    refuse_unknown_stage(manifest, options.stage)
    spec = blocks["approvals"].spec if "approvals" in blocks else Spec()
    return manifest, Spec.model_validate(spec)


def _refuse_moved(snapshot: ReviewSnapshot, head: str | None) -> None:
    """Refuses reviews of another commit than the one under judgement."""
    pull = snapshot.pull_request
    if head is not None and pull.head != head:
        raise DataError(
            f"Pull request #{pull.number} is now at {pull.head[:12]}, not at {head[:12]}.",
            hint="Judge the new commit: its own run reads the reviews.",
        )


def _read(path: Path) -> ReviewSnapshot:
    folder = Path(os.path.realpath(path.parent))
    if not folder.is_dir():
        raise DataError(f"`{path}` does not exist.", hint="")
    return read_snapshot(parse(read_beneath(folder, path.name, limit=MAX_SNAPSHOT_BYTES), str(path)))


def _commit(options: Options) -> str:
    named = options.commit or ""
    return find_commit(Path(os.path.realpath(options.manifest.parent)), named) if named == "HEAD" else named


def _take(options: Options, manifest: Manifest) -> ReviewSnapshot:
    from assay.edges.github.client import connect
    from assay.edges.github.merged import find_merged
    from assay.edges.github.review_reading import take_snapshot

    connection: dict[str, Any] = {
        "url": os.environ.get("GITHUB_API_URL", ""),
        "token": os.environ.get("ASSAY_GITHUB_TOKEN") or os.environ.get("GITHUB_TOKEN", ""),
        "repository": os.environ.get("GITHUB_REPOSITORY", ""),
    }
    roles = {name: role.model_dump(mode="json") for name, role in manifest.roles.items()}
    client = connect(**connection)
    number = options.pull_request or find_merged(client, _commit(options))
    snapshot = take_snapshot(client, number, roles)
    if options.commit is not None and not snapshot.pull_request.merged:
        raise DataError(f"GitHub reports #{number} both as merged and as not merged.", hint="Try again.")
    return snapshot
