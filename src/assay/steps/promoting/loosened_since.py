"""What judges now beside what judged the last version of a model: what was loosened since, and who approved it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from assay.canonical import digest
from assay.checks.approvals.counted_reviews import count_reviews
from assay.checks.approvals.facts import Facts
from assay.checks.approvals.spec import Spec
from assay.dossier.at_base import of_change
from assay.dossier.check_context import CheckContexts
from assay.dossier.page_set import Dossier, manifest_of
from assay.dossier.pages import ManifestPage, Plan
from assay.dossier.plan_parts import ManifestChange, PlannedInput
from assay.edges.files import read_beneath
from assay.edges.git import commits_touching, find_commit, list_at, object_at, read_at
from assay.edges.store import DossierFolder
from assay.errors import AssayError, EvaluationError, ManifestError
from assay.ledger.entry import Entry
from assay.ledger.promotion_page import PromotionError
from assay.manifest.document import Manifest
from assay.manifest.parsing import read_manifest
from assay.manifest.yaml_strict import MAX_BYTES, Document
from assay.reviews.snapshot import MAX_SNAPSHOT_BYTES
from assay.reviews.taken_reviews import taken_reviews
from assay.steps.planning.blocks import read_blocks
from assay.steps.planning.check_contexts import planned_contexts
from assay.steps.planning.judging_contents import evaluated_sets, key_files
from assay.steps.planning.locking import ReadManifest, lock, read_checked
from assay.steps.planning.planned_inputs import Inputs
from assay.steps.planning.pointers import digest_at, read_bounded
from assay.steps.promoting.current_reviews import reviewed

_SHOWN = 3
_STAGE = re.compile(r"stages\.([a-z0-9-]+)\.(signed|approvals)")
_HINT = (
    "Undo it, or judge with the reviews of two people who approve what is promoted (`assay check --reviews FILE`), at "
    "a stage that names `approvals`; or set GITHUB_REPOSITORY and GITHUB_TOKEN, so that the reviews of each change are "
    "read."
)


@dataclass(frozen=True, kw_only=True)
class JudgedWith:
    """The dossier's manifest page and plan: what judges at the promoted commit."""

    dossier: DossierFolder
    page: ManifestPage
    plan: Plan


def require_unloosened(judged: JudgedWith, pages: Dossier, version: Entry, commit: str) -> None:
    """Raises PromotionError if what judges is looser than at a model's last version, unless two people approved it.

    It compares manifest, evaluation data, policies and keys as they are; what was loosened and undone in between counts
    for nothing, and neither does what only asks for more. The people are those of the last version's manifest, and what
    they approved is what is promoted. The reviews are verified elsewhere.
    """
    before = read_judging(judged, version.commit)
    loosened = ["the manifest, which could not be read there"]
    if before is not None:
        loosened = list(_loosened(judged, before, version.commit, commit))
        if not loosened or _approved(judged, pages, before.manifest):
            return
    named = ", ".join(f"`{each}`" if " " not in each else each for each in loosened[:_SHOWN])
    more = f" and {len(loosened) - _SHOWN} more" if len(loosened) > _SHOWN else ""
    where = [each[:12] for each in loosening_commits(judged, version.commit, commit)]
    at = f" (see {', '.join(where[:_SHOWN])})" if where else ""
    raise PromotionError(
        f"Since {version.tag}, what judges was loosened: {named}{more}{at}, and nobody is known to have approved it.",
        hint=_HINT,
    )


def loosening_commits(judged: JudgedWith, start: str, end: str) -> Iterator[str]:
    """The commits after `start` with a looser manifest than the one before, or that touched data, policies or keys."""
    others = other_paths(judged)
    root, file = judged.dossier.root, judged.page.file
    touched = set(commits_touching(root, start, end, others)) if others else set()
    for each in commits_touching(root, start, end, [file, *others]):
        if each in touched or _is_looser(judged, each):
            yield each


def other_paths(judged: JudgedWith) -> list[str]:
    """The paths that judge besides the manifest: policies, keys, evaluation data and their DVC pointers."""
    manifest = manifest_of(judged.page)
    found = [each for each in (manifest.policies, manifest.trust) if each is not None]
    blocks, _ = read_blocks(judged.page.manifest.get("checks"), Document(judged.page.file, judged.page.manifest))
    for name in sorted(evaluated_sets(blocks, _contexts(judged, manifest))):
        data_set = manifest.data.sets.get(name) if manifest.data is not None else None
        path = None if data_set is None else data_set.path or data_set.profile
        if data_set is not None and path is not None and "://" not in path:
            found += [path, data_set.dvc or f"{path}.dvc"]
    return found


def read_judging(judged: JudgedWith, revision: str) -> ReadManifest | None:
    """The manifest at a revision; None for one that is not valid."""
    file = judged.page.file
    try:
        content = read_at(judged.dossier.root, find_commit(judged.dossier.root, revision), file)
        document, manifest, problems = read_manifest(content or b"", file)
        found = read_checked(document, manifest, problems)
    except ManifestError:
        return None
    return None if problems else found


def _contexts(judged: JudgedWith, manifest: Manifest) -> CheckContexts:
    columns = Inputs(judged.plan.inputs, ()).columns()
    return planned_contexts(manifest, columns=columns, as_of=judged.plan.as_of, stage=judged.plan.stage)


def _is_looser(judged: JudgedWith, commit: str) -> bool:
    """Whether a commit's manifest differs from the one before by more than tighter bars, added checks and texts."""
    before, after = (read_judging(judged, each) for each in (f"{commit}^", commit))
    try:
        return before is None or after is None or any(_differences(judged, before, after))
    except AssayError:
        return True


def _differences(judged: JudgedWith, before: ReadManifest, after: ReadManifest) -> Iterator[ManifestChange]:
    """The differences that loosen; raises AssayError for manifests that cannot be compared."""
    _, changes = lock(before, after, _contexts(judged, before.manifest))
    yield from (each for each in changes if not (each.tightens or each.descriptive))


def _loosened(judged: JudgedWith, before: ReadManifest, version: str, commit: str) -> Iterator[str]:
    """What was loosened between two commits, by its path."""
    after = read_judging(judged, commit)
    try:
        if after is None:
            raise EvaluationError("The manifest is not valid.")
        changes = list(_differences(judged, before, after))
    except AssayError:
        yield f"the manifest at {commit[:12]}, which cannot be compared"
        return
    yield from (each.path for each in changes if not _asks_more(each, before.manifest, after.manifest))
    root = judged.dossier.root
    for path in sorted({*_files_of(root, version, before.manifest), *_files_of(root, commit, before.manifest)}):
        if object_at(root, version, path) != object_at(root, commit, path):
            yield path
    evaluated = evaluated_sets(before.blocks, _contexts(judged, before.manifest))
    for each in of_change(judged.plan.inputs):
        if each.role in ("data", "profile") and each.name in evaluated and not _is_as_it_was(judged, each, version):
            yield f"data.sets.{each.name}.content"


def _asks_more(change: ManifestChange, before: Manifest, after: Manifest) -> bool:
    """Whether a difference only asks for more than before: people, keys or signatures where there were none."""
    if change.path == "trust":
        return before.trust is None
    if change.path.startswith("roles."):
        return not before.roles
    place = _STAGE.fullmatch(change.path)
    if place is None:
        return False
    old, new = (each.stage_graph().get(place[1]) for each in (before, after))
    if old is None or new is None:
        return False
    return new.signed if place[2] == "signed" else set(old.approvals) <= set(new.approvals)


def _files_of(root: Path, commit: str, manifest: Manifest) -> Iterator[str]:
    """The policies and the keys of a manifest, as they are at a commit; tests of policies do not count."""
    if manifest.policies is not None:
        yield from (each for each in list_at(root, commit, manifest.policies) if not each.endswith("_test.rego"))
    if manifest.trust is not None:
        yield manifest.trust
        yield from key_files(read_bounded(root, commit, manifest.trust, MAX_BYTES), manifest.trust)


def _is_as_it_was(judged: JudgedWith, planned: PlannedInput, version: str) -> bool:
    data = manifest_of(judged.page).data
    pointer = data.sets[planned.name].dvc if data is not None and planned.name in data.sets else None
    try:
        return digest_at(judged.dossier.root, version, planned, pointer) == planned.digest
    except AssayError:
        return False


def _approved(judged: JudgedWith, pages: Dossier, before: Manifest) -> bool:
    """Whether two people approved what is promoted, by the roles of the manifest before."""
    now = manifest_of(judged.page)
    same = now.roles == before.roles and now.checks.get("approvals") == before.checks.get("approvals")
    facts = reviewed(pages) if same else _counted(judged, before)
    return facts is not None and facts.satisfied and not facts.blocked and not facts.doubtful


def _counted(judged: JudgedWith, manifest: Manifest) -> Facts | None:
    """The approvals by the rules of another manifest; None if the reviews are not here as they were planned."""
    planned = next((each for each in judged.plan.inputs if each.role == "reviews"), None)
    if planned is None:
        return None
    try:
        content = read_beneath(judged.dossier.root, planned.path, limit=MAX_SNAPSHOT_BYTES)
        if digest(content) != planned.digest:
            return None
        spec = Spec.model_validate(manifest.checks.get("approvals") or {})
        return count_reviews(spec, taken_reviews(manifest, judged.plan.stage, content))
    except (AssayError, ValueError):
        return None
