"""The repository of the job, and whether a Git remote is that repository, by the addresses that GitHub gives it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote, urlsplit

from assay.edges.github.client import Client, GitHubError, connect

_SCP = re.compile(r"(?:[A-Za-z0-9._-]+@)?([A-Za-z0-9.-]+):(?!//)(.+)")
ADDRESSES = ("clone_url", "ssh_url", "git_url", "html_url")


def job_client() -> Client | None:
    """A client for the repository that the job's environment names; None without a repository or a token."""
    environment = os.environ
    token = environment.get("ASSAY_GITHUB_TOKEN", "") or environment.get("GITHUB_TOKEN", "")
    repository = environment.get("GITHUB_REPOSITORY", "")
    if not repository or not token.strip():
        return None
    return connect(url=environment.get("GITHUB_API_URL", ""), token=token, repository=repository)


def require_same_repository(client: Client, remote: str, addresses: Iterable[str], root: Path) -> None:
    """Raises GitHubError unless every address of a remote is one of the repository's; `root` is the clone."""
    said = client.get(client.path(), permission="metadata: read")
    known = {
        found for name in ADDRESSES if isinstance(text := said.get(name), str) and (found := plain_address(text, root))
    }
    there = [plain_address(each, root) for each in addresses]
    if not there or not all(each in known for each in there):
        shown = ", ".join(each or "?" for each in there) or "an unknown address"
        raise GitHubError(
            f"The remote `{remote}` ({shown}) is not the repository {client.name}, so its reviews say nothing about "
            "what is promoted.",
            kind="invalid",
            hint="Set GITHUB_REPOSITORY to the remote's repository, or name that remote with --remote.",
        )


def plain_address(address: str, root: Path) -> str | None:
    """The host and path of a remote's address, without protocol, login and `.git`; None for none that is understood."""
    if "://" not in address and (found := _SCP.fullmatch(address)) and not address.startswith(("/", ".")):
        host, path = found.groups()
    else:
        try:
            parts = urlsplit(address)
            host, path = parts.hostname or "", unquote(parts.path)
            host += f":{parts.port}" if parts.port not in (None, 22, 443) else ""
        except ValueError:
            return None
        if parts.scheme not in ("", "file", "https", "http", "ssh", "git"):
            return None
        if not host:
            return os.path.realpath(root / path).removesuffix(".git")
    return f"{host}/{path.strip('/').removesuffix('.git')}".lower()
