"""What the check gives to Rego, and which roles it asks for."""

from __future__ import annotations

from typing import Any

import pytest
from tests.support import review_snapshots as made
from tests.support.driving import measured

from assay.canonical import canonical
from assay.checks.approvals import check as approvals
from assay.checks.approvals.counted_reviews import required_roles
from assay.dossier.check_context import MaterialContext
from assay.errors import AssayError, DataError
from assay.reviews.taken_reviews import TakenReviews

THIRD = {"users": ["kay"], "teams": []}


def taken(content: bytes | None, roles: dict[str, Any] | None = None, **more: Any) -> TakenReviews:
    return TakenReviews(roles=made.typed(made.ROLES if roles is None else roles), content=content, **more)


def context(reviews: TakenReviews) -> MaterialContext[TakenReviews]:
    return MaterialContext(task="regression", sets=(), material=reviews)


def facts_of(document: dict[str, Any] | None, spec: approvals.Spec | None = None, **more: Any) -> approvals.Facts:
    reviews = taken(None if document is None else canonical(document), **more)
    found = measured(approvals, spec or approvals.Spec(), context(reviews), {})
    assert isinstance(found, approvals.Facts)
    return found


def test_the_facts_of_an_approved_change() -> None:
    facts = facts_of(made.approved()).model_dump(mode="json", exclude_none=True)
    assert (facts["satisfied"], facts["blocked"], facts["doubtful"]) == (True, False, False)
    assert (facts["repository"], facts["pull_request"], facts["node"], facts["head"]) == (11, 7, "PR_70", made.HEAD)
    assert [each["person"] for each in facts["filled"]] == ["#2", "#3"]
    assert facts["unfilled"] == facts["blocked_by"] == facts["doubts"] == []
    assert approvals.OPTIONAL_BLOCK


def test_no_snapshot_is_no_measurement() -> None:
    with pytest.raises(DataError, match="the approvals are unknown"):
        facts_of(None)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"{}", r"malformed: \$: 'commits' is a required property"),
        (b"[]", r"malformed: \$: \[\] is not of type 'object'"),
        (b"null", r"malformed: \$: None is not of type 'object'"),
        (b"{ }", "not in canonical form"),
        (b"", "is not a page"),
    ],
)
def test_a_malformed_snapshot_is_no_measurement(content: bytes, told: str) -> None:
    with pytest.raises(AssayError, match=told):
        measured(approvals, approvals.Spec(), context(taken(content)), {})


@pytest.mark.parametrize(
    ("names", "required"),
    [
        (("domain_expert", "ml_engineer", "legal"), made.REQUIRED),
        (("domain_expert", "legal"), ("domain_expert", "legal")),
        (("ml_engineer",), ("ml_engineer",)),
        ((), ()),
    ],
)
def test_the_roles_that_must_approve(names: tuple[str, ...], required: tuple[str, ...]) -> None:
    roles = {name: made.ROLES.get(name, THIRD) for name in names}
    facts = facts_of(made.approved(), roles=roles)
    assert facts.required == required
    assert facts.satisfied is (required == made.REQUIRED)


def test_a_block_names_other_roles() -> None:
    roles = {**made.ROLES, "legal": THIRD}
    spec = approvals.Spec.model_validate({"roles": ["domain_expert", "ml_engineer", "legal"]})
    assert facts_of(made.approved(), spec, roles=roles).unfilled == ("legal",)
    reviews = [*made.approved()["reviews"], made.review(3, "kay")]
    assert facts_of(made.changed(reviews=reviews), spec, roles=roles).satisfied


@pytest.mark.parametrize(
    ("named", "of_stage", "required"),
    [
        (None, (), made.REQUIRED),
        (None, ("legal", "ml_engineer"), ("legal", "ml_engineer")),
        (["domain_expert"], ("legal",), ("domain_expert", "legal")),
        (["legal", "ml_engineer"], ("ml_engineer", "domain_expert"), ("legal", "ml_engineer", "domain_expert")),
        (["domain_expert", "legal"], (), ("domain_expert", "legal")),
        ([], (), ()),
    ],
)
def test_a_stage_asks_for_its_own_roles_too(
    named: list[str] | None, of_stage: tuple[str, ...], required: tuple[str, ...]
) -> None:
    spec = approvals.Spec.model_validate({} if named is None else {"roles": named})
    found = required_roles(spec, taken(None, {**made.ROLES, "legal": THIRD}, stage_roles=of_stage))
    assert found == required


def test_one_role_is_not_two_people_b6() -> None:
    spec = approvals.Spec.model_validate({"roles": ["ml_engineer"]})
    facts = facts_of(made.approved(), spec)
    assert facts.unfilled == ()
    assert not facts.satisfied


def test_the_block_says_who_is_who_b7_b8() -> None:
    one = approvals.Spec.model_validate({"people": {"Ada": ["ada", "grace"]}})
    assert not facts_of(made.approved(), one).satisfied
    robot = approvals.Spec.model_validate({"bots": ["grace"]})
    assert facts_of(made.approved(), robot).unfilled == ("ml_engineer",)
    signed = approvals.Spec.model_validate({"signed": True})
    assert facts_of(made.changed(commits=[made.commit(verified=False)]), signed).blocked
    assert not facts_of(made.approved(), signed).blocked


def test_a_role_that_does_not_exist_is_a_problem() -> None:
    spec = approvals.Spec.model_validate({"roles": ["domain_expert", "ml_enginer"]})
    assert list(approvals.problems(spec, context(taken(None)))) == [
        (("roles", 1), "the manifest's `roles` do not define `ml_enginer`.")
    ]
