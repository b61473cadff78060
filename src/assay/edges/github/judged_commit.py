"""Whether a run may speak of its event's commit: only if that commit, or GitHub's merge of it, is what was judged."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assay.edges.github.client import Client
from assay.edges.github.events import MERGING, PULL_EVENTS, RunEvent, open_pull_requests
from assay.errors import EvaluationError

MOST_BRANCH, MOST_NAMED = 100, 5
_SHA = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


class UnjudgedCommitError(EvaluationError):
    """A run that judged another commit than the one that it was to speak of."""

    default_hint = "Judge a checkout of the commit itself, without changes to its files."


class UncomparedChangeError(EvaluationError):
    """A change that was judged by its own manifest and policies."""

    default_hint = "Judge it with `--base auto`, or name the commit that it is to be merged into with --base."


@dataclass(frozen=True, kw_only=True)
class JudgedCommit:
    """The commit that was judged, its parents, and the tracked files that differed from it."""

    commit: str
    parents: tuple[str, ...]
    clean: bool
    changed: tuple[str, ...] = ()


def read_judged(recorded: Mapping[str, Any]) -> JudgedCommit | None:
    """The judged commit in the record of a plan; None if the record names none."""
    found = recorded.get("checked_out")
    if not isinstance(found, dict):
        return None
    commit, parents, changed = found.get("commit"), found.get("parents"), found.get("changed", [])
    if not _is_id(commit) or not isinstance(parents, list) or not all(map(_is_id, parents)):
        return None
    named = tuple(map(str, changed)) if isinstance(changed, list) else ("its record",)
    return JudgedCommit(
        commit=str(commit),
        parents=tuple(map(str, parents)),
        clean=found.get("clean") is True and not named,
        changed=named,
    )


def _is_id(text: Any) -> bool:
    return isinstance(text, str) and _SHA.fullmatch(text) is not None


def require_judged(event: RunEvent, judged: JudgedCommit | None, *, expect: str | None = None) -> None:
    """Raises UnjudgedCommitError unless the event's commit was judged; `expect` is the commit that the check printed.

    A pull request's head is judged by itself, or by the merge that GitHub made of it.
    """
    if judged is None:
        raise UnjudgedCommitError(
            "The dossier does not name the commit that was judged.",
            hint="Run `assay check` in a Git checkout, and keep `run.json` beside the pages.",
        )
    if expect is not None and judged.commit != expect:
        raise UnjudgedCommitError(
            f"The dossier is of the commit `{judged.commit[:12]}`, but `{expect[:12]}` was judged."
        )
    if not judged.clean:
        shown = ", ".join(f"`{path}`" for path in judged.changed[:MOST_NAMED]) or "some files"
        more = f" and {len(judged.changed) - MOST_NAMED} more" if len(judged.changed) > MOST_NAMED else ""
        raise UnjudgedCommitError(
            f"What was judged is not the commit `{judged.commit[:12]}`: {shown}{more} differed from it.",
            hint="Judge the files as they are committed; commit what the run changed.",
        )
    if judged.commit == event.head:
        return
    head = f"The run judged the commit `{judged.commit[:12]}`, not `{event.head[:12]}`"
    if event.number is None or judged.parents[1:] != (event.head,):
        raise UnjudgedCommitError(f"{head}, so it cannot speak of that one.", hint=_hint(event))
    if judged.commit not in event.merges:
        raise UnjudgedCommitError(
            f"{head}; it merges that one, but it is not the merge that GitHub made.", hint=_hint(event)
        )


def require_compared(event: RunEvent, *, compared: bool) -> None:
    """Raises UncomparedChangeError for a pull request or a merge of the queue that no base judged.

    GitHub names a branch for each, so there is a base; one without a manifest is one too. A push may replace nothing.
    """
    if compared or (event.number is None and event.name not in MERGING):
        return
    about = "a merge of the queue" if event.number is None else f"pull request {event.number}"
    raise UncomparedChangeError(f"The run judged {about} without a base, so the change was its own judge.")


def find_twins(client: Client, event: RunEvent) -> tuple[int, ...]:
    """The other open pull requests with the same head commit into the same branch: they share its statuses.

    One from a fork does not count: its runs may set no status, and anybody could open one to close a gate.
    """
    if event.number is None:
        return ()
    others = (each for each in open_pull_requests(client, event.head) if each["base"]["ref"] == event.into)
    return tuple(sorted(each["number"] for each in others if each["number"] != event.number and _is_own(each)))


def _is_own(pull: Any) -> bool:
    """Whether the head of a pull request is in the repository itself; a deleted fork has none."""
    return bool(pull["head"]["repo"]) and pull["head"]["repo"]["id"] == pull["base"]["repo"]["id"]


def status_context(model: str | None, stage: str, event: RunEvent) -> str:
    """The name of a commit's status: `assay/<model>/<stage>` for the default branch, which a branch rule can require.

    What concerns another branch, or no branch, has a name of its own, because a commit has one list of statuses for all
    of them: else a pull request into a branch without bars could open one into the default branch.
    """
    plain = f"assay/{stage}" if model is None else f"assay/{model}/{stage}"
    if event.into is None:
        return f"{plain} on {event.name}"
    return plain if event.into == event.default_branch else f"{plain} into {_named(event.into)}"


def _named(branch: str) -> str:
    shown = "".join(sign if sign.isprintable() else "?" for sign in branch)
    if shown == branch and len(branch) <= MOST_BRANCH:
        return branch
    return f"{shown[:MOST_BRANCH]}~{hashlib.sha256(branch.encode(errors='replace')).hexdigest()[:12]}"


def _hint(event: RunEvent) -> str:
    if event.name in PULL_EVENTS or event.number is not None:
        number = event.number
        base = "A plain checkout under this event is the base. " if event.name == "pull_request_target" else ""
        return f"{base}Check out `refs/pull/{number}/merge`, or the head `{event.head[:12]}`, and judge that."
    return f"Check out `{event.head[:12]}`, which the event `{event.name}` is about, and judge that."
