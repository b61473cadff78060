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
from typing import Any

from pydantic import Field, ValidationError

from assay.commands.parts.dossier_location import locate_dossier
from assay.commands.parts.github_connection import connected
from assay.commands.parts.publishing_report import PublishingReport
from assay.commands.parts.undecided_report import context, tell_undecided
from assay.dossier.page_set import Dossier
from assay.dossier.pages import Decision
from assay.dossier.plan_parts import Digest
from assay.edges.files import read_beneath
from assay.edges.github.client import Client
from assay.edges.github.comments import write_comment
from assay.edges.github.events import RunEvent, find_pull_request, read_event
from assay.edges.github.outputs import write_outputs, write_summary
from assay.edges.github.posted_text import MOST_IN_COMMENT, MOST_IN_SUMMARY, require_harmless
from assay.edges.github.statuses import set_status
from assay.edges.store import MAX_PAGE_BYTES, DossierFolder, read_page
from assay.errors import OPEN, AssayError, PageError
from assay.options.step_options import StepOptions

GROUP = "judge"


_FORMAT_OF_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_COULD_NOT = 3


class Options(StepOptions):
    """Options of `publish`."""

    expect: Digest | None = Field(None, description="Digest that the decision must have, as `decide` printed it.")
    base_decision: Path | None = Field(
        None, description="Decision page of the base (`decision.json` of a run on main) to compare with."
    )
    author: str | None = Field(
        None,
        description="Login that writes the comments. Optional; default: as GitHub says, else github-actions[bot].",
    )


def run(options: Options) -> int:
    """Publishes, whatever the verdict; 0 if a reader finds it on GitHub, 3 if not or if GitHub failed half-way.

    Where there is no decision to publish, it says so with a status `error`, and ends as reading the decision did.
    """
    environment, told = os.environ, PublishingReport()
    try:
        dossier = locate_dossier(options)
        _, decision = dossier.need(Decision, options.expect)
        pages, facts = dossier.pages(), dict[str, Any](_judging(dossier))
        told.trying("base", lambda: _compare(options, decision, facts))
        _require_harmless(pages, facts)
    except AssayError as error:
        undecided = tell_undecided(options, environment, error, options.author)
        if options.format != "json":
            undecided.write()
        raise
    card = str(dossier.path("card.html"))
    outputs = {"verdict": decision.verdict, "decision": decision.digest(), "card": card}
    told.trying("outputs", lambda: "written" if write_outputs(environment, outputs) else None)
    told.trying("api", lambda: _speak(told, options, environment, pages, facts))
    told.trying("summary", lambda: _summarize(told, environment, pages, facts))
    _print(told, options, environment, dossier, pages)
    unseen = told.refused and told.done.get("summary") != "written"
    return _COULD_NOT if told.failed or unseen else OPEN


def _judging(dossier: DossierFolder) -> dict[str, str | None]:
    """Which engine judged, by whose bars, and at which revision, as `run.json` says; for people only."""
    recorded = dossier.recorded()
    decide, plan = recorded.get("decide", {}), recorded.get("plan", {})
    engine = " ".join(str(decide[name]) for name in ("engine", "version") if decide.get(name))
    commit = str(plan.get("judged_by", ""))
    revision = commit if plan.get("base") and _FORMAT_OF_COMMIT.fullmatch(commit) else None
    named = "" if plan.get("base") == commit else f"`{plan.get('base')}` at "
    bars = f" with the bars of {named}`{commit[:12]}`" if revision else ""
    return {"judged_by": f"{engine}{bars}" if engine else None, "revision": revision}


def _require_harmless(pages: Dossier, facts: dict[str, Any]) -> None:
    """Raises HarmfulTextError unless everything that is to be posted is harmless, before anything of it is."""
    from assay.render import comment, summary
    from assay.render.wording import comment_marker

    hidden = [comment_marker.marker(_decision(pages).model, _decision(pages).stage)]
    require_harmless(comment.render(pages, **facts), what="comment", most=MOST_IN_COMMENT, hidden=hidden)
    require_harmless(summary.render(pages, **facts), what="summary", most=MOST_IN_SUMMARY)


def _speak(
    told: PublishingReport, options: Options, environment: Mapping[str, str], pages: Dossier, facts: dict[str, Any]
) -> None:
    """Comment and status; each is tried whatever becomes of the other."""
    event, client = read_event(environment), connected(environment)
    if event.name == "workflow_run":
        event = find_pull_request(client, event)
    if event.number is not None:
        number = event.number
        told.trying("comment", lambda: _comment(client, number, event, options, pages, facts))
    told.trying("status", lambda: _status(client, event, pages))


def _comment(
    client: Client, number: int, event: RunEvent, options: Options, pages: Dossier, facts: dict[str, Any]
) -> str:
    from assay.render import comment
    from assay.render.wording import comment_marker

    marker = comment_marker.marker(_decision(pages).model, _decision(pages).stage)
    body = f"{comment.render(pages, **facts)}\nHead `{event.head[:12]}`, judged in [this run]({event.page}).\n"
    written = write_comment(
        client, number, body, marker=marker, run=event.run, author=options.author, links=[event.page]
    )
    return f"{written.done} {written.page}"


def _status(client: Client, event: RunEvent, pages: Dossier) -> str:
    from assay.render.wording import outcomes

    decision = _decision(pages)
    put = set_status(
        client,
        event.head,
        state="success" if decision.verdict == "open" else "failure",
        context=context(decision.model, decision.stage),
        description=f"{outcomes.gate(decision.verdict)}. {outcomes.summary(decision.rulings)}",
        page=event.page,
    )
    return f"{'put on' if put else 'of a newer run left on'} {event.head}"


def _summarize(
    told: PublishingReport, environment: Mapping[str, str], pages: Dossier, facts: dict[str, Any]
) -> str | None:
    from assay.render import summary
    from assay.render.wording.markdown_text import prose

    notes = [f"> {prose(str(error))} {prose(error.hint)}" for error in told.errors]
    # What was refused stands first: it is short, and the summary may be cut at its end.
    text = "\n>\n".join(["> **Not everything could be published.**", *notes]) + "\n\n" if notes else ""
    return "written" if write_summary(environment, text + summary.render(pages, **facts)) else None


def _print(
    told: PublishingReport, options: Options, environment: Mapping[str, str], dossier: DossierFolder, pages: Dossier
) -> None:
    """Annotations for the runner, then what was done; as JSON nothing else is printed."""
    if options.format == "json":
        shown = {"published": told.done, "not": [{"message": str(error), "hint": error.hint} for error in told.errors]}
        sys.stdout.write(json.dumps(shown, indent=2) + "\n")
        return
    if environment.get("GITHUB_ACTIONS") == "true":
        from assay.render import annotations

        workspace = environment.get("GITHUB_WORKSPACE", "") or str(dossier.root)
        folder = os.path.relpath(dossier.root, os.path.realpath(workspace))
        sys.stdout.write(annotations.render(pages, folder="" if folder.startswith("..") else folder))
    told.write()


def _compare(options: Options, decision: Decision, facts: dict[str, Any]) -> str | None:
    """Adds the base's decision to the facts, where a page of it is given; raises PageError where it is none."""
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
    return base.digest() if same else "another model or stage, so nothing is compared"


def _decision(pages: Dossier) -> Decision:
    if pages.decision is None:
        raise PageError("The decision is missing.")
    return pages.decision
