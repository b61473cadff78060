"""Show the decision on GitHub: comment, commit status, annotations, job summary, outputs."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from assay.canonical import parse
from assay.commands.parts.dossiers import locate_dossier
from assay.dossier import Pages
from assay.edges.files import read_beneath
from assay.edges.github.client import Client, GitHubError, connect
from assay.edges.github.comments import write_comment
from assay.edges.github.events import Event, find_pull_request, read_event
from assay.edges.github.outputs import write_outputs, write_summary
from assay.edges.github.statuses import set_status
from assay.edges.store import FOLDER, MAX_PAGE_BYTES, Dossier
from assay.errors import OPEN, PageError
from assay.options import StepOptions
from assay.pages import Decision
from assay.planned import Digest

FORMAT_OF_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
COULD_NOT = 3


class Options(StepOptions):
    """Options of `publish`."""

    expect: Digest | None = Field(None, description="Digest that the decision must have, as `decide` printed it.")
    base_decision: Path | None = Field(
        None, description="The base's decision page (`decision.json` of a run on main), to show what changed."
    )
    author: str | None = Field(
        None, description="Login that writes the comments; left out: asked of GitHub, else github-actions[bot]."
    )


@dataclass(kw_only=True)
class Told:
    """What was published, what was refused and why, and what failed."""

    done: dict[str, str] = field(default_factory=dict)
    refused: list[GitHubError] = field(default_factory=list)
    failed: list[GitHubError] = field(default_factory=list)

    def trying(self, name: str, publish: Callable[[], str]) -> None:
        """Publishes one thing; a refusal or a failure keeps nothing else from being published."""
        try:
            self.done[name] = publish()
        except GitHubError as error:
            refused = error.kind in ("refused", "absent")
            (self.refused if refused else self.failed).append(error)


def run(options: Options) -> int:
    """Publishes, whatever the verdict; 0 if a reader finds it on GitHub, 3 if not or if GitHub failed half-way."""
    dossier, environment = locate_dossier(options), os.environ
    event = read_event(environment)
    try:
        _, decision = dossier.need(Decision, options.expect)
        pages = dossier.pages()
    except PageError as error:
        _tell_undecided(dossier, environment, event, error)
        raise
    facts = {"base": _base(options, decision), **judging(dossier)}
    told = Told()
    card = str(dossier.path("card.html"))
    outputs = {"verdict": decision.verdict, "decision": decision.digest(), "card": card}
    told.trying("outputs", lambda: "written" if write_outputs(environment, outputs) else "no GITHUB_OUTPUT")
    told.trying("api", lambda: _speak(told, options, environment, event, pages, facts))
    told.trying("summary", lambda: _summarize(told, environment, pages, facts))
    _print(told, options, environment, dossier, pages)
    unseen = told.refused and told.done.get("summary") != "written"
    return COULD_NOT if told.failed or unseen else OPEN


def _tell_undecided(dossier: Dossier, environment: Mapping[str, str], event: Event, error: PageError) -> None:
    """Says that there is no decision, so that none of an earlier commit is taken for this one's."""
    from assay.render.wording.marked import prose

    told, said = Told(), "Gate closed. There is no decision that could be published."
    told.trying("summary", lambda: str(write_summary(environment, f"### 🔴 {said}\n\n{prose(str(error))}\n")))
    if dossier.folder.is_relative_to(dossier.root / FOLDER):
        context = f"assay/{dossier.folder.relative_to(dossier.root / FOLDER).as_posix()}"
        given: dict[str, Any] = {"state": "error", "context": context, "description": said, "page": event.page}

        def put() -> str:
            set_status(_connected(environment, event), event.head, **given)
            return event.head

        told.trying("status", put)


def _connected(environment: Mapping[str, str], event: Event) -> Client:
    token = environment.get("ASSAY_GITHUB_TOKEN", "") or environment.get("GITHUB_TOKEN", "")
    return connect(url=event.api, token=token, repository=event.repository)


def judging(dossier: Dossier) -> dict[str, str | None]:
    """Which engine judged, by whose bars, and at which revision, as `run.json` says; for people only."""
    recorded = dossier.recorded()
    decide, plan = recorded.get("decide", {}), recorded.get("plan", {})
    engine = " ".join(str(decide[name]) for name in ("engine", "version") if decide.get(name))
    commit = str(plan.get("judged_by", ""))
    revision = commit if plan.get("base") and FORMAT_OF_COMMIT.fullmatch(commit) else None
    bars = f" with the bars of {plan['base']} ({commit[:12]})" if revision else ""
    return {"judged_by": f"{engine}{bars}" if engine else None, "revision": revision}


def _speak(
    told: Told,
    options: Options,
    environment: Mapping[str, str],
    event: Event,
    pages: Pages,
    facts: dict[str, Any],
) -> str:
    """Comment and status; each is tried whatever becomes of the other."""
    client = _connected(environment, event)
    if event.name == "workflow_run":
        event = find_pull_request(client, event)
    if event.number is not None:
        number = event.number
        told.trying("comment", lambda: _comment(client, number, event, options, pages, facts))
    told.trying("status", lambda: _status(client, event, pages))
    return event.api


def _comment(client: Client, number: int, event: Event, options: Options, pages: Pages, facts: dict[str, Any]) -> str:
    from assay.render import comment

    marker = comment.marker(_decision(pages).model, _decision(pages).stage)
    body = f"{comment.render(pages, **facts)}\nHead `{event.head[:12]}`, judged in [this run]({event.page}).\n"
    written = write_comment(client, number, body, marker=marker, run=event.run, author=options.author)
    return f"{written.done} {written.page}"


def _status(client: Client, event: Event, pages: Pages) -> str:
    from assay.render.wording import outcomes

    decision = _decision(pages)
    set_status(
        client,
        event.head,
        state="success" if decision.verdict == "open" else "failure",
        context=f"assay/{decision.model}/{decision.stage}",
        description=f"{outcomes.gate(decision.verdict)}. {outcomes.summary(decision.rulings)}",
        page=event.page,
    )
    return event.head


def _summarize(told: Told, environment: Mapping[str, str], pages: Pages, facts: dict[str, Any]) -> str:
    from assay.render import summary
    from assay.render.wording.marked import prose

    notes = [f"> {prose(str(error))} {prose(error.hint)}" for error in (*told.refused, *told.failed)]
    # What was refused stands first: it is short, and the summary may be cut at its end.
    text = "\n>\n".join(["> **Not everything could be published.**", *notes]) + "\n\n" if notes else ""
    return "written" if write_summary(environment, text + summary.render(pages, **facts)) else "no GITHUB_STEP_SUMMARY"


def _print(told: Told, options: Options, environment: Mapping[str, str], dossier: Dossier, pages: Pages) -> None:
    """Annotations for the runner, then what was done; as JSON nothing else is printed."""
    errors = [*told.refused, *told.failed]
    if options.format == "json":
        shown = {"published": told.done, "not": [{"message": str(error), "hint": error.hint} for error in errors]}
        sys.stdout.write(json.dumps(shown, indent=2) + "\n")
        return
    if environment.get("GITHUB_ACTIONS") == "true":
        from assay.render import annotations

        workspace = environment.get("GITHUB_WORKSPACE", "") or str(dossier.root)
        folder = os.path.relpath(dossier.root, os.path.realpath(workspace))
        sys.stdout.write(annotations.render(pages, folder="" if folder.startswith("..") else folder))
    for name, what in told.done.items():
        sys.stdout.write(f"{name:<8} {what}\n")
    for error in errors:
        # GitHub's own words stand within the line, so they cannot begin a command of the runner.
        sys.stdout.write(f"refused  {error} {error.hint}\n" if error in told.refused else f"failed   {error}\n")


def _base(options: Options, decision: Decision) -> Decision | None:
    """The base's decision on the same model and stage, where a page of it is given."""
    path = options.base_decision
    if path is None or not path.exists():
        return None
    folder = Path(os.path.realpath(path.parent))
    try:
        content = read_beneath(folder, path.name, limit=MAX_PAGE_BYTES, error=PageError)
        base = Decision.model_validate(parse(content, path.name))
    except ValidationError as error:
        raise PageError(f"{path} is not a decision page.") from error
    return base if (base.model, base.stage) == (decision.model, decision.stage) else None


def _decision(pages: Pages) -> Decision:
    if pages.decision is None:
        raise PageError("The decision is missing.")
    return pages.decision
