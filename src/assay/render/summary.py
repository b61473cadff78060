"""The decision as a job's summary: the comment with room for everything."""

from __future__ import annotations

from assay.dossier.page_set import Dossier
from assay.dossier.pages import Decision
from assay.render.wording.detail import fitted
from assay.render.wording.report import Report, report_lines

FILE: str | None = None


def render(
    pages: Dossier,
    *,
    base: Decision | None = None,
    limit: int = 1_000_000,
    judged_by: str | None = None,
    revision: str | None = None,
) -> str:
    """The summary, of at most `limit` bytes; it tells what the comment tells and is not found again by a marker."""
    report = Report(pages=pages, base=base, judged_by=judged_by, revision=revision)
    return fitted(lambda detail: "\n".join(report_lines(report, detail)).rstrip("\n") + "\n", len(report.gates), limit)
