"""Publishes on GitHub that there is no decision, so that nobody mistakes an earlier one for this commit's."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from assay.canonical import PREFIX
from assay.commands.parts.dossier_location import locate_dossier
from assay.commands.parts.github_connection import connected
from assay.commands.parts.publishing_report import PublishingReport
from assay.edges.files import read_beneath
from assay.edges.github.comments import write_comment
from assay.edges.github.events import find_pull_request, read_event
from assay.edges.github.judged_commit import status_context
from assay.edges.github.outputs import write_summary
from assay.edges.github.statuses import set_status
from assay.edges.store import FOLDER
from assay.errors import AssayError, ManifestError, Problem
from assay.manifest.parsing import read_manifest
from assay.manifest.yaml_strict import MAX_BYTES
from assay.options.step_options import StepOptions
from assay.render.wording import comment_marker
from assay.render.wording.markdown_text import code, prose
from assay.steps.planning.blocks import read_blocks

NO_DECISION = "There is no decision to publish."
NOT_DECIDED = f"{PREFIX}{'0' * 64}"
"""The digest that a job expects after a check without a decision; no page has it."""
NAMELESS, MOST_REASONS = "unnamed", 10  # the name of a manifest without a valid one


def report_undecided(
    options: StepOptions, environment: Mapping[str, str], error: AssayError, author: str | None
) -> PublishingReport:
    """Sets the status `error` on the head commit and gives the reasons in comment and summary; never raises."""
    report, model = PublishingReport(), _model(options)
    lines = [
        f"### 🔴 Gate closed · {_named(model, options.stage)}",
        "",
        f"**{NO_DECISION}**",
        "",
        *_reasons(options, error),
    ]
    report.attempt("api", lambda: _publish(report, options, environment, model, "\n".join(lines), author))
    notes = [f"> {prose(str(each))} {prose(each.hint)}".rstrip() for each in report.errors]
    text = "\n".join([*lines, "", *notes]) + "\n"
    report.attempt("summary", lambda: "written" if write_summary(environment, text) else None)
    return report


def _publish(
    report: PublishingReport,
    options: StepOptions,
    environment: Mapping[str, str],
    model: str | None,
    text: str,
    author: str | None,
) -> None:
    event, client = read_event(environment), connected(environment)
    if event.name == "workflow_run":
        event = find_pull_request(client, event)
    given: dict[str, Any] = {
        "state": "error",
        "context": status_context(model, options.stage, event),
        "page": event.page,
    }

    def status() -> str:
        done = set_status(client, event.head, **given, description=f"Gate closed. {NO_DECISION}")
        return f"{'kept from a newer run' if done == 'superseded' else done} on {event.head}"

    def written(number: int, model: str) -> str:
        marker = comment_marker.marker(model, options.stage)
        body = f"{marker}\n{text}\n\nHead `{event.head[:12]}`, checked in [this run]({event.page}).\n"
        done = write_comment(client, number, body, marker=marker, run=event.run, author=author, links=[event.page])
        return f"{done.done} {done.page}"

    report.attempt("status", status)
    if event.number is not None and model is not None:
        number, name = event.number, model
        report.attempt("comment", lambda: written(number, name))


def _model(options: StepOptions) -> str | None:
    """The model's name in the manifest, None without one; --dossier does not change it."""
    try:
        dossier = locate_dossier(options.model_copy(update={"dossier": None}))
    except AssayError:
        return None
    name = dossier.folder.relative_to(dossier.root / FOLDER).parent.as_posix()
    return None if name == NAMELESS else name


def _named(model: str | None, stage: str) -> str:
    return code(stage) if model is None else f"{code(model)} → {code(stage)}"


def _reasons(options: StepOptions, error: AssayError) -> list[str]:
    """The reasons, one line each: the problems of the manifest if it has any, else the error."""
    problems = error.problems if isinstance(error, ManifestError) else _problems(options)
    if options.expect == NOT_DECIDED and not problems:
        return ["The check ended without a decision; see its log."]
    # The path of the checkout means nothing to a reader.
    message = str(error).replace(f"{os.path.realpath(options.manifest.parent)}/", "")
    every = [str(each) for each in problems] or [message]
    shown = [f"- {prose(each)}" for each in every[:MOST_REASONS]]
    more = len(every) - len(shown)
    hint = ManifestError.default_hint if problems else error.hint
    return [*shown, *([f"- and {more} more"] if more else []), *(["", prose(hint)] if hint else [])]


def _problems(options: StepOptions) -> list[Problem]:
    """The problems of the manifest and its checks' blocks."""
    try:
        content = read_beneath(options.manifest.parent.resolve(), options.manifest.name, limit=MAX_BYTES)
        document, _, problems = read_manifest(content, options.manifest.name)
        return [*problems, *read_blocks(document.value.get("checks"), document)[1]]
    except AssayError:
        return []
