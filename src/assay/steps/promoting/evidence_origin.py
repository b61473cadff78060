"""Where the evidence of a promotion comes from: it is measured again, or a key that counts signed it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from assay.canonical import canonical
from assay.dossier.page_set import Dossier, manifest_of
from assay.dossier.pages import Evidence, ManifestPage, Plan
from assay.edges.store import DossierFolder
from assay.errors import DataError, PageError
from assay.ledger.promotion_page import PromotionError
from assay.manifest.yaml_strict import Document
from assay.steps.collecting.evidence import measure_plan
from assay.steps.planning.base_content import read_base_data
from assay.steps.planning.planned_inputs import find_inputs
from assay.steps.predicting.given_answers import verify_given_answers
from assay.steps.predicting.whose_answers import are_given
from assay.steps.promoting.answers_origin import establish_answers
from assay.steps.promoting.inputs_at_hand import find_planned

MEASURED = "measured again"
JUDGE_ANEW = "Nothing was written. Judge again what is to be promoted: `assay check`."
_SHOWN = 3


@dataclass(frozen=True, kw_only=True)
class Origin:
    """How the evidence is known, and how the model's answers are; None if the stage asks the model nothing."""

    evidence: str
    answers: str | None


def establish_origin(dossier: DossierFolder, pages: Dossier, commit: str, signer: str | None) -> Origin:
    """How the evidence is known: `measured again`, or `signed by <key>` if an input is not here; and the answers.

    `signer` is the key that counts and signed the dossier, None if there is none. Raises PromotionError if the
    evidence, measured again, or the model, asked again, says something else, or if neither can be made nor believed.
    """
    plan, manifest = pages.plan, pages.manifest
    if plan is None or manifest is None or pages.predictions is None or pages.evidence is None:
        raise PageError("The dossier is not complete.")
    with find_planned(dossier, manifest, plan, commit) as found:
        if not found.lacks:
            here = DossierFolder(dossier.folder, found.root)
            _measure(here, pages, manifest, plan)
            return Origin(evidence=MEASURED, answers=establish_answers(here, pages, signer))
    if signer is None:
        raise PromotionError(
            f"The evidence cannot be measured again, because {' and '.join(found.lacks[:_SHOWN])} "
            f"{'is' if len(found.lacks) == 1 else 'are'} not here, and no key that counts signed it.",
            hint="Fetch what is missing, or give the signer's public key with --key, or name a trust file in the "
            "manifest (`trust`).",
        )
    vouched = f"signed by {signer}"
    return Origin(evidence=vouched, answers=vouched if plan.recipes else None)


def _measure(dossier: DossierFolder, pages: Dossier, page: ManifestPage, plan: Plan) -> None:
    """Raises PromotionError unless plan, answers and evidence follow from the inputs beneath the dossier's root."""
    assert pages.predictions is not None  # noqa: S101  # verified by the caller
    assert pages.evidence is not None  # noqa: S101
    manifest = manifest_of(page)
    try:
        _require_inputs(dossier, page, plan)
        if are_given(manifest):
            verify_given_answers(dossier.root, dossier.folder, page, plan, pages.predictions)
        again = measure_plan(dossier, page, plan, pages.predictions)
    except (DataError, PageError) as error:
        raise PromotionError(str(error), hint=JUDGE_ANEW) from error
    if again.digest() != pages.evidence.digest():
        raise PromotionError(
            f"The evidence is not what is measured again: {describe_difference(pages.evidence, again)}.",
            hint=JUDGE_ANEW,
        )


def _require_inputs(dossier: DossierFolder, page: ManifestPage, plan: Plan) -> None:
    """Raises PageError if the plan's inputs, found again, have other columns or sizes."""
    reviews = next((each.path for each in plan.inputs if each.role == "reviews"), None)
    manifest = manifest_of(page)
    found = find_inputs(dossier.root, manifest, Document(page.file, page.manifest), reviews).found
    found = (*found, *read_base_data(dossier.root, manifest, plan.inputs))
    if found != plan.inputs:
        named = [(each.role, each.name, each.path) for each in plan.inputs]
        other = [each for each in found if each not in plan.inputs]
        extra = [f"`{path}`" for role, name, path in named if (role, name) not in {(e.role, e.name) for e in found}]
        listed = ", ".join([*(f"`{each.path}`" for each in other), *extra]) or "their order"
        raise PageError(f"The plan's inputs are not those that are found again; see {listed}.")


def describe_difference(written: Evidence, again: Evidence) -> str:
    """The first facts that differ, each with its check and place; `written` is the dossier's."""
    before = {each.check: each.model_dump(mode="json", exclude_none=True) for each in written.measurements}
    after = {each.check: each.model_dump(mode="json", exclude_none=True) for each in again.measurements}
    found = list(_differences(before, after, ""))
    shown = [f"{place or '/'} is {_shown(old)} in the dossier and {_shown(new)} here" for place, old, new in found]
    more = f", and {len(found) - _SHOWN} more differ" if len(found) > _SHOWN else ""
    return ("; ".join(shown[:_SHOWN]) or "its parents differ") + more


_MISSING = object()


def _differences(before: Any, after: Any, place: str) -> Iterator[tuple[str, Any, Any]]:
    """The places whose values differ, as JSON pointers."""
    if isinstance(before, dict) and isinstance(after, dict):
        for name in sorted(before.keys() | after.keys(), key=str):
            yield from _differences(before.get(name, _MISSING), after.get(name, _MISSING), f"{place}/{name}")
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for index, (old, new) in enumerate(zip(before, after, strict=True)):
            yield from _differences(old, new, f"{place}/{index}")
    elif before is _MISSING or after is _MISSING or canonical([before]) != canonical([after]):
        yield place, before, after


def _shown(value: Any) -> str:
    return "missing" if value is _MISSING else canonical([value]).decode()[1:-1][:80]
