"""A decision's comment and status on GitHub, on the event's own commit only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assay.commands.parts.github_connection import connected
from assay.commands.parts.publishing_report import PublishingReport
from assay.dossier.page_set import Dossier
from assay.edges.github.client import Client
from assay.edges.github.comments import write_comment
from assay.edges.github.events import RunEvent, find_pull_request, read_event
from assay.edges.github.judged_commit import (
    JudgedCommit,
    find_twins,
    require_compared,
    require_judged,
    status_context,
)
from assay.edges.github.statuses import set_status
from assay.errors import EvaluationError
from assay.render.wording.messages import need_decision

FIRST_MANIFEST = "governance/first_manifest"
"""The policy of a change whose base has no manifest."""


class SharedHeadError(EvaluationError):
    """Several pull requests into one branch have the same head commit, which has one list of statuses."""

    default_hint = "Close all but one of them, or push another commit to one; then run it again."


@dataclass(kw_only=True)
class Publication:
    """Where a decision is published: the client and the run's event, once both are known."""

    judged: JudgedCommit | None
    author: str | None = None
    client: Client | None = None
    event: RunEvent | None = None

    def find(self, environment: Mapping[str, str]) -> None:
        """Reads the event, and finds the pull request of a `workflow_run`; raises GitHubError."""
        event, client = read_event(environment), connected(environment)
        if event.name == "workflow_run":
            event = find_pull_request(client, event, self.judged.commit if self.judged else None)
        self.client, self.event = client, event

    def require_judged(self, expect: str | None) -> None:
        """Raises UnjudgedCommitError if the event is about another commit than the one that was judged."""
        if self.event is not None:
            require_judged(self.event, self.judged, expect=expect)

    def require_compared(self, pages: Dossier) -> None:
        """Raises UncomparedChangeError if the event is of a change, and no base judged it."""
        plan = pages.plan
        if self.event is not None and plan is not None:
            first = any(each.id == FIRST_MANIFEST for each in plan.policies)
            require_compared(self.event, compared=plan.changes is not None or first)

    def publish(self, report: PublishingReport, pages: Dossier, facts: dict[str, Any]) -> None:
        """Writes the comment and the status; a failure of one does not prevent the other."""
        client, event = self.client, self.event
        if client is None or event is None:
            return
        if event.number is not None:
            number = event.number
            report.attempt("comment", lambda: self._comment(client, event, number, pages, facts))
        newer = report.done.get("comment", "").startswith("superseded")
        report.attempt("status", lambda: _kept(event) if newer else _status(client, event, pages))

    def _comment(self, client: Client, event: RunEvent, number: int, pages: Dossier, facts: dict[str, Any]) -> str:
        from assay.render import comment
        from assay.render.wording import comment_marker

        decision = need_decision(pages)
        marker = comment_marker.marker(decision.model, decision.stage)
        body = f"{comment.render(pages, **facts)}\n{_about(event, self.judged)}, judged in [this run]({event.page}).\n"
        written = write_comment(
            client, number, body, marker=marker, run=event.run, author=self.author, links=[event.page]
        )
        return f"{written.done} {written.page}"


def _status(client: Client, event: RunEvent, pages: Dossier) -> str:
    from assay.render.wording import outcomes

    decision = need_decision(pages)
    opened = decision.verdict == "open"
    twins = find_twins(client, event) if opened else ()
    said = f"{outcomes.gate(decision.verdict)}. {outcomes.summary(decision.rulings)}"
    done = set_status(
        client,
        event.head,
        state="error" if twins else "success" if opened else "failure",
        context=status_context(decision.model, decision.stage, event),
        description=f"Gate closed. Another pull request has this commit: {_listed(twins)}." if twins else said,
        page=event.page,
    )
    if twins and done != "superseded":
        raise SharedHeadError(
            f"The status of {event.head[:12]} is `error`, because another pull request has the same head and the same "
            f"base: {_listed(twins)}."
        )
    return _kept(event) if done == "superseded" else f"{done} on {event.head}"


def _about(event: RunEvent, judged: JudgedCommit | None) -> str:
    """The head that the comment is about, and its merge if that was judged."""
    merge = "" if judged is None or judged.commit == event.head else f" as merged by `{judged.commit[:12]}`"
    return f"Head `{event.head[:12]}`{merge}"


def _kept(event: RunEvent) -> str:
    return f"kept from a newer run on {event.head}"


def _listed(numbers: tuple[int, ...]) -> str:
    return ", ".join(f"pull request {number}" for number in numbers)
