"""Edges of the rules of approval: the same second, no time at all, and who takes which role."""

from typing import Any

import pytest
from tests.support.review_snapshots import HEAD, at, changed, event, judged, opens, review, why_not

from assay.reviews.approval import Reviewer, fill_roles


@pytest.mark.parametrize(("minute", "counts"), [(2, True), (3, False), (4, False)])
@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("ready_for_review", "approved_as_draft"),
        ("base_ref_changed", "base_changed"),
        ("automatic_base_change_succeeded", "base_changed"),
    ],
)
def test_what_happened_in_the_same_second_came_after_the_approval(
    name: str, reason: str, minute: int, counts: bool
) -> None:
    """B19: nobody can say which was first, so an approval in the second of a draft's end is one of a draft."""
    history = [review(1, "ada", minute=3), review(2, "grace", minute=9)]
    found = judged(changed(reviews=history, events=[event(name, "mallory", minute)]))
    assert why_not(found, "ada") == (set() if counts else {reason})
    assert opens(found) is counts


def test_a_draft_that_began_again_in_the_same_second_was_none_before() -> None:
    """B19: the twin: a pull request that became a draft after the approval, and is none any more."""
    both = [event("converted_to_draft", "mallory", 4), event("ready_for_review", "mallory", 5)]
    history = [review(1, "ada", minute=3), review(2, "grace", minute=9)]
    assert opens(judged(changed(reviews=history, events=both)))


def test_a_pending_review_is_no_vote_whenever_it_is_listed() -> None:
    """B5: what was not submitted has no time, and neither hides nor revives another."""
    pending: dict[str, Any] = {"submitted_at": None, "commit": HEAD}
    history = [review(1, "ada"), review(2, "grace"), review(3, "ada", "PENDING", **pending)]
    assert opens(judged(changed(reviews=history)))
    history = [review(1, "ada", "CHANGES_REQUESTED"), review(2, "grace"), review(3, "ada", "PENDING", **pending)]
    assert not opens(judged(changed(reviews=history)))


def test_an_approval_without_a_time_is_older_than_any_event() -> None:
    """B19: of an approval that was given at no time nothing is known to have come before."""
    history = [review(1, "ada", submitted_at=None), review(2, "grace", minute=9)]
    found = judged(changed(reviews=history, events=[event("base_ref_changed", "mallory", 0)]))
    assert "base_changed" in why_not(found, "ada")
    assert not opens(found)
    later = [review(1, "ada", submitted_at=None), review(3, "ada", "DISMISSED"), review(2, "grace")]
    assert why_not(judged(changed(reviews=later)), "ada") >= {"dismissed"}


@pytest.mark.parametrize(
    ("state", "vote"),
    [("APPROVED", "approve"), ("CHANGES_REQUESTED", "block"), ("DISMISSED", "none"), ("COMMENTED", "none")],
)
def test_each_state_is_one_vote(state: str, vote: str) -> None:
    found = judged(changed(reviews=[review(1, "ada", state), review(2, "grace")]))
    assert next(each for each in found.reviewers if each.login == "ada").vote == vote


def test_a_block_says_what_it_is_about() -> None:
    """B14, B19."""
    pull = {"base": "side", "base_repository": 12, "draft": True, "state": "closed"}
    found = judged(changed(pull_request=pull))
    assert {(each.reason, each.about) for each in found.blocked_by} >= {
        ("wrong_repository", "12"), ("wrong_base", "side"), ("draft", "#7"), ("closed_unmerged", "#7"),
    }  # fmt: skip


def reviewer(number: int, *roles: str) -> Reviewer:
    return Reviewer(id=number, login=f"l{number}", person=f"#{number}", roles=roles, vote="approve", counts=True)


def test_who_fills_two_roles_makes_room_for_who_fills_one() -> None:
    """B6: a role is not left empty because the first that was asked took another's only place."""
    both, one = reviewer(1, "a", "b"), reviewer(2, "a")
    for order in ((both, one), (one, both)):
        assert [(each.role, each.id) for each in fill_roles(("a", "b"), order)] == [("a", 2), ("b", 1)]
    chain = (reviewer(1, "a", "b"), reviewer(2, "b", "c"), reviewer(3, "c"))
    assert len(fill_roles(("c", "b", "a"), chain)) == 3
    assert [each.role for each in fill_roles(("a", "b"), (both,))] == ["a"]
    assert at(0) < at(1)
