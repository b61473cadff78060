"""A dossier in memory: the pages written so far, each verified against the digest that its child names."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import ValidationError

from assay.dossier.pages import Card, Decision, Evidence, ManifestPage, Page, Plan, Predictions
from assay.errors import PageError
from assay.manifest.document import Manifest


def manifest_of(page: ManifestPage) -> Manifest:
    """The manifest in its page; raises PageError if the page does not hold one."""
    try:
        return Manifest.model_validate(page.manifest)
    except ValidationError as error:
        detail = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in detail["loc"])
        raise PageError(f"manifest.json does not contain a manifest: {place}: {detail['msg']}.") from error


@dataclass(frozen=True, kw_only=True)
class Dossier:
    """The pages of a dossier that were written so far; renderers show them."""

    manifest: ManifestPage | None = None
    plan: Plan | None = None
    predictions: Predictions | None = None
    evidence: Evidence | None = None
    decision: Decision | None = None
    card: Card | None = None

    def written(self) -> tuple[Page, ...]:
        """The pages written so far, in the order of the steps."""
        every = (self.manifest, self.plan, self.predictions, self.evidence, self.decision, self.card)
        return tuple(page for page in every if page is not None)

    def verify(self) -> None:
        """Raises PageError if a page names a parent that is missing or has a different digest."""
        digests = {page.name: page.digest() for page in self.written()}
        for page in self.written():
            for parent, expected in page.parents.items():
                found = digests.get(parent)
                if found is None:
                    raise PageError(f"{page.name}.json names the page {parent}.json, which is not in the dossier.")
                if found != expected:
                    raise PageError(
                        f"{parent}.json was changed after {page.name}.json was made: "
                        f"it is {found}, expected {expected}."
                    )
