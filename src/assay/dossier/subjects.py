"""What a decision is about: every input and result of a dossier, named by digest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from assay.canonical import canonical, digest
from assay.dossier.page_set import Dossier
from assay.dossier.pages import ManifestPage, Plan
from assay.dossier.plan_parts import PlannedInput
from assay.errors import PageError

APPROVED_ROLES = frozenset({"model", "predictions", "data", "profile", "environment", "code"})


@dataclass(frozen=True, kw_only=True, order=True)
class Subject:
    """One thing a statement is about; `digest` is `sha256:` and 64 lower-case hexadecimal digits."""

    name: str
    digest: str


def subjects(pages: Dossier) -> tuple[Subject, ...]:
    """The subjects of a decided dossier, sorted by name; raises PageError if a page is missing.

    They are the planned inputs (model, data sets, code, environment, predictions files, reviews),
    the bytes of the manifest that judged, the policy bundle, the evidence and the decision.
    """
    if pages.manifest is None or pages.plan is None or pages.evidence is None or pages.decision is None:
        raise PageError("The dossier is not complete: a page before the decision, or the decision, is missing.")
    results = (
        Subject(name="evidence", digest=pages.evidence.digest()),
        Subject(name="decision", digest=pages.decision.digest()),
    )
    return tuple(sorted((*_judged_by(pages.plan, pages.manifest), *_inputs(pages.plan.inputs), *results)))


def subject_set_digest(plan: Plan, manifest: ManifestPage) -> str:
    """What an approval is bound to: model, data, manifest, policy bundle and code (threats.md §3.7).

    The digest of the canonical JSON of sorted `[name, digest]` pairs. Names are in it, because two data sets
    that change places keep the same digests. Reviews are not in it, because they come after what they approve.
    """
    approved = [each for each in plan.inputs if each.role in APPROVED_ROLES]
    pairs = sorted((each.name, each.digest) for each in (*_judged_by(plan, manifest), *_inputs(approved)))
    return digest(canonical([list(pair) for pair in pairs]))


def _judged_by(plan: Plan, manifest: ManifestPage) -> tuple[Subject, ...]:
    return (
        Subject(name="manifest", digest=manifest.source),
        Subject(name="policies", digest=plan.bundle_digest),
    )


def _inputs(inputs: Iterable[PlannedInput]) -> tuple[Subject, ...]:
    return tuple(Subject(name=_name(each), digest=each.digest) for each in inputs)


def _name(planned: PlannedInput) -> str:
    """`model`, `code` and `reviews` are alone in their roles; others are `role/name`."""
    return planned.role if planned.name == planned.role else f"{planned.role}/{planned.name}"
