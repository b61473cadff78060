"""The changes that brought what judges: nothing is promoted by a manifest that let itself in, or that let go unseen."""

from __future__ import annotations

from collections.abc import Iterator

from assay.checks.approvals.counted_reviews import count_reviews
from assay.checks.approvals.spec import Spec
from assay.dossier.page_set import Dossier, manifest_of
from assay.dossier.pages import Plan
from assay.edges.git import commit_that_added, commits_touching, find_commit, read_at
from assay.edges.git_access import remote_addresses
from assay.edges.git_push import fetch_commit, is_ancestor
from assay.edges.store import DossierFolder
from assay.errors import AssayError, ManifestError
from assay.ledger.chain import Chain
from assay.ledger.promotion_page import PromotionError
from assay.manifest.parsing import read_manifest
from assay.reviews.taken_reviews import taken_reviews
from assay.steps.planning.check_contexts import planned_contexts
from assay.steps.planning.locking import ReadManifest, lock, read_checked
from assay.steps.planning.planned_inputs import Inputs

BY_TWO_PEOPLE = ("governance/first_manifest", "governance/two_people")
_HINT = (
    "Judge the change that brought it with the approvals of two people (`assay check --base <the commit before> "
    "--reviews FILE`), or set GITHUB_REPOSITORY and GITHUB_TOKEN so that its reviews are read."
)


def require_admitted(dossier: DossierFolder, pages: Dossier, commit: str, chain: Chain, remote: str) -> None:
    """Raises PromotionError for what judges if a change brought it that nothing judged and two people did not approve.

    A manifest of the repository's first commit needs nobody: nothing was there before it. What an earlier registration
    accepted is not asked about again. Where GitHub can be asked, each change since then that loosened the manifest, its
    policies or its keys needs the approval of two people, by the roles of the commit before it.
    """
    if pages.manifest is None or pages.plan is None or _approved_here(pages):
        return
    file = pages.manifest.file
    found = commit_that_added(dossier.root, commit, file)
    if found is None:
        raise PromotionError(f"The commit that brought `{file}` is not in this clone.", hint="Fetch the whole history.")
    added, parents = found
    accepted = _registered_since(dossier, added, commit, chain)
    if parents and accepted is None:
        told = f"The manifest `{file}` came with {added[:12]}, and nothing judged that change"
        _require_approval(dossier, added, added, pages, remote, told)
    from assay.edges.github.job_repository import job_client

    if job_client() is not None:
        for each in _loosening(dossier, pages, pages.plan, accepted or added, commit):
            told = f"The commit {each[:12]} loosened what judges"
            _require_approval(dossier, each, f"{each}^", pages, remote, told)


def _approved_here(pages: Dossier) -> bool:
    """Whether two people approved what is judged; the reviews are verified elsewhere."""
    rulings = pages.decision.rulings if pages.decision is not None else ()
    return any(each.policy in BY_TWO_PEOPLE and each.outcome == "pass" for each in rulings)


def _registered_since(dossier: DossierFolder, added: str, commit: str, chain: Chain) -> str | None:
    """The commit of the last registration with this manifest, or a later one of the same file, before the commit."""
    versions = [entry.commit for entry in chain.sound() if entry.event == "register"]
    return next(
        (
            each
            for each in reversed(versions)
            if is_ancestor(dossier.root, added, each) and is_ancestor(dossier.root, each, commit)
        ),
        None,
    )


def _loosening(dossier: DossierFolder, pages: Dossier, plan: Plan, start: str, end: str) -> Iterator[str]:
    """The commits after `start` whose manifest is looser than the one before, or that touched policies or keys."""
    assert pages.manifest is not None  # noqa: S101  # verified by the caller
    file, manifest = pages.manifest.file, manifest_of(pages.manifest)
    others = [each for each in (manifest.policies, manifest.trust) if each is not None]
    touched = set(commits_touching(dossier.root, start, end, others)) if others else set()
    for each in commits_touching(dossier.root, start, end, [file, *others]):
        if each in touched or _loosened(dossier, plan, file, each):
            yield each


def _loosened(dossier: DossierFolder, plan: Plan, file: str, commit: str) -> bool:
    """Whether a commit's manifest differs from the one before by more than tighter bars, added checks and texts."""
    before, after = (_read(dossier, each, file) for each in (f"{commit}^", commit))
    if before is None or after is None:
        return True
    columns = Inputs(plan.inputs, ()).columns()
    contexts = planned_contexts(before.manifest, columns=columns, as_of=plan.as_of, stage=plan.stage)
    try:
        _, changes = lock(before, after, contexts)
    except AssayError:
        return True
    return any(not (each.tightens or each.descriptive) for each in changes)


def _read(dossier: DossierFolder, revision: str, file: str) -> ReadManifest | None:
    """The manifest at a revision; None for one that is not valid."""
    content = read_at(dossier.root, find_commit(dossier.root, revision), file)
    try:
        document, manifest, problems = read_manifest(content or b"", file)
        found = read_checked(document, manifest, problems)
    except ManifestError:
        return None
    return None if problems else found


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
    judging = _read(dossier, judge, file)
    if judging is None:
        return "the manifest that names the people cannot be read"
    manifest = judging.manifest
    roles = {name: role.model_dump(mode="json") for name, role in manifest.roles.items()}
    snapshot = take_snapshot(client, find_merged(client, commit), roles)
    fetch_commit(dossier.root, remote, snapshot.pull_request.head)
    if read_at(dossier.root, snapshot.pull_request.head, file) != read_at(dossier.root, commit, file):
        return f"pull request #{snapshot.pull_request.number} approved another manifest"
    block = manifest.checks.get("approvals") or {}
    facts = count_reviews(Spec.model_validate(block), taken_reviews(manifest, pages.plan.stage, snapshot.content()))
    if facts.satisfied and not facts.blocked and not facts.doubtful:
        return None
    return f"pull request #{facts.pull_request} lacks the approval of two people"
