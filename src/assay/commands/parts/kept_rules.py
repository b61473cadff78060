"""What rulesets and the classic protection together demand of changes to the default branch."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from assay.edges.github.settings import RepositorySettings


@dataclass(frozen=True, kw_only=True)
class KeptRules:
    """The rules that hold on a branch."""

    branch: str
    contexts: frozenset[str] = frozenset()
    up_to_date: bool = False
    approvals: int = 0
    dismisses_stale: bool = False
    asks_owners: bool = False
    no_force_push: bool = False
    no_deletion: bool = False

    def joined(self, other: KeptRules) -> KeptRules:
        """Both together: what either demands is demanded."""
        return KeptRules(
            branch=self.branch,
            contexts=self.contexts | other.contexts,
            up_to_date=self.up_to_date or other.up_to_date,
            approvals=max(self.approvals, other.approvals),
            dismisses_stale=self.dismisses_stale or other.dismisses_stale,
            asks_owners=self.asks_owners or other.asks_owners,
            no_force_push=self.no_force_push or other.no_force_push,
            no_deletion=self.no_deletion or other.no_deletion,
        )


def kept_rules(settings: RepositorySettings, enough: Callable[[KeptRules], bool]) -> KeptRules:
    """The rules on the default branch; raises GitHubError if rulesets are not enough and the rest may not be read.

    Every token may read the rulesets that are active, only an administrator's the classic protection.
    """
    branch = str(settings.repository()["default_branch"])
    found = _of_rulesets(branch, settings.branch_rules(branch))
    if enough(found):
        return found
    protection = settings.branch_protection(branch)
    return found if protection is None else found.joined(_of_protection(branch, protection))


def _of_rulesets(branch: str, rules: Iterable[dict[str, Any]]) -> KeptRules:
    listed = [(str(each["type"]), each.get("parameters") or {}) for each in rules]
    kinds = {kind for kind, _ in listed}
    reviews = [given for kind, given in listed if kind == "pull_request"]
    statuses = [given for kind, given in listed if kind == "required_status_checks"]
    return KeptRules(
        branch=branch,
        contexts=frozenset(str(one["context"]) for each in statuses for one in each["required_status_checks"]),
        up_to_date=any(each["strict_required_status_checks_policy"] is True for each in statuses),
        approvals=max((int(each["required_approving_review_count"]) for each in reviews), default=0),
        dismisses_stale=any(each["dismiss_stale_reviews_on_push"] is True for each in reviews),
        asks_owners=any(each["require_code_owner_review"] is True for each in reviews),
        no_force_push="non_fast_forward" in kinds,
        no_deletion="deletion" in kinds,
    )


def _of_protection(branch: str, given: dict[str, Any]) -> KeptRules:
    reviews, statuses = given.get("required_pull_request_reviews") or {}, given.get("required_status_checks") or {}
    checks = [str(each["context"]) for each in statuses.get("checks") or ()]
    return KeptRules(
        branch=branch,
        contexts=frozenset([*checks, *map(str, statuses.get("contexts") or ())]),
        up_to_date=statuses.get("strict") is True,
        approvals=int(reviews.get("required_approving_review_count", 0)),
        dismisses_stale=reviews.get("dismiss_stale_reviews") is True,
        asks_owners=reviews.get("require_code_owner_reviews") is True,
        no_force_push=(given.get("allow_force_pushes") or {}).get("enabled") is False,
        no_deletion=(given.get("allow_deletions") or {}).get("enabled") is False,
    )
