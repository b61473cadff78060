"""Publish the decision on GitHub: comment, status and annotations.

It also writes the job summary and the outputs of the step.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError

from assay.commands.parts.dossier_location import locate_dossier
from assay.commands.parts.publication import Publication
from assay.commands.parts.publishing_report import PublishingReport
from assay.commands.parts.signed_by import find_provenance
from assay.commands.parts.undecided_report import report_undecided
from assay.dossier.page_set import Dossier
from assay.dossier.pages import Decision
from assay.dossier.plan_parts import Digest
from assay.edges.files import read_beneath
from assay.edges.github.judged_commit import read_judged
from assay.edges.github.outputs import write_outputs, write_summary
from assay.edges.github.posted_text import MOST_IN_COMMENT, MOST_IN_SUMMARY, require_harmless
from assay.edges.runner_log import write_commands
from assay.edges.store import MAX_PAGE_BYTES, DossierFolder, read_page
from assay.errors import OPEN, AssayError, EvaluationError, PageError
from assay.options.step_options import StepOptions
from assay.render.wording.messages import need_decision

GROUP = "judge"


_FORMAT_OF_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


class Options(StepOptions):
    """Options of `publish`."""

    expect: Digest | None = Field(None, description="Digest that the decision must have, as `decide` printed it.")
    commit: Annotated[str, Field(pattern=f"^({_FORMAT_OF_COMMIT.pattern})$")] | None = Field(
        None, description="Commit that must have been judged, as `check` printed it. Optional; default: the dossier's."
    )
    base_decision: Path | None = Field(
        None, description="Decision page of the base (`decision.json` of a run on main) to compare with."
    )
    author: str | None = Field(
        None,
        description="Login that writes the comments. Optional; default: the token's owner, else github-actions[bot].",
    )
    key: str | None = Field(
        None,
        description="Public key, certificate or trust file that the dossier's signatures must match: a file, "
        "`env:NAME` or text. Optional; default: signatures are not verified.",
    )
    artifact: str = Field(
        "assay-dossier", description="Artifact of the run that contains the dossier, for the line that verifies it."
    )


def run(options: Options) -> int:
    """Publishes an open or a closed gate; returns 0 if readers find it on GitHub, 3 if not or if a part failed.

    Without a decision on the event's own commit it publishes the status `error`, and raises why there is none.
    """
    environment, report = os.environ, PublishingReport()
    try:
        dossier = locate_dossier(options)
        _, decision = dossier.need(Decision, options.expect)
        pages, facts = dossier.pages(), dict[str, Any](_judging(dossier))
        report.attempt("base", lambda: _compare(options, decision, facts))
        publication = Publication(judged=read_judged(dossier.recorded().get("plan", {})), author=options.author)
        report.attempt("api", lambda: publication.find(environment))
        publication.require_judged(options.commit)
        publication.require_compared(pages)
        facts["provenance"] = find_provenance(
            dossier, pages, publication.event, key=options.key, artifact=options.artifact
        )
        _require_harmless(pages, facts)
    except AssayError as error:
        undecided = report_undecided(options, environment, error, options.author)
        if options.format != "json":
            undecided.write()
        raise
    card = str(dossier.path("card.html"))
    outputs = {"verdict": decision.verdict, "decision": decision.digest(), "card": card}
    report.attempt("outputs", lambda: "written" if write_outputs(environment, outputs) else None)
    publication.publish(report, pages, facts)
    report.attempt("summary", lambda: _summarize(report, environment, pages, facts))
    _print(report, options, environment, dossier, pages)
    unseen = report.refused and report.done.get("summary") != "written"
    return EvaluationError.exit_code if report.failed or unseen else OPEN


def _judging(dossier: DossierFolder) -> dict[str, str | None]:
    """The engine that judged, and the base with its revision, by `run.json`; for people only."""
    recorded = dossier.recorded()
    decide, plan = recorded.get("decide", {}), recorded.get("plan", {})
    engine = " ".join(str(decide[name]) for name in ("engine", "version") if decide.get(name))
    commit = str(plan.get("judged_by", ""))
    revision = commit if plan.get("base") and _FORMAT_OF_COMMIT.fullmatch(commit) else None
    named = "" if plan.get("base") == commit else f"`{plan.get('base')}` at "
    bars = f" with the bars of {named}`{commit[:12]}`" if revision else ""
    return {"judged_by": f"{engine}{bars}" if engine else None, "revision": revision}


def _require_harmless(pages: Dossier, facts: dict[str, Any]) -> None:
    """Raises HarmfulTextError, before anything is posted, unless all texts are harmless."""
    from assay.render import comment, summary
    from assay.render.wording import comment_marker

    decision = need_decision(pages)
    hidden = [comment_marker.marker(decision.model, decision.stage)]
    require_harmless(comment.render(pages, **facts), what="comment", most=MOST_IN_COMMENT, hidden=hidden)
    require_harmless(summary.render(pages, **facts), what="summary", most=MOST_IN_SUMMARY)


def _summarize(
    report: PublishingReport, environment: Mapping[str, str], pages: Dossier, facts: dict[str, Any]
) -> str | None:
    from assay.render import summary
    from assay.render.wording.markdown_text import prose

    notes = [f"> {prose(str(error))} {prose(error.hint)}" for error in report.errors]
    # What was refused comes first: it is short, and GitHub may cut the end of a summary.
    text = "\n>\n".join(["> **Not everything could be published.**", *notes]) + "\n\n" if notes else ""
    return "written" if write_summary(environment, text + summary.render(pages, **facts)) else None


def _print(
    report: PublishingReport, options: Options, environment: Mapping[str, str], dossier: DossierFolder, pages: Dossier
) -> None:
    """Prints annotations for the runner, then what was done; or the latter as JSON alone."""
    if options.format == "json":
        errors = [{"message": str(error), "hint": error.hint} for error in report.errors]
        shown = {"published": report.done, "not": errors}
        sys.stdout.write(json.dumps(shown, indent=2) + "\n")
        return
    if environment.get("GITHUB_ACTIONS") == "true":
        from assay.render import annotations

        workspace = environment.get("GITHUB_WORKSPACE", "") or str(dossier.root)
        folder = os.path.relpath(dossier.root, os.path.realpath(workspace))
        write_commands(annotations.render(pages, folder="" if folder.startswith("..") else folder))
    report.write()


def _compare(options: Options, decision: Decision, facts: dict[str, Any]) -> str | None:
    """Adds the base's decision to the facts if its page exists; raises PageError if that is another file."""
    path = options.base_decision
    if path is None or not path.exists():
        return None
    folder = Path(os.path.realpath(path.parent))
    try:
        content = read_beneath(folder, path.name, limit=MAX_PAGE_BYTES, error=PageError)
        base = read_page(Decision, content, path.name)
    except ValidationError as error:
        raise PageError(f"{path} is not a decision page.") from error
    facts["base"] = base
    same = (base.model, base.stage) == (decision.model, decision.stage)
    return base.digest() if same else "not compared: it is for another model or stage"
