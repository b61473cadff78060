"""Approvals against an oracle: every short history of three reviewers and their pushes, and laws of the matching.

The oracle knows no snapshot. It is a table of who stands where, moved by each act as GitHub's own pages would move.
"""

from __future__ import annotations

import itertools
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support import review_snapshots as made

from assay.canonical import canonical
from assay.reviews.approval import PERSONS, Reviewer, fill_roles, judge_approvals
from assay.reviews.people import People
from assay.reviews.snapshot import Commit, Review, ReviewSnapshot, read_snapshot

USERS = ("ada", "grace", "eve")
ACTS = ("approve", "request", "comment", "dismiss")
ALPHABET: tuple[tuple[str, str], ...] = (*itertools.product(USERS, ACTS), ("mallory", "push"))
FIRST = made.snapshot_of(made.changed(reviews=[]))
COMMIT, REVIEW = FIRST.commits[0], made.snapshot_of(made.approved()).reviews[0]
ACCOUNTS = {login: made.account_of(login) for login in USERS}
MOMENTS, SHAS = [made.at(minute) for minute in range(10)], [f"{number:040x}" for number in range(10)]
STATES = {"approve": "APPROVED", "request": "CHANGES_REQUESTED", "comment": "COMMENTED"}
PEOPLE = People(FIRST, made.typed(made.ROLES))


def played(history: tuple[tuple[str, str], ...]) -> ReviewSnapshot:
    """The snapshot that GitHub would show: a dismissal changes the state of a user's last decisive review."""
    reviews: list[Review] = []
    commits: list[Commit] = [COMMIT.model_copy(update={"sha": SHAS[0]})]
    for index, (login, act) in enumerate(history):
        if act == "push":
            commits.append(COMMIT.model_copy(update={"sha": SHAS[len(commits)]}))
        elif act == "dismiss":
            decisive = [n for n, r in enumerate(reviews) if r.author == ACCOUNTS[login] and r.state != "COMMENTED"]
            if decisive:
                reviews[decisive[-1]] = reviews[decisive[-1]].model_copy(update={"state": "DISMISSED"})
        else:
            found = {"id": index + 1, "author": ACCOUNTS[login], "state": STATES[act], "commit": commits[-1].sha}
            reviews.append(REVIEW.model_copy(update={**found, "submitted_at": MOMENTS[index]}))
    pull = FIRST.pull_request.model_copy(update={"head": commits[-1].sha, "commits": len(commits)})
    return FIRST.model_copy(update={"reviews": tuple(reviews), "commits": tuple(commits), "pull_request": pull})


def told_by_oracle(history: tuple[tuple[str, str], ...]) -> tuple[bool, bool]:
    """Whether both roles are filled by two people, and whether anybody objects."""
    content, approves, objects = set[str](), set[str](), set[str]()
    for login, act in history:
        if act == "push":
            approves.clear()  # nobody has approved what is new
        elif act != "comment":
            approves.discard(login)
            objects.discard(login)
            if act in ("approve", "request"):
                (approves if act == "approve" else objects).add(login)
    content |= approves
    pairs = [{"ada", "grace"}, {"ada", "eve"}, {"eve", "grace"}]
    return any(pair <= content for pair in pairs), bool(objects)


def test_every_short_history_is_judged_as_the_oracle_says_b3_b5_b6() -> None:
    disagreements, open_ones, count = [], 0, 0
    for length in range(5):
        for history in itertools.product(ALPHABET, repeat=length):
            found = judge_approvals(played(history), PEOPLE, made.REQUIRED, signed=False)
            told = found.satisfied, bool(found.blocked_by)
            count += 1
            open_ones += told == (True, False)
            if told != told_by_oracle(history) or found.doubts:
                disagreements.append(history)
    assert disagreements == []
    assert count == 1 + 13 + 13**2 + 13**3 + 13**4
    assert 0 < open_ones < count


def reviewer(number: int, person: int, roles: set[str]) -> Reviewer:
    found: dict[str, Any] = {"id": number, "login": f"u{number}", "person": f"p{person}", "roles": tuple(sorted(roles))}
    return Reviewer(**found, vote="approve", counts=True)


reviewers = st.lists(st.tuples(st.integers(1, 4), st.sets(st.sampled_from("abc"))), max_size=5).map(
    lambda found: [reviewer(number, person, roles) for number, (person, roles) in enumerate(found, start=1)]
)


@settings(deadline=None)
@given(found=reviewers, required=st.lists(st.sampled_from("abc"), unique=True, max_size=3))
def test_roles_are_filled_by_distinct_people_whenever_they_can_be_b6_b7(
    found: list[Reviewer], required: list[str]
) -> None:
    filled = fill_roles(required, found)
    assert len({each.person for each in filled}) == len(filled) == len({each.role for each in filled})
    for each in filled:
        assert any(r.id == each.id and each.role in r.roles and r.person == each.person for r in found)
    best = max(
        len(chosen) for chosen in _assignments(required, found) if len({person for _, person in chosen}) == len(chosen)
    )
    assert len(filled) == best


def _assignments(required: list[str], found: list[Reviewer]) -> Any:
    """Every way to give each role one of its people, or nobody."""
    choices = [[None, *{r.person for r in found if role in r.roles}] for role in required]
    for chosen in itertools.product(*choices):
        yield [(role, person) for role, person in zip(required, chosen, strict=True) if person is not None]


reviews = st.lists(
    st.tuples(
        st.sampled_from([*made.IDS, "ghost"]),
        st.sampled_from(["APPROVED", "CHANGES_REQUESTED", "DISMISSED", "COMMENTED", "PENDING"]),
        st.sampled_from([made.HEAD, made.OLD]),
        st.integers(0, 5),
    ),
    max_size=6,
).map(
    lambda found: [
        made.review(number, login, state, minute, commit=sha)
        for number, (login, state, sha, minute) in enumerate(found)
    ]
)


@settings(deadline=None)
@given(found=reviews, data=st.data())
def test_the_order_of_a_list_decides_nothing(found: list[dict[str, Any]], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(found))
    one, other = made.judged(made.changed(reviews=found)), made.judged(made.changed(reviews=shuffled))
    assert made.opens(one) == made.opens(other)
    assert set(one.reviewers) == set(other.reviewers)
    assert set(one.blocked_by) == set(other.blocked_by)


@settings(deadline=None)
@given(found=reviews)
def test_what_opens_was_approved_by_two_who_did_not_write_it(found: list[dict[str, Any]]) -> None:
    told = made.judged(made.changed(reviews=found))
    counting = [each for each in told.reviewers if each.counts]
    assert all(each.vote == "approve" and each.roles and each.login != "mallory" for each in counting)
    if made.opens(told):
        assert len({each.id for each in told.filled}) == len(made.REQUIRED) == PERSONS
        assert {each.id for each in told.filled} <= {each.id for each in counting}


@settings(deadline=None)
@given(found=reviews)
def test_a_snapshot_is_read_as_it_was_written(found: list[dict[str, Any]]) -> None:
    snapshot = made.snapshot_of(made.changed(reviews=found))
    import json

    again = read_snapshot(json.loads(snapshot.content()))
    assert again == snapshot
    assert again.content() == snapshot.content() == canonical(json.loads(snapshot.content()))
