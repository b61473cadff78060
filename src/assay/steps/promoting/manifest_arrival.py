"""The change that brought the manifest: nothing is promoted by a manifest that let itself in."""

from __future__ import annotations

from assay.checks.approvals.counted_reviews import count_reviews
from assay.checks.approvals.spec import Spec
from assay.dossier.page_set import Dossier
from assay.edges.git import commit_that_added, read_at
from assay.edges.git_access import remote_addresses
from assay.edges.git_push import fetch_commit, is_ancestor
from assay.edges.store import DossierFolder
from assay.errors import AssayError
from assay.ledger.chain import Chain
from assay.ledger.promotion_page import PromotionError
from assay.manifest.parsing import read_manifest
from assay.reviews.taken_reviews import taken_reviews

BY_TWO_PEOPLE = ("governance/first_manifest", "governance/two_people")
_HINT = (
    "Judge the change that brought it with the approvals of two people (`assay check --base <the commit before> "
    "--reviews FILE`), or set GITHUB_REPOSITORY and GITHUB_TOKEN so that its reviews are read."
)


def require_admitted(dossier: DossierFolder, pages: Dossier, commit: str, chain: Chain, remote: str) -> None:
    """Raises PromotionError for a manifest that no earlier one judged and that two people did not approve.

    A manifest of the repository's first commit needs nobody: nothing was there before it. One that an earlier
    registration accepted is not asked about again.
    """
    if pages.manifest is None or _approved_here(pages):
        return
    file = pages.manifest.file
    found = commit_that_added(dossier.root, commit, file)
    if found is None:
        raise PromotionError(f"The commit that brought `{file}` is not in this clone.", hint="Fetch the whole history.")
    added, parents = found
    if not parents or _registered_since(dossier, added, commit, chain):
        return
    told = f"The manifest `{file}` came with {added[:12]}, and nothing judged that change"
    try:
        reason = _refusal_on_github(dossier, added, file, pages, remote)
    except AssayError as error:
        raise PromotionError(f"{told}: its reviews cannot be read. {error}", hint=error.hint or _HINT) from error
    if reason is not None:
        raise PromotionError(f"{told}: {reason}.", hint=_HINT)


def _approved_here(pages: Dossier) -> bool:
    """Whether two people approved what is judged; the reviews are verified elsewhere."""
    rulings = pages.decision.rulings if pages.decision is not None else ()
    return any(each.policy in BY_TWO_PEOPLE and each.outcome == "pass" for each in rulings)


def _registered_since(dossier: DossierFolder, added: str, commit: str, chain: Chain) -> bool:
    """Whether a version with this manifest, or a later one of the same file, is registered before the commit."""
    versions = (entry.commit for entry in chain.sound() if entry.event == "register")
    return any(
        is_ancestor(dossier.root, added, each) and is_ancestor(dossier.root, each, commit)
        for each in dict.fromkeys(versions)
    )


def _refusal_on_github(dossier: DossierFolder, added: str, file: str, pages: Dossier, remote: str) -> str | None:
    """Why two people did not approve the pull request that brought the manifest; None if they did."""
    from assay.edges.github.job_repository import job_client, require_same_repository
    from assay.edges.github.merged import find_merged
    from assay.edges.github.review_reading import take_snapshot

    client = job_client()
    if client is None or pages.plan is None:
        return "two people must have approved it, and GitHub was not asked"
    require_same_repository(client, remote, remote_addresses(dossier.root, remote), dossier.root)
    brought = read_at(dossier.root, added, file) or b""
    _, manifest, problems = read_manifest(brought, file)
    if manifest is None or problems:
        return "its manifest cannot be read"
    roles = {name: role.model_dump(mode="json") for name, role in manifest.roles.items()}
    snapshot = take_snapshot(client, find_merged(client, added), roles)
    fetch_commit(dossier.root, remote, snapshot.pull_request.head)
    if read_at(dossier.root, snapshot.pull_request.head, file) != brought:
        return f"pull request #{snapshot.pull_request.number} approved another manifest"
    block = manifest.checks.get("approvals") or {}
    facts = count_reviews(Spec.model_validate(block), taken_reviews(manifest, pages.plan.stage, snapshot.content()))
    if facts.satisfied and not facts.blocked and not facts.doubtful:
        return None
    return f"pull request #{facts.pull_request} lacks the approval of two people"
