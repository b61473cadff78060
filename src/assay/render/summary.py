"""The decision as a job's summary: the comment with more room."""

from __future__ import annotations

from assay.dossier.page_set import Dossier
from assay.dossier.pages import Decision
from assay.render.wording.detail import fit_text
from assay.render.wording.provenance import Provenance
from assay.render.wording.report import Report, report_lines

FILE: str | None = None


def render(
    pages: Dossier,
    *,
    base: Decision | None = None,
    limit: int = 1_000_000,
    judged_by: str | None = None,
    revision: str | None = None,
    provenance: Provenance | None = None,
) -> str:
    """The summary, of at most `limit` bytes: the comment's text without its hidden marker."""
    report = Report(pages=pages, base=base, judged_by=judged_by, revision=revision, provenance=provenance)
    return fit_text(
        lambda detail: "\n".join(report_lines(report, detail)).rstrip("\n") + "\n", len(report.gates), limit
    )
