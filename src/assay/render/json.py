"""The decision as JSON, for programs."""

from __future__ import annotations

import json

from assay.dossier.page_set import Dossier
from assay.errors import PageError

FILE: str | None = None


def render(pages: Dossier) -> str:
    """The verdict, the digests of all pages, and the decision; only ASCII, and safe to print in a runner's log."""
    if pages.decision is None:
        raise PageError(
            "The dossier has no decision yet, so there is nothing to show.", hint="Run `assay decide` first."
        )
    document = {
        "verdict": pages.decision.verdict,
        "digests": {page.name: page.digest() for page in pages.written()},
        "decision": pages.decision.model_dump(mode="json", exclude_none=True),
    }
    text = json.dumps(document, indent=2, ensure_ascii=True, allow_nan=False)
    return text.replace("##[", "\\u0023#[").replace("\x7f", "\\u007f") + "\n"
