"""Access to a remote: with the job's token if it is on the job's own server, else without any token."""

from __future__ import annotations

import base64
import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from assay.edges.git_environment import numbered_settings
from assay.edges.git_local_settings import refuse_local_programs
from assay.edges.git_process import run_git
from assay.errors import EvaluationError, UsageError

SECONDS = 300
TOKENS = ("ASSAY_GITHUB_TOKEN", "GITHUB_TOKEN")
SERVER = "GITHUB_SERVER_URL"
IDENTITY = "ACTIONS_ID_TOKEN_REQUEST_TOKEN"
_REFUSED = re.compile(
    r"could not read (Username|Password)|Authentication failed|returned error: 40[13]|[Pp]ermission (to .* )?denied|"
    r"[Rr]epository( '[^']*')? not found|[Ww]rite access|not authorized|Resource not accessible"
)


def ask_remote(
    root: Path, remote: str, command: Sequence[str], wanted: Sequence[str] = ()
) -> subprocess.CompletedProcess[bytes]:
    """The result of a Git command on a remote; `wanted` are the refs or patterns that follow its name."""
    refuse_unsafe_remote(remote)
    token = job_token(os.environ)
    server = os.environ.get(SERVER, "").rstrip("/")
    given = dict[str, str]()
    told = token is not None and _is_at(server, remote_addresses(root, remote))
    refuse_local_programs(root, token=told)
    if token is not None and told:
        given = header_settings(server, token)
    ended = run_git(root, *command, "--", remote, *wanted, network=True, environment=given, seconds=SECONDS)
    if token is None:
        return ended
    # A server or its hook may print what it received.
    said = ended.stderr
    for secret in (token, _basic(token)):
        said = said.replace(secret.encode(), b"***")
    return subprocess.CompletedProcess(ended.args, ended.returncode, ended.stdout, said)


def job_token(environment: Mapping[str, str]) -> str | None:
    """The token of a GitHub Actions job, or None; raises EvaluationError if it does not fit in a header."""
    if not environment.get(SERVER):
        return None
    name = next((name for name in TOKENS if environment.get(name, "").strip()), None)
    if name is None:
        return None
    token = environment[name].strip()
    if not re.fullmatch(r"[!-~]+", token):
        raise EvaluationError(
            f"The token in {name} has a space or a special character.", hint="Pass the token unchanged."
        )
    return token


def has_job_token() -> bool:
    """Whether this process has a GitHub job's token, or may sign as the job; no foreign program may run beside it."""
    return job_token(os.environ) is not None or bool(os.environ.get(IDENTITY))


def header_settings(server: str, token: str) -> dict[str, str]:
    """Git's configuration, as environment variables, that sends a token to one server only."""
    settings = (
        # An empty value removes the header of actions/checkout, which Git would send too.
        (f"http.{server}/.extraheader", ""),
        (f"http.{server}/.extraheader", f"AUTHORIZATION: basic {_basic(token)}"),
        # Git sends its headers to any server that it is redirected to.
        (f"http.{server}/.followRedirects", "false"),
    )
    return numbered_settings(os.environ, settings)


def rights_hint(said: str, otherwise: str, permission: Literal["read", "write"]) -> str:
    """The hint if Git lacked permission, or `otherwise` if it failed for another reason."""
    if not _REFUSED.search(said):
        return otherwise
    return (
        f"In GitHub Actions give the job `permissions: contents: {permission}`, and its environment "
        f"`GITHUB_TOKEN: ${{{{ github.token }}}}`; elsewhere give Git a login that may {permission} there."
    )


def refuse_unsafe_remote(remote: str) -> None:
    """Raises UsageError for a remote that Git would read as an option or as a program to run."""
    if remote.startswith("-") or "::" in remote or not remote.isprintable() or not remote.strip():
        raise UsageError(f"{remote[:80]!r} is not the name or URL of a remote.")


def _basic(token: str) -> str:
    return base64.b64encode(f"x-access-token:{token}".encode()).decode()


def remote_addresses(root: Path, remote: str) -> tuple[str, ...]:
    """The URLs that Git fetches from and pushes to, after its configuration rewrote them."""
    fetched = run_git(root, "ls-remote", "--get-url", "--", remote).stdout
    # A URL has no separate push URL; only a named remote may.
    pushed = run_git(root, "remote", "get-url", "--push", "--all", "--", remote).stdout
    return tuple((fetched + pushed).decode(errors="replace").split())


def _is_at(server: str, addresses: Sequence[str]) -> bool:
    """Whether all URLs are on a server, whose own URL must be plain https."""
    if not re.fullmatch(r"https://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*", server):
        return False
    return bool(addresses) and all(_same_host(server, each) for each in addresses)


def _same_host(server: str, address: str) -> bool:
    try:
        home, there = urlsplit(server), urlsplit(address)
        hosts = {(each.hostname, each.port or 443) for each in (home, there)}
    except ValueError:
        return False
    # A URL with a login has its own password.
    plain = there.scheme == "https" and there.username is None
    return plain and len(hosts) == 1 and there.path.startswith(home.path + "/")
