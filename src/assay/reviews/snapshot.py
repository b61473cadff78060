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

    id: Id = Field(description="Number of the account.")
    login: Text = Field(description="Login of the account.")
    kind: Text = Field(description="Type of the account, such as User or Bot.")


class Review(Record):
    """A review; `author` is missing if the account is gone, `commit` if GitHub lost it."""

    id: Id = Field(description="Number of the review.")
    author: Account | None = Field(None, description="Account that reviewed; null if it is gone.")
    state: Text = Field(description="State of the review, such as APPROVED.")
    commit: Sha | None = Field(None, description="Commit that was reviewed.")
    submitted_at: Moment | None = Field(None, description="When it was given.")
    pull_request: Text = Field(description="Address of the pull request.")


class CoAuthor(Record):
    """A `Co-authored-by` trailer of a commit's message."""

    name: Text = Field(description="Name in the trailer.")
    email: Text = Field(description="E-mail address in the trailer.")


class Commit(Record):
    """A commit of the change; an account is missing if GitHub knows none for the e-mail address."""

    sha: Sha = Field(description="Id of the commit.")
    author: Account | None = Field(None, description="Account of the author; null if none is known.")
    committer: Account | None = Field(None, description="Account of the committer; null if none is known.")
    author_email: Text = Field("", description="E-mail address of the author.")
    committer_email: Text = Field("", description="E-mail address of the committer.")
    co_authors: tuple[CoAuthor, ...] = Field((), description="People named as co-authors.")
    verified: bool = Field(default=False, description="Whether GitHub verified the signature.")


class PullRequestEvent(Record):
    """An event of the pull request that matters to approvals, such as `head_ref_force_pushed`."""

    event: Text = Field(description="What happened.")
    actor: Account | None = Field(None, description="Account that did it; null if it is gone.")
    created_at: Moment = Field(description="When it happened.")


class Permission(Record):
    """What an account may do in the repository, by login; `id` is missing if the account does not exist."""

    login: Text = Field(description="Login of the account.")
    id: Id | None = Field(None, description="Number of the account.")
    permission: Text = Field(description="What the account may do in the repository.")


class Membership(Record):
    """Whether an account is in a team (`organisation/team`): `active`, `pending` or `none`."""

    team: Text = Field(description="Team, as organisation/team.")
    user: Id = Field(description="Number of the account.")
    state: Text = Field(description="Whether the account is a member: `active`, `pending` or `none`.")


class Repository(Record):
    """The repository of the pull request."""

    id: Id = Field(description="Number of the repository.")
    name: Text = Field(description="Owner and name.")
    default_branch: Text = Field(description="Default branch.")


class PullRequest(Record):
    """A pull request; `commits` is the number of commits that GitHub states."""

    id: Id = Field(description="Number of the pull request in all of GitHub.")
    node_id: Text = Field(description="Its global id.")
    number: Id = Field(description="Its number in the repository.")
    author: Account | None = Field(None, description="Account that opened it; null if it is gone.")
    state: Text = Field(description="Whether it is open or closed.")
    merged: bool = Field(description="Whether it is merged.")
    draft: bool = Field(description="Whether it is a draft.")
    head: Sha = Field(description="Head commit.")
    head_repository: Id | None = Field(None, description="Number of the repository of the head.")
    base: Text = Field(description="Branch that it is proposed for.")
    base_sha: Sha = Field(description="Commit of that branch.")
    base_repository: Id = Field(description="Number of the repository of that branch.")
    merge_commit: Sha | None = Field(None, description="Commit that merged it.")
    commits: Annotated[int, Field(ge=0, lt=2**53)] = Field(description="Number of its commits.")


class ReviewSnapshot(Record):
    """A pull request's reviews and everything else that decides whether they count, read at one time and complete."""

    snapshot: Annotated[str, Field(pattern="^reviews$")] = Field("reviews", description="What this file is.")
    taken_at: Moment = Field(description="When the reviews were read.")
    repository: Repository = Field(description="The repository.")
    pull_request: PullRequest = Field(description="The pull request.")
    reviews: tuple[Review, ...] = Field(description="Reviews of the pull request.")
    commits: tuple[Commit, ...] = Field(description="Commits of the pull request.")
    events: tuple[PullRequestEvent, ...] = Field(description="Events that a review may depend on.")
    permissions: tuple[Permission, ...] = Field(description="What each reviewer may do.")
    memberships: tuple[Membership, ...] = Field(description="Who is in the teams of the roles.")

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
