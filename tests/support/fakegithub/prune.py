"""Prunes GitHub's API description to the operations that are used.

    npm pack @octokit/openapi && tar xzf octokit-openapi-*.tgz
    python tests/support/fakegithub/prune.py package

It writes `api.github.com.json` and the package's licence beside this file.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
REPOSITORY = "/repos/{owner}/{repo}"
OPERATIONS = {
    "/user": ("get",),
    "/users/{username}": ("get",),
    "/orgs/{org}/teams/{team_slug}/memberships/{username}": ("get",),
    "/orgs/{org}/teams/{team_slug}/members": ("get",),
    REPOSITORY: ("get",),
    f"{REPOSITORY}/branches/{{branch}}": ("get",),
    f"{REPOSITORY}/branches/{{branch}}/protection": ("get",),
    f"{REPOSITORY}/rules/branches/{{branch}}": ("get",),
    f"{REPOSITORY}/rulesets": ("get",),
    f"{REPOSITORY}/rulesets/{{ruleset_id}}": ("get",),
    f"{REPOSITORY}/environments": ("get",),
    f"{REPOSITORY}/environments/{{environment_name}}/secrets": ("get",),
    f"{REPOSITORY}/actions/secrets": ("get",),
    f"{REPOSITORY}/actions/organization-secrets": ("get",),
    f"{REPOSITORY}/actions/variables": ("get",),
    f"{REPOSITORY}/actions/organization-variables": ("get",),
    f"{REPOSITORY}/actions/permissions/workflow": ("get",),
    f"{REPOSITORY}/actions/permissions/fork-pr-contributor-approval": ("get",),
    f"{REPOSITORY}/actions/permissions/fork-pr-workflows-private-repos": ("get",),
    f"{REPOSITORY}/actions/runners": ("get",),
    f"{REPOSITORY}/pulls": ("get",),
    f"{REPOSITORY}/pulls/{{pull_number}}": ("get",),
    f"{REPOSITORY}/pulls/{{pull_number}}/reviews": ("get", "post"),
    f"{REPOSITORY}/pulls/{{pull_number}}/commits": ("get",),
    f"{REPOSITORY}/commits/{{commit_sha}}/pulls": ("get",),
    f"{REPOSITORY}/commits/{{ref}}/statuses": ("get",),
    f"{REPOSITORY}/statuses/{{sha}}": ("post",),
    f"{REPOSITORY}/collaborators/{{username}}/permission": ("get",),
    f"{REPOSITORY}/issues/{{issue_number}}": ("get",),
    f"{REPOSITORY}/issues/{{issue_number}}/timeline": ("get",),
    f"{REPOSITORY}/issues/{{issue_number}}/comments": ("get", "post"),
    f"{REPOSITORY}/issues/comments/{{comment_id}}": ("get", "patch", "delete"),
    f"{REPOSITORY}/releases": ("get", "post"),
    f"{REPOSITORY}/releases/{{release_id}}": ("get", "patch", "delete"),
    f"{REPOSITORY}/releases/tags/{{tag}}": ("get",),
    f"{REPOSITORY}/releases/{{release_id}}/assets": ("get", "post"),
    f"{REPOSITORY}/releases/assets/{{asset_id}}": ("get", "delete"),
    f"{REPOSITORY}/git/ref/{{ref}}": ("get",),
    f"{REPOSITORY}/git/matching-refs/{{ref}}": ("get",),
    f"{REPOSITORY}/git/refs": ("post",),
    f"{REPOSITORY}/git/tags": ("post",),
    f"{REPOSITORY}/git/tags/{{tag_sha}}": ("get",),
}
SAID_ONLY_TO_PEOPLE = ("description", "summary", "example", "examples", "externalDocs", "tags", "title", "deprecated")
NAMED_BY_PEOPLE = ("properties", "schemas", "parameters", "responses", "headers", "paths", "patternProperties")


def main(package: Path) -> None:
    """Reads the unpacked npm package and writes the pruned description."""
    full = json.loads((package / "generated/api.github.com.json").read_text())
    version = json.loads((package / "package.json").read_text())["version"]
    paths = {path: _path(full["paths"][path], methods) for path, methods in OPERATIONS.items()}
    pruned: dict[str, Any] = {
        "openapi": full["openapi"],
        "info": {
            "title": "GitHub v3 REST API, pruned",
            "version": full["info"]["version"],
            "x-source": f"@octokit/openapi {version}, generated/api.github.com.json, MIT; see LICENSE-octokit-openapi",
        },
        "servers": [{"url": "/"}],
        "paths": _bare(paths, named=True),
        "components": {},
    }
    wanted = list(_references(pruned["paths"]))
    while wanted:
        _, _, kind, name = wanted.pop().split("/")
        known = pruned["components"].setdefault(kind, {})
        if name not in known:
            known[name] = _bare(full["components"][kind][name])
            wanted += _references(known[name])
    text = json.dumps(pruned, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    (HERE / "api.github.com.json").write_text(text.replace('},"/', '},\n"/') + "\n", encoding="utf-8")
    (HERE / "LICENSE-octokit-openapi").write_text((package / "LICENSE").read_text(encoding="utf-8"), encoding="utf-8")


def _path(item: dict[str, Any], methods: tuple[str, ...]) -> dict[str, Any]:
    """The operations wanted of a path; each answers at this server, whatever host it names."""
    kept = {method: dict(item[method]) for method in methods}
    for operation in kept.values():
        operation.pop("servers", None)
    return kept


def _bare(node: Any, *, named: bool = False) -> Any:
    """A part of the description without what is said only to people; `named`: its keys are names, not keywords."""
    if isinstance(node, list):
        return [_bare(each) for each in node]
    if not isinstance(node, dict):
        return node
    return {
        key: _bare(value, named=not named and key in NAMED_BY_PEOPLE and isinstance(value, dict))
        for key, value in node.items()
        if named or not (key in SAID_ONLY_TO_PEOPLE or key.startswith("x-"))
    } | ({"description": ""} if _is_response(node) and not named else {})


def _is_response(node: dict[str, Any]) -> bool:
    return "description" in node and ("content" in node or "headers" in node or set(node) == {"description"})


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        for each in node:
            yield from _references(each)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
