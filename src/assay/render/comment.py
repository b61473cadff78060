"""The decision as a pull request's comment: verdict first, closed gates next, the rest folded."""

from __future__ import annotations

from assay.dossier.page_set import Dossier
from assay.dossier.pages import Decision
from assay.render.wording.comment_marker import marker
from assay.render.wording.detail import fit_text
from assay.render.wording.provenance import Provenance
from assay.render.wording.report import Report, report_lines

FILE: str | None = None


def render(
    pages: Dossier,
    *,
    base: Decision | None = None,
    limit: int = 60_000,
    judged_by: str | None = None,
    revision: str | None = None,
    provenance: Provenance | None = None,
) -> str:
    """The comment, of at most `limit` bytes (4,000 or more): every closed gate has a row, or at least counts.

    `base` is the base's decision on the same model and stage, `judged_by` names the engine and whose bars it used,
    `revision` is the Git revision that judged, `provenance` who vouches for the decision. Raises PageError if there is
    no decision.
    """
    report = Report(pages=pages, base=base, judged_by=judged_by, revision=revision, provenance=provenance)
    first = marker(report.decision.model, report.decision.stage)
    return fit_text(
        lambda detail: "\n".join([first, *report_lines(report, detail)]).rstrip("\n") + "\n", len(report.gates), limit
    )
