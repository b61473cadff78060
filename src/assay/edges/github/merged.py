"""The merged pull request of a commit on the default branch, as GitHub lists it."""

from __future__ import annotations

from typing import Any

from assay.edges.github.client import Client, GitHubError

READ = "pull-requests: read"


def find_merged(client: Client, commit: str) -> int:
    """The number of the only merged pull request of a commit; raises GitHubError for none or several.

    Its base must be this repository's default branch, by the repository's id, and the commit must be its merge commit
    or its head; a pull request that only contains the commit does not count.
    """
    repository = client.get(client.path(), permission="metadata: read")
    found = client.get(client.path("commits", commit, "pulls"), permission=READ)
    try:
        branch = str(repository["default_branch"])
        known = [each for each in found if _is_of(each, commit, repository["id"], branch)]
        merged = sorted(int(each["number"]) for each in known if each["merged_at"])
        unmerged = sorted(int(each["number"]) for each in known if not each["merged_at"])
    except (KeyError, TypeError, ValueError) as error:
        message = f"GitHub's answer about the commit {commit[:12]} is not valid: {error}."
        raise GitHubError(message, kind="invalid") from error
    if len(merged) == 1:
        return merged[0]
    if merged:
        raise GitHubError(
            f"The commit {commit[:12]} belongs to several merged pull requests: {_listed(merged)}.",
            kind="invalid",
            hint="Name the right one with --pull-request.",
        )
    raise GitHubError(
        f"No merged pull request brought the commit {commit[:12]} onto `{branch}`.",
        kind="absent",
        hint=f"It is the head of {_listed(unmerged)}, which is not merged; name that one with --pull-request."
        if unmerged
        else "Nobody approved a commit that was pushed without a pull request; open one for it.",
    )


def _is_of(pull: Any, commit: str, repository: int, branch: str) -> bool:
    base = pull["base"]
    home = base["ref"] == branch and bool(base["repo"]) and base["repo"]["id"] == repository
    return home and commit in (pull["merge_commit_sha"], pull["head"]["sha"])


def _listed(numbers: list[int]) -> str:
    return ", ".join(f"#{number}" for number in numbers)
