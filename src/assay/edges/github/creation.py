"""The one event before which there was no commit: the push that creates a branch, as GitHub's own file of it says."""

from __future__ import annotations

import os
from pathlib import Path

from assay.edges.github.client import GitHubError
from assay.edges.github.events import read_document

_NO_COMMIT = "0"


def creates_branch() -> bool:
    """Whether this run is of a push that created a branch, so that no commit was there before it."""
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
