"""The rules of approval: whose review counts for which role, whose does not and why, and what blocks.

An account's vote is its last decisive review; no earlier one ever counts. Accounts are identified by id; a login in the
manifest stands for the id that the snapshot found for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from pydantic import Field

from assay.facts.values import Value
from assay.reviews.contributors import contributors
from assay.reviews.doubts import DECISIVE, Doubt, doubts_of_people, doubts_of_reviews
from assay.reviews.people import People
from assay.reviews.snapshot import Review, ReviewSnapshot

WhyNot = Literal[
    "approved_as_draft",
    "author",
    "base_changed",
    "bot",
    "changes_requested",
    "co_author",
    "commented_only",
    "commit_author",
    "committer",
    "dismissed",
    "no_person",
    "no_role",
    "no_write_permission",
    "pusher",
    "stale",
]
BlockReason = Literal[
    "changes_requested",
    "closed_unmerged",
    "draft",
    "unknown_author",
    "unknown_co_author",
    "unknown_committer",
    "unknown_pusher",
    "unsigned_commit",
    "wrong_base",
    "wrong_repository",
]
Vote = Literal["approve", "block", "none"]
WRITERS = ("write", "maintain", "admin")
BASE_CHANGES = ("base_ref_changed", "automatic_base_change_succeeded")
DRAFTING = ("convert_to_draft", "converted_to_draft", "ready_for_review")
PERSONS = 2


class Blocking(Value):
    """A reason that closes the gate whoever approves, and what it is about: a login, a commit, a branch."""

    reason: BlockReason = Field(description="What blocks the change.")
    about: str = Field(description="Login, commit or branch that it is about.")


class Reviewer(Value):
    """A reviewer: vote, roles, whether it counts, and every reason why not."""

    id: int = Field(description="Number of the account on GitHub.")
    login: str = Field(description="Login of the account.")
    person: str = Field(description="Person to whom the account belongs.")
    roles: tuple[str, ...] = Field(description="Roles of the person.")
    vote: Vote = Field(description="Last decisive review: `approve`, `block` (changes requested) or `none`.")
    counts: bool = Field(description="Whether the review counts as an approval.")
    why_not: tuple[WhyNot, ...] = Field((), description="Every reason why it does not count.")


class Filled(Value):
    """A required role, and the person whose approval fills it."""

    role: str = Field(description="Role that is required.")
    person: str = Field(description="Person who fills it.")
    id: int = Field(description="Number of the account that approved.")
    login: str = Field(description="Login of the account that approved.")


class Approvals(Value):
    """The approvals in a snapshot: `satisfied` if a different person fills each required role, at least two of them."""

    satisfied: bool
    required: tuple[str, ...]
    filled: tuple[Filled, ...]
    unfilled: tuple[str, ...]
    reviewers: tuple[Reviewer, ...]
    blocked_by: tuple[Blocking, ...]
    doubts: tuple[Doubt, ...]


def judge_approvals(snapshot: ReviewSnapshot, people: People, required: Sequence[str], *, signed: bool) -> Approvals:
    """The approvals in a snapshot, by rules 1 to 9; `signed` requires a verified signature on each commit."""
    involved, unknown = contributors(snapshot, people)
    reasons = {person: tuple(dict.fromkeys(found)) for person, found in involved.items()}
    histories = _histories(snapshot.reviews)
    reviewers = tuple(
        _reviewer(snapshot, people, history, reasons) for _, history in sorted(histories.items()) if history
    )
    wanted = tuple(dict.fromkeys(required))
    filled = fill_roles(wanted, reviewers)
    holders = {each.person for each in reviewers if each.roles}
    blocked = [
        Blocking(reason="changes_requested", about=each.login)
        for each in reviewers
        if each.vote == "block" and each.person in holders
    ]
    blocked += [Blocking.model_validate({"reason": reason, "about": about}) for reason, about in unknown]
    blocked += _pull_request_blocks(snapshot)
    blocked += [Blocking(reason="unsigned_commit", about=c.sha) for c in snapshot.commits if signed and not c.verified]
    return Approvals(
        satisfied=len(wanted) >= PERSONS and len(filled) == len(wanted),
        required=wanted,
        filled=filled,
        unfilled=tuple(role for role in wanted if role not in {each.role for each in filled}),
        reviewers=reviewers,
        blocked_by=tuple(dict.fromkeys(blocked)),
        doubts=tuple(dict.fromkeys([*doubts_of_reviews(snapshot), *doubts_of_people(people, histories)])),
    )


def fill_roles(required: Sequence[str], reviewers: Iterable[Reviewer]) -> tuple[Filled, ...]:
    """The most required roles that different persons can fill: a maximum matching by augmenting paths."""
    candidates = [each for each in reviewers if each.counts]
    taken: dict[str, tuple[str, Reviewer]] = {}

    def place(role: str, seen: set[str]) -> bool:
        for each in candidates:
            if role not in each.roles or each.person in seen:
                continue
            seen.add(each.person)
            if each.person not in taken or place(taken[each.person][0], seen):
                taken[each.person] = (role, each)
                return True
        return False

    for role in required:
        place(role, set())
    found = dict(taken.values())
    return tuple(
        Filled(role=role, person=found[role].person, id=found[role].id, login=found[role].login)
        for role in required
        if role in found
    )


def _histories(reviews: Iterable[Review]) -> dict[int, list[Review]]:
    """The reviews of each account in order; accounts that are gone approve nothing."""
    found: dict[int, list[Review]] = {}
    for review in sorted(reviews, key=lambda each: (each.submitted_at or "", each.id)):
        if review.author is not None:
            found.setdefault(review.author.id, []).append(review)
    return found


def _reviewer(
    snapshot: ReviewSnapshot, people: People, history: Sequence[Review], involved: Mapping[str, Sequence[str]]
) -> Reviewer:
    account = history[-1].author
    assert account is not None  # noqa: S101  # reviews without an account are in no history
    decisive = next((each for each in reversed(history) if each.state in DECISIVE), None)
    roles, person = people.roles_of(account.id), people.person_of(account)
    why_not: list[str] = ["commented_only"]
    vote: Vote = "none"
    if decisive is not None:
        vote = "approve" if decisive.state == "APPROVED" else "none"
        vote = "block" if decisive.state == "CHANGES_REQUESTED" else vote
        why_not = [*_why_no_approval(snapshot, decisive), *involved.get(person, ())]
        why_not += ["bot"] if people.is_bot(account) else []
        why_not += ["no_write_permission"] if people.permission_of(account.id) not in WRITERS else []
        why_not += [] if roles else ["no_role"]
        why_not += ["no_person"] if people.is_unmapped(account) else []
    counts = vote == "approve" and not why_not
    found = {"person": person, "roles": roles, "vote": vote, "counts": counts, "why_not": tuple(why_not)}
    return Reviewer.model_validate({"id": account.id, "login": account.login, **found})


def _why_no_approval(snapshot: ReviewSnapshot, decisive: Review) -> Iterable[str]:
    """Why a last decisive review does not approve the current head."""
    given = decisive.submitted_at or ""
    if decisive.state != "APPROVED":
        yield decisive.state.lower()
        return
    if decisive.commit != snapshot.pull_request.head:
        yield "stale"
    if any(event.event in BASE_CHANGES and event.created_at >= given for event in snapshot.events):
        yield "base_changed"
    drafting = sorted((event.created_at, event.event) for event in snapshot.events if event.event in DRAFTING)
    if next((event for moment, event in drafting if moment >= given), None) == "ready_for_review":
        yield "approved_as_draft"


def _pull_request_blocks(snapshot: ReviewSnapshot) -> Iterable[Blocking]:
    pull, repository = snapshot.pull_request, snapshot.repository
    if pull.draft:
        yield Blocking(reason="draft", about=f"#{pull.number}")
    if pull.state != "open" and not pull.merged:
        yield Blocking(reason="closed_unmerged", about=f"#{pull.number}")
    if pull.base != repository.default_branch:
        yield Blocking(reason="wrong_base", about=pull.base)
    if pull.base_repository != repository.id:
        yield Blocking(reason="wrong_repository", about=str(pull.base_repository))
