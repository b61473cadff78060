"""The decision as a pull request's comment: verdict first, closed gates next, the rest folded."""

from __future__ import annotations

import hashlib
import re

from assay.dossier.page_set import Dossier
from assay.dossier.pages import Decision
from assay.render.wording.detail import fitted
from assay.render.wording.report import Report, report_lines

FILE: str | None = None
_MOST_MARKED = 160
_UNSAFE = re.compile(rb"[^a-z0-9/-]|(?<=-)-|-\Z|\A-")


def marker(model: str, stage: str) -> str:
    """The hidden first line by which a comment is found again: `<!-- assay:<model>:<stage> -->`.

    Names that no manifest allows are percent-encoded, or digested where they are long: no other line is like it.
    """
    return f"<!-- assay:{_marked(model)}:{_marked(stage)} -->"


def render(
    pages: Dossier,
    *,
    base: Decision | None = None,
    limit: int = 60_000,
    judged_by: str | None = None,
    revision: str | None = None,
) -> str:
    """The comment, of at most `limit` bytes (4,000 or more): every closed gate has a row, or is counted at least.

    `base` is the base's decision on the same model and stage, `judged_by` says which engine judged with whose bars,
    `revision` is the Git revision that judged. Raises PageError where there is no decision.
    """
    report = Report(pages=pages, base=base, judged_by=judged_by, revision=revision)
    first = marker(report.decision.model, report.decision.stage)
    return fitted(
        lambda detail: "\n".join([first, *report_lines(report, detail)]).rstrip("\n") + "\n", len(report.gates), limit
    )


def _marked(name: str) -> str:
    encoded = _UNSAFE.sub(lambda found: f"%{found.group()[0]:02x}".encode(), name.encode()).decode()
    return encoded if len(encoded) <= _MOST_MARKED else hashlib.sha256(name.encode()).hexdigest()
