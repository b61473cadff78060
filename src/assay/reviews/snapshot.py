"""Reviews as data: the digested snapshot of a pull request, before anything is judged."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import ConfigDict, Field

from assay.canonical import canonical, parse
from assay.documents.handed_in import read_document
from assay.facts.values import Value

_HINT = "Take it again with `assay approvals --pull-request N --out FILE`."
MAX_SNAPSHOT_BYTES = 16 * 1024 * 1024
MAX_COMMITS = 250
"""The most commits that GitHub lists for a pull request; it hides the others."""

Id = Annotated[int, Field(gt=0, lt=2**53)]
Sha = Annotated[str, Field(pattern=r"^([0-9a-f]{40}|[0-9a-f]{64})$")]
Moment = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$")]
Text = Annotated[str, Field(max_length=1_000)]


class Record(Value):
    """A frozen, closed and strict record of a snapshot."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)


class Account(Record):
    """An account as GitHub names it; `kind` is User, Bot, Organization or Mannequin."""

    id: Id
    login: Text
    kind: Text


class Review(Record):
    """A review; `author` is missing if the account is gone, `commit` if GitHub lost it."""

    id: Id
    author: Account | None = None
    state: Text
    commit: Sha | None = None
    submitted_at: Moment | None = None
    pull_request: Text


class CoAuthor(Record):
    """A `Co-authored-by` trailer of a commit's message."""

    name: Text
    email: Text


class Commit(Record):
    """A commit of the change; an account is missing if GitHub knows none for the e-mail address."""

    sha: Sha
    author: Account | None = None
    committer: Account | None = None
    author_email: Text = ""
    committer_email: Text = ""
    co_authors: tuple[CoAuthor, ...] = ()
    verified: bool = False


class PullRequestEvent(Record):
    """An event of the pull request that matters to approvals, such as `head_ref_force_pushed`."""

    event: Text
    actor: Account | None = None
    created_at: Moment


class Permission(Record):
    """What an account may do in the repository, by login; `id` is missing if the account does not exist."""

    login: Text
    id: Id | None = None
    permission: Text


class Membership(Record):
    """Whether an account is in a team (`organisation/team`): `active`, `pending` or `none`."""

    team: Text
    user: Id
    state: Text


class Repository(Record):
    """The repository of the pull request."""

    id: Id
    name: Text
    default_branch: Text


class PullRequest(Record):
    """A pull request; `commits` is the number of commits that GitHub states."""

    id: Id
    node_id: Text
    number: Id
    author: Account | None = None
    state: Text
    merged: bool
    draft: bool
    head: Sha
    head_repository: Id | None = None
    base: Text
    base_sha: Sha
    base_repository: Id
    merge_commit: Sha | None = None
    commits: Annotated[int, Field(ge=0, lt=2**53)]


class ReviewSnapshot(Record):
    """A pull request's reviews and everything else that decides whether they count, read at one time and complete."""

    snapshot: Annotated[str, Field(pattern="^reviews$")] = "reviews"
    taken_at: Moment
    repository: Repository
    pull_request: PullRequest
    reviews: tuple[Review, ...]
    commits: tuple[Commit, ...]
    events: tuple[PullRequestEvent, ...]
    permissions: tuple[Permission, ...]
    memberships: tuple[Membership, ...]

    def content(self) -> bytes:
        """The snapshot's canonical bytes."""
        return canonical(self.model_dump(mode="json", exclude_none=True))


def read_snapshot(document: Any) -> ReviewSnapshot:
    """The snapshot in a JSON document; raises DataError with everything that its schema says against it."""
    refusal = "The snapshot of reviews is malformed"
    return read_document(canonical(document), ReviewSnapshot, schema="reviews", refusal=refusal, hint=_HINT)


def require_snapshot(content: bytes, name: str) -> None:
    """Raises DataError, with the file's name and each fault by JSON path, or PageError if it was edited by hand."""
    refusal = f"The snapshot of reviews `{name}` is malformed"
    read_document(content, ReviewSnapshot, schema="reviews", refusal=refusal, hint=_HINT)
    parse(content, name)
