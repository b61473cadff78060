"""Verifies the manifest page against the manifest file of the checkout, and of the base if a change was judged."""

from __future__ import annotations

import re

from assay.canonical import PREFIX, digest
from assay.dossier.at_base import of_base, plain
from assay.dossier.pages import ManifestPage, Plan
from assay.edges.files import read_beneath
from assay.edges.git import find_commit, read_at
from assay.edges.line_ends import ADVICE, differ_in_line_ends
from assay.edges.store import DossierFolder
from assay.errors import AssayError, DataError, ManifestError, PageError, Problem
from assay.manifest.document import Manifest
from assay.manifest.parsing import read_manifest
from assay.manifest.yaml_strict import MAX_BYTES
from assay.steps.planning.check_contexts import planned_contexts
from assay.steps.planning.locking import ReadManifest, lock, read_checked
from assay.steps.planning.planned_inputs import Inputs
from assay.steps.planning.pointers import digest_at
from assay.steps.verifying.verification_report import Verification

_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_HINT = "Check out what was judged, or run `assay check` again. To verify the dossier alone, move it to another folder."


def verify_manifest(dossier: DossierFolder, plan: Plan, page: ManifestPage) -> Verification:
    """A report on the manifest page; raises PageError if the files that are here differ."""
    path = dossier.root / page.file
    if not path.exists() and not path.is_symlink():
        return Verification(unknown=(f"whether the manifest page matches {page.file}: the file is not here",))
    content = read_beneath(dossier.root, page.file, limit=MAX_BYTES, error=PageError)
    if plan.changes is not None:
        return _verify_change(dossier, plan, page, content)
    _verify_source(content, page, "of this checkout")
    _verify_resolved(_read(content, page.file), page)
    return Verification(checked=(f"{page.file} of this checkout is the manifest that judged, and matches its page",))


def _verify_change(dossier: DossierFolder, plan: Plan, page: ManifestPage, content: bytes) -> Verification:
    """The report on a change: run.json names the base, and the digest of its manifest proves it."""
    commit, base = _base(dossier, page)
    if base is None:
        return Verification(unknown=(f"whether the base's {page.file} judged this change: {commit}",))
    where = f"at the base {commit[:12]}"
    _verify_source(base, page, where)
    before, head = _read(base, page.file), _read(content, page.file)
    columns = Inputs(plan.inputs, ()).columns()
    contexts = planned_contexts(before.manifest, columns=columns, as_of=plan.as_of, stage=plan.stage)
    judging, changes = lock(before, head, contexts)
    _verify_resolved(judging, page)
    unlisted = {each.path for each in changes} - {each.path for each in plan.changes or ()}
    if unlisted:
        raise PageError(f"The plan does not list all changes of this checkout; see {', '.join(sorted(unlisted))}.")
    _verify_base_data(dossier, plan, before.manifest, commit)
    return Verification(
        checked=(f"{page.file} {where} judged, with the bars that this checkout tightens; each change is listed",),
        unknown=(f"whether {commit[:12]} is the right base for this change",),
    )


def _verify_base_data(dossier: DossierFolder, plan: Plan, manifest: Manifest, commit: str) -> None:
    """Raises PageError if the plan names other content of the base's data than the base has."""
    sets = manifest.data.sets if manifest.data is not None else {}
    for each in of_base(plan.inputs):
        named = sets.get(plain(each.name))
        path = None if named is None else named.path or named.profile
        if named is None or path is None:
            raise PageError(f"The base has no data set `{plain(each.name)}`, but the plan has its content there.")
        try:
            found = digest_at(dossier.root, commit, each.model_copy(update={"path": path}), named.dvc)
        except DataError:  # a pointer of DVC, and the file that it would be compared with is not here
            continue
        if found.startswith(PREFIX) and found != each.digest:
            raise PageError(f"The base's `{path}` is {found}, but the plan names {each.digest}.", hint=_HINT)


def _base(dossier: DossierFolder, page: ManifestPage) -> tuple[str, bytes | None]:
    """The base's commit and its manifest, or why there is none."""
    recorded = dossier.recorded().get("plan")
    commit = recorded.get("judged_by") if isinstance(recorded, dict) else None
    if not isinstance(commit, str) or not _COMMIT.fullmatch(commit):
        return "run.json does not name the commit", None
    try:
        return commit, read_at(dossier.root, find_commit(dossier.root, commit), page.file) or b""
    except AssayError as error:
        return str(error), None


def _read(content: bytes, file: str) -> ReadManifest:
    problems: list[Problem] = []
    try:
        document, manifest, problems = read_manifest(content, file)
        found = read_checked(document, manifest, problems)
    except ManifestError as error:
        raise PageError(f"{file} cannot be read: {error}", hint=_HINT) from error
    if problems:
        raise PageError(f"{file} cannot be read: {problems[0]}", hint=_HINT)
    return found


def _verify_source(content: bytes, page: ManifestPage, where: str) -> None:
    if digest(content) != page.source:
        raise PageError(
            f"{page.file} {where} is not the manifest that judged: its digest is {digest(content)}, but the page names "
            f"{page.source}.",
            hint=ADVICE.strip() if differ_in_line_ends(content, page.source) else _HINT,
        )


def _verify_resolved(found: ReadManifest, page: ManifestPage) -> None:
    if found.manifest.model_dump(mode="json", exclude_none=True) != page.manifest:
        raise PageError(
            f"manifest.json does not match {page.file}: somebody changed it, or another version of Assay wrote it.",
            hint=_HINT,
        )
