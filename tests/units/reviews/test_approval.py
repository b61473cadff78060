"""The attacks on approvals (threats.md B), each with a twin that must still open."""

from __future__ import annotations

from typing import Any

import pytest
from tests.support import review_snapshots as made
from tests.support.review_snapshots import (
    HEAD,
    OLD,
    account,
    at,
    changed,
    commit,
    event,
    judged,
    opens,
    review,
    why_not,
)

from assay.errors import DataError
from assay.reviews.approval import Approvals


def blocks(found: Approvals) -> set[str]:
    return {each.reason for each in found.blocked_by}


def doubts(found: Approvals) -> set[str]:
    return {each.reason for each in found.doubts}


def permissions(**given: str) -> list[dict[str, Any]]:
    """Everybody's permissions, some of them other than write."""
    return [{"login": n, "id": number, "permission": given.get(n, "write")} for n, number in made.IDS.items()]


def memberships(state: str) -> list[dict[str, Any]]:
    team = {"team": "lab/engineers"}
    return [{**team, "user": n, "state": state if n == made.IDS["joan"] else "none"} for n in made.IDS.values()]


def test_two_people_in_two_roles_open() -> None:
    found = judged(made.approved())
    assert opens(found)
    assert [(each.role, each.login) for each in found.filled] == [("domain_expert", "ada"), ("ml_engineer", "grace")]
    assert found.unfilled == ()


def test_nobody_closes() -> None:
    found = judged(changed(reviews=[]))
    assert not opens(found)
    assert found.unfilled == made.REQUIRED
    assert found.reviewers == ()


def test_the_author_does_not_approve_whatever_the_login_b1() -> None:
    renamed = {"author": account("ada-new", made.IDS["ada"])}
    found = judged(changed(pull_request=renamed))
    assert why_not(found, "ada") == {"author"}
    assert not opens(found)
    assert opens(judged(changed(pull_request={"author": account("ada-new", 99)})))


@pytest.mark.parametrize(
    ("part", "reason"),
    [
        ({"author": account("ada")}, "commit_author"),
        ({"committer": account("ada")}, "committer"),
        ({"co_authors": [{"name": "A", "email": "2+ada@users.noreply.github.com"}]}, "co_author"),
        ({"co_authors": [{"name": "A", "email": "2+Renamed@users.noreply.GitHub.com"}]}, "co_author"),
        ({"co_authors": [{"name": "A", "email": "Ada@users.noreply.github.com"}]}, "co_author"),
    ],
)
def test_who_made_a_commit_does_not_approve_it_b2(part: dict[str, Any], reason: str) -> None:
    found = judged(changed(commits=[commit(**part)]))
    assert reason in why_not(found, "ada")
    assert not opens(found)


def test_an_earlier_commit_s_author_does_not_approve_either_b2() -> None:
    both = {"pull_request": {"commits": 2}, "commits": [commit(OLD, "ada"), commit()]}
    assert why_not(judged(changed(**both)), "ada") == {"commit_author", "committer"}
    assert opens(judged(changed(**{**both, "commits": [commit(OLD), commit()]})))


def test_a_co_author_is_known_by_the_address_of_a_commit_b2() -> None:
    by_kay = commit(OLD, "kay")
    trailer = {"co_authors": [{"name": "K", "email": "KAY@example.org"}]}
    both = changed(pull_request={"commits": 2}, commits=[by_kay, commit(**trailer)])
    assert opens(judged(both))
    assert blocks(judged(changed(commits=[commit(**trailer)]))) == {"unknown_co_author"}


def test_who_pushed_by_force_does_not_approve_b2() -> None:
    found = judged(changed(events=[event("head_ref_force_pushed", "ada", 0)]))
    assert why_not(found, "ada") == {"pusher"}
    assert not opens(found)
    assert opens(judged(changed(events=[event("head_ref_force_pushed", "mallory", 0)])))
    assert blocks(judged(changed(events=[event("head_ref_force_pushed", None, 0)]))) == {"unknown_pusher"}


def test_a_stale_approval_does_not_count_until_it_is_given_anew_b3() -> None:
    stale = [review(1, "ada", commit=OLD), review(2, "grace")]
    assert why_not(judged(changed(reviews=stale)), "ada") == {"stale"}
    assert not opens(judged(changed(reviews=stale)))
    assert opens(judged(changed(reviews=[*stale, review(3, "ada")])))
    assert why_not(judged(changed(reviews=[review(1, "ada", commit=None)])), "ada") == {"stale"}


def test_an_approval_of_a_commit_counts_only_while_it_is_the_head_b4() -> None:
    """After a push, the approval is stale; after a reset to what was approved, it is of the head again."""
    commits = [commit(OLD), commit()]
    assert not opens(judged(changed(pull_request={"head": OLD, "commits": 2}, commits=commits)))
    assert opens(judged(changed(pull_request={"commits": 2}, commits=commits)))


@pytest.mark.parametrize(
    ("states", "counts"),
    [
        (["APPROVED", "DISMISSED"], False),
        (["APPROVED", "CHANGES_REQUESTED"], False),
        (["DISMISSED"], False),
        (["DISMISSED", "APPROVED"], True),
        (["CHANGES_REQUESTED", "APPROVED"], True),
        (["APPROVED", "COMMENTED"], True),
        (["APPROVED", "PENDING"], True),
        (["COMMENTED"], False),
    ],
)
def test_the_last_decisive_review_counts_and_none_before_it_b5(states: list[str], *, counts: bool) -> None:
    history = [review(number, "ada", state) for number, state in enumerate(states, start=3)]
    found = judged(changed(reviews=[*history, review(2, "grace")]))
    assert opens(found) is counts
    assert next(each for each in found.reviewers if each.login == "ada").counts is counts


def test_a_tie_in_time_is_broken_by_the_review_s_number_b5() -> None:
    history = [review(4, "ada", "CHANGES_REQUESTED", 1), review(3, "ada", "APPROVED", 1), review(2, "grace")]
    assert blocks(judged(changed(reviews=history))) == {"changes_requested"}


def test_a_review_that_was_begun_early_and_sent_late_is_the_later_one_b5() -> None:
    history = [review(3, "ada", "CHANGES_REQUESTED", 9), review(4, "ada", "APPROVED", 5), review(2, "grace")]
    assert blocks(judged(changed(reviews=history))) == {"changes_requested"}
    assert opens(judged(changed(reviews=[review(3, "ada", "APPROVED", 9), *history[1:]])))


def test_a_dismissed_objection_does_not_block_and_does_not_approve_b5() -> None:
    history = [review(1, "ada"), review(2, "grace"), review(3, "eve", "DISMISSED")]
    assert opens(judged(changed(reviews=history)))
    assert why_not(judged(changed(reviews=history)), "eve") == {"dismissed"}


def test_one_person_in_both_roles_fills_one_b6() -> None:
    alone = judged(changed(reviews=[review(1, "eve")]))
    assert [each.login for each in alone.filled] == ["eve"]
    assert not opens(alone)
    for other in ("ada", "grace", "joan"):
        assert opens(judged(changed(reviews=[review(1, "eve"), review(2, other)]))), other


def test_one_person_with_two_accounts_is_one_person_b7() -> None:
    persons = {"Ada G.": ("ada", "GRACE"), "Eve": ("eve",)}
    found = judged(made.approved(), persons=persons)
    assert len(found.filled) == 1
    assert not opens(found)
    assert opens(judged(changed(reviews=[review(1, "ada"), review(2, "eve")]), persons=persons))


def test_where_people_are_named_nobody_else_counts_b7() -> None:
    found = judged(made.approved(), persons={"Ada": ("ada",)})
    assert why_not(found, "grace") == {"no_person"}
    assert opens(judged(made.approved(), persons={"Ada": ("ada",), "Grace": ("grace",)}))


def test_an_author_s_second_account_does_not_approve_b7() -> None:
    persons = {"M": ("mallory", "ada"), "Grace": ("grace",)}
    assert "author" in why_not(judged(made.approved(), persons=persons), "ada")


@pytest.mark.parametrize(
    "robot",
    [
        account("ada", kind="Bot"),
        account("ada", kind="Mannequin"),
        account("ada", kind="Organization"),
        account("octo[bot]", made.IDS["ada"]),
        account("Octo[Bot]", made.IDS["ada"]),
    ],
)
def test_a_robot_does_not_approve_b8(robot: dict[str, Any]) -> None:
    found = judged(changed(reviews=[review(1, "ada", author=robot), review(2, "grace")]))
    assert why_not(found, robot["login"]) == {"bot"}
    assert not opens(found)


def test_a_listed_robot_does_not_approve_and_its_trailer_is_nobody_s_b8() -> None:
    assert why_not(judged(made.approved(), bots=("Ada",)), "ada") == {"bot"}
    trailer = {"co_authors": [{"name": "Tool", "email": "Tool@example.org"}]}
    document = changed(commits=[commit(**trailer)])
    assert blocks(judged(document)) == {"unknown_co_author"}
    assert opens(judged(document, bots=("tool@example.org",)))


@pytest.mark.parametrize(("state", "counts"), [("active", True), ("pending", False), ("none", False)])
def test_who_left_the_team_does_not_approve_b9(state: str, *, counts: bool) -> None:
    document = changed(reviews=[review(1, "ada"), review(2, "joan")], memberships=memberships(state))
    assert opens(judged(document)) is counts
    assert ("no_role" in why_not(judged(document), "joan")) is not counts


def test_a_member_of_the_organisation_has_no_role_by_that_b10() -> None:
    found = judged(changed(reviews=[review(1, "ada"), review(2, "kay")]))
    assert why_not(found, "kay") == {"no_role"}
    assert not opens(found)
    assert opens(judged(changed(reviews=[review(1, "ada"), review(2, "joan")])))


@pytest.mark.parametrize(
    ("permission", "counts"),
    [
        *(("none", False), ("read", False), ("triage", False), ("Write", False), ("", False)),
        *(("write", True), ("maintain", True), ("admin", True)),
    ],
)
def test_who_may_not_write_does_not_approve_b9_b11(permission: str, *, counts: bool) -> None:
    found = judged(changed(permissions=permissions(ada=permission)))
    assert opens(found) is counts
    assert ("no_write_permission" in why_not(found, "ada")) is not counts


def test_an_objection_after_a_hundred_reviews_blocks_b12() -> None:
    comments = [review(number, "kay", "COMMENTED") for number in range(3, 101)]
    approvals = [review(1, "ada"), review(2, "grace")]
    many = [*approvals, *comments]
    assert opens(judged(changed(reviews=many)))
    assert blocks(judged(changed(reviews=[*many, review(101, "eve", "CHANGES_REQUESTED")]))) == {"changes_requested"}


@pytest.mark.parametrize(
    "part",
    [
        {"pull_request": {"commits": 2}},
        {"commits": []},
        {"commits": [commit(OLD)]},
        {"commits": [commit(), commit(OLD)]},
        {"commits": [commit(), commit()], "pull_request": {"commits": 2}},
    ],
)
def test_a_partial_list_of_commits_decides_nothing_b12(part: dict[str, Any]) -> None:
    assert doubts(judged(changed(**part))) == {"commits_incomplete"}


@pytest.mark.parametrize(("count", "found"), [(250, set()), (251, {"too_many_commits"})])
def test_more_commits_than_github_lists_decide_nothing_b12(count: int, found: set[str]) -> None:
    commits = [commit(f"{number:040x}") for number in range(1, count)] + [commit()]
    assert doubts(judged(changed(commits=commits, pull_request={"commits": count}))) == found


def test_a_commit_of_nobody_closes_b13() -> None:
    nobody = commit(author=None)
    assert blocks(judged(changed(commits=[nobody]))) == {"unknown_author"}
    assert blocks(judged(changed(commits=[commit(committer=None)]))) == {"unknown_committer"}
    assert not opens(judged(changed(commits=[nobody])))
    assert blocks(judged(changed(pull_request={"author": None}))) == {"unknown_author"}


def test_an_unsigned_commit_closes_where_signatures_are_asked_for_b13() -> None:
    unsigned = changed(commits=[commit(verified=False)])
    assert blocks(judged(unsigned, signed=True)) == {"unsigned_commit"}
    assert opens(judged(unsigned))
    assert opens(judged(made.approved(), signed=True))


@pytest.mark.parametrize(
    "email", ["", "a@b.example", "octo@users.noreply.github.com", "ada@users.noreply.github.com.x"]
)
def test_a_co_author_nobody_knows_closes_b2_b13(email: str) -> None:
    trailer = {"co_authors": [{"name": "Somebody", "email": email}]}
    assert blocks(judged(changed(commits=[commit(**trailer)]))) == {"unknown_co_author"}


@pytest.mark.parametrize(
    "home",
    [
        "https://api.github.com/repos/lab/credit/pulls/8",
        "https://api.github.com/repos/lab/credit/pulls/77",
        "https://api.github.com/repos/fork/credit/pulls/7",
        "https://api.github.com/repos/lab/other-credit/pulls/7/",
        "",
    ],
)
def test_a_review_of_another_pull_request_decides_nothing_b14(home: str) -> None:
    found = judged(changed(reviews=[review(1, "ada", pull_request=home), review(2, "grace")]))
    assert doubts(found) == {"foreign_review"}
    assert not opens(found)
    twin = "https://ghe.example.org/api/v3/repos/Lab/Credit/pulls/7"
    assert opens(judged(changed(reviews=[review(1, "ada", pull_request=twin), review(2, "grace")])))


def test_a_pull_request_into_another_repository_closes_b14() -> None:
    assert blocks(judged(changed(pull_request={"base_repository": 12}))) == {"wrong_repository"}
    assert opens(judged(changed(pull_request={"head_repository": 12})))


def test_a_login_is_a_number_once_it_is_known_b17() -> None:
    cyrillic, kelvin = "аda", "\N{KELVIN SIGN}ay"
    roles = {"domain_expert": {"users": [cyrillic]}, "ml_engineer": made.ROLES["ml_engineer"]}
    found = judged(changed(), roles)
    assert why_not(found, "ada") == {"no_role"}
    assert not opens(found)
    assert not opens(
        judged(changed(reviews=[review(1, "kay"), review(2, "grace")]), {**roles, "domain_expert": {"users": [kelvin]}})
    )
    assert opens(judged(changed(), {**roles, "domain_expert": {"users": ["ADA"]}}))


def test_who_took_a_login_over_is_somebody_else_b17() -> None:
    renamed = [review(1, "ada", author=account("ada-lovelace", made.IDS["ada"])), review(2, "grace")]
    assert opens(judged(changed(reviews=renamed)))
    taken = [review(1, "ada", author=account("ada", 99)), review(2, "grace")]
    document = changed(reviews=taken)
    document["permissions"].append({"login": "other", "id": 99, "permission": "admin"})
    document["memberships"].append({"team": "lab/engineers", "user": 99, "state": "none"})
    assert why_not(judged(document), "ada") == {"no_role"}
    assert not opens(judged(document))


@pytest.mark.parametrize(
    ("part", "reason"),
    [
        ({"draft": True}, "draft"),
        ({"state": "closed"}, "closed_unmerged"),
        ({"state": "reopened"}, "closed_unmerged"),
        ({"base": "develop"}, "wrong_base"),
    ],
)
def test_a_pull_request_that_cannot_be_promoted_closes_b19(part: dict[str, Any], reason: str) -> None:
    assert blocks(judged(changed(pull_request=part))) == {reason}
    assert opens(judged(changed(pull_request={"state": "closed", "merged": True})))


def test_an_approval_of_a_draft_does_not_count_b19() -> None:
    events = [event("convert_to_draft", "mallory", 0), event("ready_for_review", "mallory", 20)]
    found = judged(changed(events=events))
    assert why_not(found, "ada") == {"approved_as_draft"}
    later = [review(1, "ada", minute=21), review(2, "grace", minute=22)]
    assert opens(judged(changed(events=events, reviews=later)))


def test_an_approval_before_the_base_was_changed_does_not_count_b19() -> None:
    events = [event("base_ref_changed", "mallory", 1)]
    assert why_not(judged(changed(events=events)), "ada") == {"base_changed"}
    assert opens(judged(changed(events=events, reviews=[review(3, "ada"), review(2, "grace")])))


def test_a_role_holder_who_asks_for_changes_blocks_on_any_commit() -> None:
    for sha in (HEAD, OLD, None):
        objection = review(3, "joan", "CHANGES_REQUESTED", commit=sha)
        found = judged(changed(reviews=[review(1, "ada"), review(2, "grace"), objection]))
        assert [(each.reason, each.about) for each in found.blocked_by] == [("changes_requested", "joan")]
    without_role = review(3, "kay", "CHANGES_REQUESTED")
    assert opens(judged(changed(reviews=[review(1, "ada"), review(2, "grace"), without_role])))


def test_a_person_objects_with_every_account_b7() -> None:
    persons = {"Ada": ("ada", "kay"), "Grace": ("grace",)}
    objection = review(3, "kay", "CHANGES_REQUESTED")
    found = judged(changed(reviews=[review(1, "ada"), review(2, "grace"), objection]), persons=persons)
    assert blocks(found) == {"changes_requested"}


@pytest.mark.parametrize(
    ("part", "doubt"),
    [
        ({"reviews": [review(1, "ada", "APPROVED_WITH_LOVE")]}, "unknown_state"),
        ({"reviews": [review(1, "ada", "approved")]}, "unknown_state"),
        ({"reviews": [review(1, "ada", submitted_at=None)]}, "undated_review"),
        ({"reviews": [review(1, "nobody", "CHANGES_REQUESTED")]}, "reviewer_unknown"),
        ({"reviews": [review(1, "ada"), review(1, "ada", "COMMENTED")]}, "contradicting_reviews"),
        ({"permissions": permissions()[2:]}, "permission_unknown"),
        ({"permissions": permissions()[2:]}, "role_unresolved"),
        ({"memberships": []}, "membership_unknown"),
        ({"memberships": memberships("invited")[:-1]}, None),
    ],
)
def test_what_is_not_known_decides_nothing(part: dict[str, Any], doubt: str | None) -> None:
    found = judged(changed(**part))
    assert doubts(found) >= ({doubt} if doubt else set())
    assert opens(found) is (doubt is None)


def test_an_unknown_membership_of_who_objects_is_a_doubt() -> None:
    objection = [review(1, "ada"), review(2, "grace"), review(3, "joan", "CHANGES_REQUESTED")]
    assert doubts(judged(changed(reviews=objection, memberships=memberships("invited")))) == {"membership_unknown"}


def test_an_account_that_is_gone_approves_nothing() -> None:
    found = judged(changed(reviews=[review(1, "nobody"), review(2, "grace")]))
    assert not opens(found)
    assert [each.login for each in found.reviewers] == ["grace"]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda found: found.pop("events"),
        lambda found: found.update(extra=1),
        lambda found: found["pull_request"].update(head="A" * 40),
        lambda found: found["pull_request"].update(merged="false"),
        lambda found: found["reviews"][0].update(id="101"),
        lambda found: found["reviews"][0].update(submitted_at="yesterday"),
        lambda found: found.update(snapshot="other"),
    ],
)
def test_a_malformed_snapshot_is_refused(spoil: Any) -> None:
    document = made.approved()
    spoil(document)
    with pytest.raises(DataError, match="The snapshot of reviews is malformed"):
        judged(document)


def test_times_are_compared_as_they_are_written() -> None:
    assert at(5) < at(59) < at(60)
