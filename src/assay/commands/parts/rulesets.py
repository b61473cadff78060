"""Rulesets in the form that GitHub imports, and what a ruleset that is there covers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from assay.errors import UsageError

ACTORS = ("Integration", "Team", "RepositoryRole", "User", "DeployKey", "OrganizationAdmin")
NUMBERLESS = ("DeployKey", "OrganizationAdmin")
TAGS = ("refs/tags/**/*@v*", "refs/tags/**/*#*")
KEPT = ("deletion", "update", "non_fast_forward")


def branch_ruleset(contexts: Sequence[str], *, approvals: int, app: int | None) -> dict[str, Any]:
    """Rules for the default branch: reviewed pull requests, the required statuses, and a history that only grows."""
    tied = {} if app is None else {"integration_id": app}
    reviews = {
        "required_approving_review_count": approvals,
        "dismiss_stale_reviews_on_push": True,
        "require_code_owner_review": True,
        "require_last_push_approval": True,
        "required_review_thread_resolution": False,
    }
    statuses = {
        "required_status_checks": [{"context": each, **tied} for each in contexts],
        "strict_required_status_checks_policy": True,
    }
    rules: list[dict[str, Any]] = [
        {"type": "deletion"},
        {"type": "non_fast_forward"},
        {"type": "pull_request", "parameters": reviews},
        {"type": "required_status_checks", "parameters": statuses},
    ]
    return _ruleset("assay: default branch", "branch", ["~DEFAULT_BRANCH"], rules, [])


def tag_ruleset() -> dict[str, Any]:
    """Rules for the tags of versions and promotions: nobody moves or deletes one."""
    return _ruleset("assay: tags stay", "tag", list(TAGS), [{"type": each} for each in KEPT], [])


def creation_ruleset(creators: Sequence[str]) -> dict[str, Any]:
    """Only these actors create such tags; a ruleset of its own, because who bypasses one bypasses all its rules."""
    rules = [{"type": "creation"}]
    return _ruleset("assay: who tags", "tag", list(TAGS), rules, [bypass_actor(each) for each in creators])


def bypass_actor(text: str) -> dict[str, Any]:
    """`Integration:123456`, `Team:42`, `DeployKey` …; raises UsageError for anything else."""
    kind, _, number = text.partition(":")
    fits = number == "" if kind in NUMBERLESS else number.isascii() and number.isdigit() and len(number) < 16  # noqa: PLR2004
    if kind not in ACTORS or not fits:
        hint = f"Write KIND:NUMBER, where KIND is one of {', '.join(ACTORS[:4])}; or {' or '.join(NUMBERLESS)} alone."
        raise UsageError(f"`{text[:80]}` is no actor that GitHub knows.", hint=hint)
    number_or_none = int(number) if number else 1 if kind == "OrganizationAdmin" else None
    return {"actor_id": number_or_none, "actor_type": kind, "bypass_mode": "always"}


def covers(ruleset: dict[str, Any], ref: str) -> bool:
    """Whether a ruleset's conditions include a ref, such as `refs/tags/model@v1.0.0`, as GitHub matches them."""
    named = (ruleset.get("conditions") or {}).get("ref_name") or {}
    included, excluded = named.get("include") or (), named.get("exclude") or ()
    return any(_matches(each, ref) for each in included) and not any(_matches(each, ref) for each in excluded)


def _matches(pattern: str, ref: str) -> bool:
    """A pattern of GitHub (`fnmatch` with FNM_PATHNAME): `*` stays within a part of the path, `**/` spans parts."""
    if pattern == "~ALL":
        return True
    parts = re.split(r"(\*\*/|\*|\?)", pattern)
    spelled = {"**/": "(?:[^/]+/)*", "*": "[^/]*", "?": "[^/]"}
    return re.fullmatch("".join(spelled.get(each, re.escape(each)) for each in parts), ref) is not None


def _ruleset(
    name: str, target: str, included: list[str], rules: list[dict[str, Any]], bypassing: list[dict[str, Any]]
) -> dict[str, Any]:
    return {
        "name": name,
        "target": target,
        "enforcement": "active",
        "conditions": {"ref_name": {"include": included, "exclude": []}},
        "rules": rules,
        "bypass_actors": bypassing,
    }
