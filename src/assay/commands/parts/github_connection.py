"""The GitHub repository that a job's environment names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assay.edges.github.client import Client


def connected(environment: Mapping[str, str], *, patience: float | None = None) -> Client:
    """A client for the job's repository with its token; raises GitHubError if one of the two is missing.

    It waits at most `patience` seconds for GitHub in total, if that is given.
    """
    from assay.edges.github.client import PATIENCE, connect

    return connect(
        url=environment.get("GITHUB_API_URL", ""),
        token=environment.get("ASSAY_GITHUB_TOKEN", "") or environment.get("GITHUB_TOKEN", ""),
        repository=environment.get("GITHUB_REPOSITORY", ""),
        patience=PATIENCE if patience is None else patience,
    )
