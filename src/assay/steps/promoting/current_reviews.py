"""The reviews that a decision relies on: read from GitHub before judging and again before the push, or signed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from assay.checks.approvals.counted_reviews import count_reviews
from assay.checks.approvals.facts import Facts
from assay.checks.approvals.spec import Spec
from assay.dossier.page_set import Dossier, manifest_of
from assay.edges.git_access import remote_addresses
from assay.edges.store import DossierFolder
from assay.ledger.promotion_page import PromotionError
from assay.manifest.document import Manifest
from assay.reviews.taken_reviews import TakenReviews, taken_reviews
from assay.steps.promoting.base_terms import BaseTerms

if TYPE_CHECKING:
    from assay.edges.github.client import Client
    from assay.reviews.snapshot import ReviewSnapshot

CHECK = "approvals"
_AGAIN = "Read them again (`assay approvals --commit HEAD --out FILE`) and judge with them."


@dataclass(frozen=True, kw_only=True)
class CurrentReviews:
    """The reviews as GitHub has them now; `client` is None if GitHub is not asked, `taken` if none are relied on."""

    client: Client | None = None
    taken: ReviewSnapshot | None = None
    roles: dict[str, dict[str, Any]] | None = None

    def require_unchanged(self) -> None:
        """Reads the reviews again; raises PromotionError if anything about them changed since the first reading."""
        if self.client is None or self.taken is None:
            return
        number = self.taken.pull_request.number
        if _without_time(_take(self.client, number, self.roles or {})) != _without_time(self.taken):
            raise PromotionError(
                f"The reviews of pull request #{number} changed while the promotion was verified.",
                hint="Nothing was written. See who reviewed what (`assay approvals`), and try again.",
            )


def read_current(dossier: DossierFolder, remote: str) -> CurrentReviews:
    """The reviews that the dossier's decision relies on, read from GitHub if the job's environment names it.

    Raises GitHubError if GitHub does not answer, or if the remote is another repository.
    """
    pages = dossier.pages()
    facts = reviewed(pages)
    if facts is None or pages.manifest is None:
        return CurrentReviews()
    from assay.edges.github.job_repository import job_client, require_same_repository

    client = job_client()
    if client is None:
        return CurrentReviews()
    require_same_repository(client, remote, remote_addresses(dossier.root, remote), dossier.root)
    roles = _roles(manifest_of(pages.manifest))
    return CurrentReviews(client=client, taken=_take(client, facts.pull_request, roles), roles=roles)


def require_current(current: CurrentReviews, pages: Dossier, terms: BaseTerms, signer: str | None) -> CurrentReviews:
    """The reviews with those of the base's roles; raises PromotionError unless the approvals are known to hold.

    They hold if GitHub shows them now, by the roles of the judging manifest and of the base; without GitHub, if a key
    that counts signed the decision, which names the file of reviews by its digest.
    """
    facts = reviewed(pages)
    if facts is None or pages.manifest is None or pages.plan is None:
        return current
    snapshot = current.taken
    if snapshot is None or current.client is None:
        if signer is None:
            raise PromotionError(
                "The decision relies on reviews that anybody could have written: no key that counts signed them, and "
                "GitHub was not asked.",
                hint="Set GITHUB_REPOSITORY and GITHUB_TOKEN so that they are read again, or have the workflow that "
                "judged sign the dossier.",
            )
        return current
    judging = manifest_of(pages.manifest)
    every = [judging, *([terms.manifest] if terms.manifest is not None and terms.manifest.roles else [])]
    roles = _together(map(_roles, every))
    if roles != current.roles:
        snapshot = _take(current.client, facts.pull_request, roles)
        current = replace(current, taken=snapshot, roles=roles)
    _require_same(snapshot, facts)
    spec = next((each.spec for each in pages.plan.checks if each.id == CHECK), None)
    for manifest in every:
        asked = _asked(manifest, judging, pages.plan.stage, snapshot)
        found = count_reviews(Spec.model_validate_json(_json(spec or {})), asked)
        if not found.satisfied or found.blocked or found.doubtful:
            raise PromotionError(
                f"Pull request #{snapshot.pull_request.number} is not approved on GitHub now: {_why(found)}.",
                hint="See who counts and who does not: `assay approvals --pull-request "
                f"{snapshot.pull_request.number} --stage {pages.plan.stage}`.",
            )
    return current


def reviewed(pages: Dossier) -> Facts | None:
    """The facts on approvals, if a policy of the plan sees them; None if nothing relies on reviews."""
    if pages.plan is None or pages.evidence is None:
        return None
    if not any(CHECK in (*policy.checks, *policy.consults) for policy in pages.plan.policies):
        return None
    measured = (each.facts for each in pages.evidence.measurements if each.check == CHECK and each.facts)
    facts = next(measured, None)
    return None if facts is None else Facts.model_validate_json(_json(facts))


def _require_same(snapshot: ReviewSnapshot, facts: Facts) -> None:
    pull = snapshot.pull_request
    if (snapshot.repository.id, pull.number, pull.node_id) != (facts.repository, facts.pull_request, facts.node):
        raise PromotionError(
            f"The decision relies on reviews of another repository than {snapshot.repository.name}.", hint=_AGAIN
        )
    if pull.head != facts.head:
        raise PromotionError(
            f"Pull request #{pull.number} is at {pull.head[:12]} now; the reviews that judged are of "
            f"{facts.head[:12]}.",
            hint=_AGAIN,
        )
    if not pull.merged:
        raise PromotionError(
            f"Pull request #{pull.number} is not merged, so what it approves cannot be promoted.",
            hint="Merge it first.",
        )


def _asked(manifest: Manifest, judging: Manifest, stage: str, snapshot: ReviewSnapshot) -> TakenReviews:
    """The reviews by a manifest's roles; a stage that one of the two manifests asks more of asks that."""
    asked = taken_reviews(manifest, stage, snapshot.content())
    return replace(asked, stage_roles=asked.stage_roles or taken_reviews(judging, stage).stage_roles)


def _why(found: Facts) -> str:
    reasons: list[tuple[str, str]] = [(each.about, each.reason) for each in found.blocked_by]
    reasons += [(each.about, each.reason) for each in found.doubts]
    blocked = [f"{about} ({reason.replace('_', ' ')})" for about, reason in reasons]
    return ", ".join([*(f"the role {role} is not filled" for role in found.unfilled), *blocked]) or "too few people"


def _take(client: Client, number: int, roles: dict[str, dict[str, Any]]) -> ReviewSnapshot:
    from assay.edges.github.review_reading import take_snapshot

    return take_snapshot(client, number, roles)


def _together(every: Iterable[dict[str, dict[str, Any]]]) -> dict[str, dict[str, Any]]:
    """All users and teams of some roles, so that one snapshot answers for each of them."""
    found: dict[str, dict[str, Any]] = {}
    for roles in every:
        for name, role in roles.items():
            known = found.setdefault(name, {"users": [], "teams": []})
            for key in known:
                known[key] += [each for each in role.get(key) or () if each not in known[key]]
    return found


def _roles(manifest: Manifest) -> dict[str, dict[str, Any]]:
    return {name: role.model_dump(mode="json") for name, role in manifest.roles.items()}


def _without_time(snapshot: ReviewSnapshot) -> ReviewSnapshot:
    return snapshot.model_copy(update={"taken_at": ""})


def _json(document: Any) -> bytes:
    from assay.canonical import canonical

    return canonical(document)
