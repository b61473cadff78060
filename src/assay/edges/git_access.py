"""What a remote is asked: with the job's token where it is the job's own server, and with nothing more elsewhere."""

from __future__ import annotations

import base64
import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from assay.edges.git import run_git
from assay.errors import EvaluationError, UsageError

SECONDS = 300
TOKENS = ("ASSAY_GITHUB_TOKEN", "GITHUB_TOKEN")
SERVER = "GITHUB_SERVER_URL"
_REFUSED = re.compile(
    r"could not read (Username|Password)|Authentication failed|returned error: 40[13]|[Pp]ermission (to .* )?denied|"
    r"[Rr]epository( '[^']*')? not found|[Ww]rite access|not authorized|Resource not accessible"
)


def ask_remote(
    root: Path, remote: str, command: Sequence[str], wanted: Sequence[str] = ()
) -> subprocess.CompletedProcess[bytes]:
    """Git's answer to a command that reaches a remote; `wanted` are the refs or patterns that follow its name."""
    refuse_unsafe_remote(remote)
    token = job_token(os.environ)
    server = os.environ.get(SERVER, "").rstrip("/")
    given = dict[str, str]()
    if token is not None and _is_at(server, _addresses(root, remote)):
        given = header_settings(server, token)
    ended = run_git(root, *command, "--", remote, *wanted, network=True, environment=given, seconds=SECONDS)
    if token is None:
        return ended
    # A server or its hook may say what it was sent.
    said = ended.stderr
    for secret in (token, _basic(token)):
        said = said.replace(secret.encode(), b"***")
    return subprocess.CompletedProcess(ended.args, ended.returncode, ended.stdout, said)


def job_token(environment: Mapping[str, str]) -> str | None:
    """The token of a GitHub Actions job, None outside of one or without it; raises EvaluationError for no header's."""
    if not environment.get(SERVER):
        return None
    name = next((name for name in TOKENS if environment.get(name, "").strip()), None)
    if name is None:
        return None
    token = environment[name].strip()
    if not re.fullmatch(r"[!-~]+", token):
        raise EvaluationError(f"The token in {name} is not one word of plain characters.", hint="Pass it as it is.")
    return token


def header_settings(server: str, token: str) -> dict[str, str]:
    """Git's configuration, as environment variables, that sends a token to a server and to no other."""
    settings = (
        # An empty value forgets a header that actions/checkout left, which would be sent a second time.
        (f"http.{server}/.extraheader", ""),
        (f"http.{server}/.extraheader", f"AUTHORIZATION: basic {_basic(token)}"),
        # Git sends its headers on to wherever it is redirected.
        (f"http.{server}/.followRedirects", "false"),
    )
    numbered = {"GIT_CONFIG_COUNT": str(len(settings))}
    for number, (key, value) in enumerate(settings):
        numbered |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    return numbered


def rights_hint(said: str, otherwise: str, permission: Literal["read", "write"]) -> str:
    """What helps where Git was refused for lack of rights; `otherwise` where it failed for another reason."""
    if not _REFUSED.search(said):
        return otherwise
    return (
        f"In GitHub Actions give the job `permissions: contents: {permission}`, and its environment "
        f"`GITHUB_TOKEN: ${{{{ github.token }}}}`; elsewhere give Git a login that may {permission} there."
    )


def refuse_unsafe_remote(remote: str) -> None:
    """Raises UsageError for what Git would read as an option or as a program to run."""
    if remote.startswith("-") or "::" in remote or not remote.isprintable() or not remote.strip():
        raise UsageError(f"{remote[:80]!r} is not the name or address of a remote.")


def _basic(token: str) -> str:
    return base64.b64encode(f"x-access-token:{token}".encode()).decode()


def _addresses(root: Path, remote: str) -> tuple[str, ...]:
    """The addresses that Git fetches from and pushes to, as its configuration rewrites them."""
    fetched = run_git(root, "ls-remote", "--get-url", "--", remote).stdout
    # An address that is no remote's name has no other to push to.
    pushed = run_git(root, "remote", "get-url", "--push", "--all", "--", remote).stdout
    return tuple((fetched + pushed).decode(errors="replace").split())


def _is_at(server: str, addresses: Sequence[str]) -> bool:
    """Whether all addresses are a server's, which itself must be an https address without anything to guess."""
    if not re.fullmatch(r"https://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*", server):
        return False
    return bool(addresses) and all(_same_host(server, each) for each in addresses)


def _same_host(server: str, address: str) -> bool:
    try:
        home, there = urlsplit(server), urlsplit(address)
        hosts = {(each.hostname, each.port or 443) for each in (home, there)}
    except ValueError:
        return False
    # Who names a login in the address has a password of their own for it.
    plain = there.scheme == "https" and there.username is None
    return plain and len(hosts) == 1 and there.path.startswith(home.path + "/")
