"""Take a snapshot of a pull request's reviews, or show one: who counts for which role, and who does not and why.

Exits 0 if the required roles are filled and nothing blocks, 1 if not, 3 if it cannot be told. With --out it takes the
snapshot for `assay plan --reviews` to judge later, and exits 0 once the file is written.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from assay.approving import PERSONS
from assay.books import make_book
from assay.canonical import canonical, digest, parse
from assay.checks import approvals
from assay.edges.files import read_beneath, write_atomically
from assay.errors import CLOSED, OPEN, DataError, EvaluationError, ManifestError, UsageError
from assay.manifest import FILE, Manifest
from assay.manifest_reading import read_manifest
from assay.options import Options as CommonOptions
from assay.reviews import ReviewSnapshot, read_snapshot
from assay.steps.planning.base import choose_judge
from assay.steps.planning.blocks import read_blocks

MAX_BYTES = 16 * 1024 * 1024
WORDS = {
    "approved_as_draft": "approved while it was a draft",
    "author": "opened the pull request",
    "base_changed": "approved before the base branch was changed",
    "bot": "is a robot",
    "changes_requested": "asks for changes",
    "co_author": "is a co-author of a commit",
    "commented_only": "commented only",
    "commit_author": "is the author of a commit",
    "committer": "is the committer of a commit",
    "dismissed": "was dismissed",
    "no_person": "is nobody among `people`",
    "no_role": "has no role",
    "no_write_permission": "may not write to the repository",
    "pusher": "pushed by force",
    "stale": "approved another commit",
}
CLOSING = {
    "changes_requested": "asks for changes",
    "closed_unmerged": "was closed without a merge",
    "commits_incomplete": "commits were listed",
    "contradicting_reviews": "is listed twice, and not alike",
    "draft": "is a draft",
    "foreign_review": "is a review of another pull request",
    "membership_unknown": "may be in the team or not",
    "permission_unknown": "may do nobody knows what in the repository",
    "reviewer_unknown": "asks for changes, and the account is gone",
    "role_unresolved": "has a role, but the snapshot was taken for other roles",
    "too_many_commits": "commits are more than GitHub lists",
    "undated_review": "has no time",
    "unknown_author": "has an author without an account",
    "unknown_co_author": "has a co-author without an account",
    "unknown_committer": "has a committer without an account",
    "unknown_pusher": "was a forced push by nobody known",
    "unknown_state": "is a state of a review that nobody knows",
    "unsigned_commit": "has no signature that GitHub verified",
    "wrong_base": "is not the default branch",
    "wrong_repository": "is another repository",
}


class Options(CommonOptions):
    """Options of `approvals`."""

    manifest: Path = Field(Path(FILE), description="The manifest; its folder is the model's repository.")
    base: str | None = Field(None, description="Git revision whose manifest says who has which role.")
    pull_request: Annotated[int, Field(gt=0, lt=2**53)] | None = Field(
        None, description="Number of the pull request to read from GitHub."
    )
    snapshot: Path | None = Field(None, description="Show this snapshot instead, without asking GitHub.")
    out: Path | None = Field(None, description="File to write the snapshot to, beneath the manifest's folder.")


def run(options: Options) -> int:
    """Shows who counts; writes the snapshot where `--out` says."""
    if (options.pull_request is None) == (options.snapshot is None):
        raise UsageError("Name either --pull-request or --snapshot.")
    if options.out is not None and options.pull_request is None:
        raise UsageError("--out is for a snapshot that is taken: name --pull-request.")
    manifest, spec = _read_manifest(options)
    snapshot = _read(options.snapshot) if options.snapshot is not None else _take(options, manifest)
    document = parse(snapshot.content(), "The snapshot of reviews")
    facts = approvals.judged(spec, make_book(manifest, columns={}, as_of="", reviews=document))
    if options.out is not None:
        write_atomically(options.out, snapshot.content())
    if options.format == "json":
        sys.stdout.write(canonical(facts.model_dump(mode="json", exclude_none=True)).decode() + "\n")
    else:
        sys.stdout.write("\n".join([*lines(facts), f"Snapshot  {digest(snapshot.content())}"]) + "\n")
    return OPEN if options.out is not None else exit_code(facts)


def exit_code(facts: approvals.Facts) -> int:
    """0 if the roles are filled and nothing blocks, 1 if not, 3 where something is in doubt."""
    if facts.blocked:
        return CLOSED
    if facts.doubtful:
        return EvaluationError.exit_code
    return OPEN if facts.satisfied else CLOSED


def lines(facts: approvals.Facts) -> list[str]:
    """The facts for people, a line each."""
    verdict = {OPEN: "is approved", CLOSED: "is not approved"}.get(exit_code(facts), "cannot be decided")
    shown = [f"Pull request #{facts.pull_request} at {facts.head[:12]} {verdict}.", ""]
    filled = {each.role: each for each in facts.filled}
    wide = max(map(len, facts.required), default=0) + 2
    shown += [
        f"  {_plain(role):<{wide}}{_plain(filled[role].login) if role in filled else 'nobody counts'}"
        for role in facts.required
    ]
    shown += ["", "Reviews"] if facts.reviewers else ["", "Nobody has reviewed it."]
    names = [
        _plain(f"{each.login} ({', '.join(each.roles)})" if each.roles else each.login) for each in facts.reviewers
    ]
    for name, each in zip(names, facts.reviewers, strict=True):
        told = "counts" if each.counts else "does not count: " + "; ".join(WORDS[why] for why in each.why_not)
        shown.append(f"  {name:<{max(map(len, names)) + 2}}{told}")
    if len(facts.required) < PERSONS:
        shown += ["", "Two roles at least must be required, each with a person of its own."]
    for heading, found in (("Closed by", facts.blocked_by), ("In doubt", facts.doubts)):
        shown += ["", heading] if found else []
        shown += [f"  {_plain(each.about)} {CLOSING[each.reason]}" for each in found]
    return [*shown, ""]


def _plain(text: str) -> str:
    """Foreign text on one line of the terminal, and no more."""
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text)[:200]


def _read_manifest(options: Options) -> tuple[Manifest, approvals.Spec]:
    root = Path(os.path.realpath(options.manifest.parent))
    if not root.is_dir():
        raise UsageError(f"The folder `{options.manifest.parent}` does not exist.")
    judge = choose_judge(root, options.manifest.name, options.base)
    document, manifest, problems = read_manifest(judge.manifest(), judge.file)
    blocks, found = read_blocks(document.value.get("checks"), document)
    problems += [each for each in found if each.path.startswith("checks.approvals")]
    if manifest is None or problems:
        raise ManifestError(problems)
    spec = blocks["approvals"].spec if "approvals" in blocks else approvals.Spec()
    return manifest, approvals.Spec.model_validate(spec)


def _read(path: Path) -> ReviewSnapshot:
    folder = Path(os.path.realpath(path.parent))
    if not folder.is_dir():
        raise DataError(f"`{path}` does not exist.", hint="")
    return read_snapshot(parse(read_beneath(folder, path.name, limit=MAX_BYTES), str(path)))


def _take(options: Options, manifest: Manifest) -> ReviewSnapshot:
    from assay.edges.github.client import connect
    from assay.edges.github.reviews import take_snapshot

    told: dict[str, Any] = {
        "url": os.environ.get("GITHUB_API_URL", ""),
        "token": os.environ.get("ASSAY_GITHUB_TOKEN") or os.environ.get("GITHUB_TOKEN", ""),
        "repository": os.environ.get("GITHUB_REPOSITORY", ""),
    }
    roles = {name: role.model_dump(mode="json") for name, role in manifest.roles.items()}
    return take_snapshot(connect(**told), options.pull_request or 0, roles)
