"""The push that creates a branch: the only event without an earlier commit, as GitHub's event file reports it."""

from __future__ import annotations

import os
from pathlib import Path

from assay.edges.github.client import GitHubError
from assay.edges.github.events import read_document

_NO_COMMIT = "0"


def creates_branch() -> bool:
    """Whether a push that created a branch started this run, so that the branch had no earlier commit."""
    name, path = os.environ.get("GITHUB_EVENT_NAME", ""), os.environ.get("GITHUB_EVENT_PATH", "")
    if os.environ.get("GITHUB_ACTIONS") != "true" or name != "push" or not path:
        return False
    try:
        event = read_document(Path(path), name)
    except GitHubError:
        return False
    before, after = event.get("before"), event.get("after")
    return (
        event.get("created") is True
        and isinstance(before, str)
        and before != ""
        and not before.strip(_NO_COMMIT)
        and isinstance(after, str)
        and after == os.environ.get("GITHUB_SHA")
    )
