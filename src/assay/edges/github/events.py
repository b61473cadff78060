"""GitHub's description of the run: the event, the pull request and the head commit, never from an artifact."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from assay.edges.github.client import API, Client, GitHubError

MAX_BYTES = 32 * 1024 * 1024
PULL_EVENTS = ("pull_request", "pull_request_target", "pull_request_review", "pull_request_review_comment")
MERGING = (*PULL_EVENTS, "merge_group")
"""The events of what is to be merged into a branch, which GitHub names."""
COMMIT_EVENTS = (
    "push", "merge_group", "workflow_dispatch", "workflow_run", "schedule", "repository_dispatch", "release", "create",
)  # fmt: skip
BINDING_EVENTS = ("pull_request_target", "workflow_run", "schedule", "repository_dispatch")
_BRANCHES = "refs/heads/"
_SHA = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_OUTSIDE = "Run it in a GitHub Actions job, or give GITHUB_EVENT_PATH, GITHUB_EVENT_NAME and GITHUB_REPOSITORY."


@dataclass(frozen=True, kw_only=True)
class RunEvent:
    """The run's event: `head` is the commit for the status, `number` the pull request if there is one.

    `into` is the branch that the commit is on or is to be merged into, None if the event is about no branch;
    `target` is the branch of the pull requests of a run that this one follows.
    `merges` are the commits that GitHub says merge the pull request's head. `before` is what a push replaced.
    `run` orders runs: the run's id, then its attempt; `page` is the run's URL.
    """

    name: str
    repository: str
    repository_id: int
    head: str
    number: int | None
    run: tuple[int, int]
    api: str
    page: str
    default_branch: str | None = None
    into: str | None = None
    target: str | None = None
    merges: tuple[str, ...] = ()
    before: str | None = None

    @property
    def is_binding(self) -> bool:
        """Whether GitHub took the workflow's file from the default branch, not from the change under judgement."""
        merged = self.name == "push" and self.into is not None and self.into == self.default_branch
        return merged or self.name in BINDING_EVENTS


def read_event(environment: Mapping[str, str]) -> RunEvent:
    """The event of this run, from the variables that GitHub sets and the file that they name; raises GitHubError."""
    name, path = environment.get("GITHUB_EVENT_NAME", ""), environment.get("GITHUB_EVENT_PATH", "")
    repository = environment.get("GITHUB_REPOSITORY", "")
    if not name or not path or not repository:
        raise GitHubError("This is not a run of GitHub Actions: no event is named.", kind="invalid", hint=_OUTSIDE)
    document = read_document(Path(path), name)
    run = _whole(environment.get("GITHUB_RUN_ID", "0")), _whole(environment.get("GITHUB_RUN_ATTEMPT", "1"))
    server = environment.get("GITHUB_SERVER_URL", "https://github.com")
    number, head = _subject(document, name, environment.get("GITHUB_SHA", ""))
    return RunEvent(
        name=name,
        repository=repository,
        repository_id=_whole(str(_within(document, "repository", "id"))),
        head=head,
        number=number,
        run=run,
        api=environment.get("GITHUB_API_URL", "") or API,
        page=f"{server}/{repository}/actions/runs/{run[0]}" + (f"/attempts/{run[1]}" if run[1] > 1 else ""),
        default_branch=_text(_within(document, "repository", "default_branch")),
        into=_into(document, name, environment.get("GITHUB_REF", "")),
        target=_target(document) if name == "workflow_run" else None,
        merges=_merges(document, name, environment.get("GITHUB_SHA", "")),
        before=_text(document.get("before")) if name == "push" else None,
    )


def need_pull_request(event: RunEvent) -> int:
    """The number of the event's pull request; raises GitHubError if the event has none."""
    if event.number is None:
        hint = f"Run it on one of: {', '.join(PULL_EVENTS)}."
        raise GitHubError(f"The event `{event.name}` has no pull request.", kind="invalid", hint=hint)
    return event.number


def find_pull_request(client: Client, event: RunEvent, judged: str | None = None) -> RunEvent:
    """The event with the only open pull request whose head is the event's commit, as GitHub lists it (G12).

    Of several, it is the one whose merge was `judged`. `workflow_run` needs this, because its own list of pull
    requests is empty for forks.
    """
    found = [
        each
        for each in open_pull_requests(client, event.head)
        if event.repository_id in (0, each["base"]["repo"]["id"])
    ]
    merged = [each for each in found if judged is not None and each.get("merge_commit_sha") == judged]
    chosen = found if len(found) == 1 else merged
    if len(chosen) != 1:
        return event
    merge = chosen[0].get("merge_commit_sha")
    merges = (merge,) if isinstance(merge, str) else ()
    return replace(event, number=chosen[0]["number"], into=chosen[0]["base"]["ref"], merges=(*event.merges, *merges))


def open_pull_requests(client: Client, head: str) -> list[Any]:
    """The open pull requests whose head is a commit, as GitHub lists them."""
    found = client.get(client.path("commits", head, "pulls"), permission="pull-requests: read")
    return [each for each in found if each["state"] == "open" and each["head"]["sha"] == head]


def read_document(path: Path, name: str) -> dict[str, Any]:
    """The event in its file; raises GitHubError for what is none."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise GitHubError(f"The file of the event `{name}` is larger than an event can be.", kind="invalid")
        document = json.loads(path.read_bytes())
    except OSError as error:
        message = f"The event file `{path}` could not be read: {error.strerror}."
        raise GitHubError(message, kind="invalid", hint=_OUTSIDE) from error
    except (ValueError, RecursionError) as error:
        raise GitHubError(f"The file of the event `{name}` is not JSON: {error}.", kind="invalid") from error
    if not isinstance(document, dict):
        raise GitHubError(f"The file of the event `{name}` does not contain an event.", kind="invalid")
    return document


def _subject(document: dict[str, Any], name: str, commit: str) -> tuple[int | None, str]:
    """The pull request's number, if there is one, and the head commit."""
    if name in PULL_EVENTS:
        number, head = _within(document, "pull_request", "number"), _within(document, "pull_request", "head", "sha")
        if not isinstance(number, int) or isinstance(number, bool) or number < 1:
            raise GitHubError(f"The event `{name}` names no pull request.", kind="invalid")
    elif name not in COMMIT_EVENTS:
        # GITHUB_SHA would be the default branch's last commit, which was not judged (G12).
        hint = f"Run it on one of: {', '.join((*PULL_EVENTS, *COMMIT_EVENTS))}."
        raise GitHubError(f"The event `{name}` has no commit to judge.", kind="invalid", hint=hint)
    else:
        number, head = None, _within(document, "workflow_run", "head_sha") if name == "workflow_run" else commit
    if not isinstance(head, str) or not _SHA.fullmatch(head):
        raise GitHubError(f"The event `{name}` names no head commit.", kind="invalid")
    return number, head


def _into(document: dict[str, Any], name: str, ref: str) -> str | None:
    """The branch that the commit is on or is to be merged into; for `workflow_run` that of a push that it follows."""
    if name in PULL_EVENTS:
        return _text(_within(document, "pull_request", "base", "ref"))
    if name == "merge_group":
        return _branch(_within(document, "merge_group", "base_ref"))
    if name == "push":
        return _branch(ref or document.get("ref"))
    home = _within(document, "repository", "id")
    followed = document.get("workflow_run") if name == "workflow_run" else None
    own = home is not None and _within(followed, "head_repository", "id") == home
    return _text(_within(followed, "head_branch")) if own and _within(followed, "event") == "push" else None


def _target(document: dict[str, Any]) -> str | None:
    """The one branch that the pull requests of a followed run are to be merged into; a fork's are not listed."""
    listed = _within(document, "workflow_run", "pull_requests")
    named = {_text(_within(each, "base", "ref")) for each in listed} if isinstance(listed, list) else set()
    return named.pop() if len(named) == 1 else None


def _merges(document: dict[str, Any], name: str, commit: str) -> tuple[str, ...]:
    """The commits that GitHub says merge the pull request's head: that of the run, and that of the event."""
    if name not in PULL_EVENTS:
        return ()
    merge = _within(document, "pull_request", "merge_commit_sha")
    # Under `pull_request_target` the run's commit is the base's.
    named = (merge,) if name == "pull_request_target" else (commit, merge)
    return tuple(each for each in named if isinstance(each, str) and _SHA.fullmatch(each))


def _branch(ref: Any) -> str | None:
    return ref.removeprefix(_BRANCHES) or None if isinstance(ref, str) and ref.startswith(_BRANCHES) else None


def _text(found: Any) -> str | None:
    return found if isinstance(found, str) and found else None


def _within(document: Any, *names: str) -> Any:
    for name in names:
        document = document.get(name) if isinstance(document, dict) else None
    return document


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0  # noqa: PLR2004  # fits 64 bits
