"""Settings of a repository on GitHub, read only; each is asked for once."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from assay.edges.github.client import MAX_PAGES, PAGE, Client, GitHubError

ADMINISTRATION, ACTIONS, SECRETS = "administration: read", "actions: read", "secrets: read"
VARIABLES, ENVIRONMENTS = "variables: read", "environments: read"
UNPROTECTED = "Branch not protected"


@dataclass(frozen=True, kw_only=True)
class RepositorySettings:
    """The settings behind a client; each method raises GitHubError if it may not look, or cannot."""

    client: Client
    _known: dict[str, Any] = field(default_factory=dict)

    def repository(self) -> dict[str, Any]:
        """The repository itself: its name, default branch, and whether it is private."""
        return self._object(self.client.path(), "metadata: read")

    def branch_rules(self, branch: str) -> list[dict[str, Any]]:
        """The rules of all rulesets that are active on a branch, also those of the organisation."""
        return self._list(self.client.path("rules", "branches", branch), "metadata: read")

    def branch_protection(self, branch: str) -> dict[str, Any] | None:
        """The classic protection of a branch; None if it has none."""
        try:
            return self._object(self.client.path("branches", branch, "protection"), ADMINISTRATION)
        except GitHubError as error:
            if error.status == HTTPStatus.NOT_FOUND and UNPROTECTED in str(error):
                return None
            raise

    def tag_rulesets(self) -> list[dict[str, Any]]:
        """The rulesets on tags with their rules, also those of the organisation."""
        listed = self._list(self.client.path("rulesets"), "metadata: read")
        return [
            self._object(self.client.path("rulesets", int(each["id"])), "metadata: read")
            for each in listed
            if each.get("target") == "tag"
        ]

    def environments(self) -> list[dict[str, Any]]:
        """The environments, with their protection."""
        return self._pages(self.client.path("environments"), "environments", ACTIONS)

    def environment_secrets(self, environment: str) -> set[str]:
        """The names of an environment's secrets."""
        path = self.client.path("environments", environment, "secrets")
        return _names(self._pages(path, "secrets", ENVIRONMENTS))

    def secrets(self, *, organization: bool = False) -> set[str]:
        """The names of the secrets that every workflow can read."""
        path = self.client.path("actions", "organization-secrets" if organization else "secrets")
        return _names(self._pages(path, "secrets", SECRETS))

    def variables(self, *, organization: bool = False) -> set[str]:
        """The names of the variables that every workflow can read."""
        path = self.client.path("actions", "organization-variables" if organization else "variables")
        return _names(self._pages(path, "variables", VARIABLES))

    def actions(self, *named: str) -> dict[str, Any]:
        """A setting of Actions, by the end of its path."""
        return self._object(self.client.path("actions", *named), ADMINISTRATION)

    def runners(self) -> int:
        """How many self-hosted runners the repository has."""
        return int(self._object(self.client.path("actions", "runners"), ADMINISTRATION)["total_count"])

    def _object(self, path: str, permission: str) -> dict[str, Any]:
        found = self._get(path, permission)
        if not isinstance(found, dict):
            raise GitHubError(f"GitHub's answer to {path} is no object.", kind="invalid")
        return found

    def _list(self, path: str, permission: str) -> list[dict[str, Any]]:
        found = self._get(path, permission)
        if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
            raise GitHubError(f"GitHub's answer to {path} is no list of objects.", kind="invalid")
        return found

    def _get(self, path: str, permission: str) -> Any:
        if path not in self._known:
            self._known[path] = self.client.get(path, permission=permission)
        return self._known[path]

    def _pages(self, path: str, name: str, permission: str) -> list[dict[str, Any]]:
        """All entries of an object that lists them in pages under a name."""
        if path not in self._known:
            found: list[dict[str, Any]] = []
            for page in range(1, MAX_PAGES + 1):
                asked = {"per_page": PAGE, "page": page}
                _, data = self.client.call("GET", path, permission=permission, parameters=asked)
                listed = data.get(name, []) if isinstance(data, dict) else None
                if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
                    raise GitHubError(f"GitHub's answer to {path} lists no `{name}`.", kind="invalid")
                found += listed
                if not listed or len(found) >= int(data.get("total_count", 0)):
                    break
            self._known[path] = found
        return list(self._known[path])


def _names(listed: list[dict[str, Any]]) -> set[str]:
    return {str(each["name"]) for each in listed}
