"""The changes that brought what judges: nothing is promoted by a manifest that let itself in, or that let go unseen."""

from __future__ import annotations

from assay.checks.approvals.counted_reviews import count_reviews
from assay.checks.approvals.spec import Spec
from assay.dossier.page_set import Dossier
from assay.edges.git import commit_that_added, object_at, read_at
from assay.edges.git_access import remote_addresses
from assay.edges.git_push import fetch_commit, is_ancestor
from assay.edges.store import DossierFolder
from assay.errors import AssayError
from assay.ledger.chain import Chain
from assay.ledger.entry import Entry
from assay.ledger.promotion_page import PromotionError
from assay.reviews.taken_reviews import taken_reviews
from assay.steps.promoting.loosened_since import (
    JudgedWith,
    loosening_commits,
    other_paths,
    read_judging,
    require_unloosened,
)

BY_TWO_PEOPLE = ("governance/first_manifest", "governance/two_people")
_HINT = (
    "Judge the change that brought it with the approvals of two people (`assay check --base <the commit before> "
    "--reviews FILE`), or set GITHUB_REPOSITORY and GITHUB_TOKEN so that its reviews are read."
)


def require_admitted(dossier: DossierFolder, pages: Dossier, commit: str, chain: Chain, remote: str) -> None:
    """Raises PromotionError for what judges if a change brought it that nothing judged and two people did not approve.

    A manifest of the repository's first commit needs nobody: nothing was there before it. What an earlier registration
    accepted is not asked about again. Where GitHub can be asked, each change since then that loosened the manifest, its
    policies, its keys or its evaluation data needs the approval of two people, by the roles of the commit before it.
    Elsewhere, what judges is compared with what judged the last version.
    """
    if pages.manifest is None or pages.plan is None:
        return
    from assay.edges.github.job_repository import job_client

    judged = JudgedWith(dossier=dossier, page=pages.manifest, plan=pages.plan)
    file = pages.manifest.file
    asked = job_client() is not None
    if asked and _approved_here(pages):
        return
    found = commit_that_added(dossier.root, commit, file)
    if found is None:
        raise PromotionError(f"The commit that brought `{file}` is not in this clone.", hint="Fetch the whole history.")
    added, parents = found
    accepted = _registered_since(dossier, added, commit, chain)
    if not asked and accepted is not None:
        require_unloosened(judged, pages, accepted, commit)
    if parents and accepted is None and not _approved_here(pages):
        told = f"The manifest `{file}` came with {added[:12]}, and nothing judged that change"
        _require_approval(dossier, added, added, pages, remote, told)
    if asked:
        for each in loosening_commits(judged, added if accepted is None else accepted.commit, commit):
            told = f"The commit {each[:12]} loosened what judges"
            _require_approval(dossier, each, f"{each}^", pages, remote, told)


def _approved_here(pages: Dossier) -> bool:
    """Whether two people approved what is judged; the reviews are verified elsewhere."""
    rulings = pages.decision.rulings if pages.decision is not None else ()
    return any(each.policy in BY_TWO_PEOPLE and each.outcome == "pass" for each in rulings)


def _registered_since(dossier: DossierFolder, added: str, commit: str, chain: Chain) -> Entry | None:
    """The last registration with this manifest, or a later one of the same file, before the commit."""
    versions = [entry for entry in chain.sound() if entry.event == "register"]
    return next(
        (
            each
            for each in reversed(versions)
            if is_ancestor(dossier.root, added, each.commit) and is_ancestor(dossier.root, each.commit, commit)
        ),
        None,
    )


def _require_approval(dossier: DossierFolder, commit: str, judge: str, pages: Dossier, remote: str, told: str) -> None:
    """Raises PromotionError unless two people approved the pull request of a commit, by the roles of the judge."""
    try:
        reason = _refusal_on_github(dossier, commit, judge, pages, remote)
    except AssayError as error:
        raise PromotionError(f"{told}: its reviews cannot be read. {error}", hint=error.hint or _HINT) from error
    if reason is not None:
        raise PromotionError(f"{told}: {reason}.", hint=_HINT)


def _refusal_on_github(dossier: DossierFolder, commit: str, judge: str, pages: Dossier, remote: str) -> str | None:
    """Why two people did not approve the pull request that brought a manifest; None if they did."""
    from assay.edges.github.job_repository import job_client, require_same_repository
    from assay.edges.github.merged import find_merged
    from assay.edges.github.review_reading import take_snapshot

    client = job_client()
    if client is None or pages.plan is None or pages.manifest is None:
        return "two people must have approved it, and GitHub was not asked"
    require_same_repository(client, remote, remote_addresses(dossier.root, remote), dossier.root)
    file = pages.manifest.file
    judged = JudgedWith(dossier=dossier, page=pages.manifest, plan=pages.plan)
    judging = read_judging(judged, judge)
    if judging is None:
        return "the manifest that names the people cannot be read"
    manifest = judging.manifest
    roles = {name: role.model_dump(mode="json") for name, role in manifest.roles.items()}
    snapshot = take_snapshot(client, find_merged(client, commit), roles)
    fetch_commit(dossier.root, remote, snapshot.pull_request.head)
    if read_at(dossier.root, snapshot.pull_request.head, file) != read_at(dossier.root, commit, file):
        return f"pull request #{snapshot.pull_request.number} approved another manifest"
    for path in other_paths(judged):
        was, held, seen = (
            object_at(dossier.root, each, path) for each in (f"{commit}^", commit, snapshot.pull_request.head)
        )
        if was != held != seen:
            return f"pull request #{snapshot.pull_request.number} approved other content of `{path}`"
    block = manifest.checks.get("approvals") or {}
    facts = count_reviews(Spec.model_validate(block), taken_reviews(manifest, pages.plan.stage, snapshot.content()))
    if facts.satisfied and not facts.blocked and not facts.doubtful:
        return None
    return f"pull request #{facts.pull_request} lacks the approval of two people"
