"""Settings of a repository that make Git run a program or trust another server: refused before a remote is asked."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

from assay.edges.git_messages import cleaned, last_line
from assay.edges.git_process import run_git
from assay.errors import EvaluationError, UsageError

_OWN = ("local", "worktree")
_PROGRAMS = re.compile(
    r"core\.(?:sshcommand|askpass|gitproxy|alternaterefscommand)|credential\.(?:.*\.)?helper|"
    r"remote\..*\.(?:uploadpack|receivepack|vcs)|fetch\.bundleuri"
)
_TRUST = re.compile(r"http\.(?:.*\.)?(?:sslverify|sslcainfo|sslcapath|sslbackend|schannelusesslcainfo|pinnedpubkey)")
# Git's own keepers of passwords, with plain options; anything else could be a program or a line of shell.
_KEEPER = re.compile(
    r"(?:|store|cache|osxkeychain|libsecret|manager|manager-core|wincred)(?: --?[a-z-]+(?:[ =][\w./~-]+)?)*"
)
_SSH = re.compile(r"(?:/usr/bin/|/bin/)?ssh")
# What actions/checkout writes for a key, and people for theirs; other options of ssh can run programs.
_SSH_SETTING = re.compile(
    r"(?:IdentitiesOnly|StrictHostKeyChecking|UserKnownHostsFile|CheckHostIP|BatchMode|ConnectTimeout)=.*",
    re.IGNORECASE,
)
_SHELL = re.compile(r"[`;&|<>()\n\\]|\$[^A-Z]")


def refuse_local_programs(root: Path, *, token: bool) -> None:
    """Raises UsageError for a setting of the repository itself that a request to a remote would obey.

    It counts as the user's own if the user's settings have it too. With `token` the server must be trusted by the
    user's settings alone.
    """
    ended = run_git(root, "config", "--list", "--null", "--show-scope")
    if ended.returncode:
        raise EvaluationError(f"Git's settings could not be listed: {last_line(ended.stderr)}.")
    every = list(_settings(ended.stdout.decode(errors="surrogateescape")))
    given = {(key, value) for scope, key, value in every if scope not in _OWN}
    for scope, key, value in every:
        if scope not in _OWN or (key, value) in given:
            continue
        shown = cleaned(key)
        if _PROGRAMS.fullmatch(key) and not _is_harmless(key, value):
            raise UsageError(
                f"The repository's own configuration sets `{shown}`, which can run a program.",
                hint=f"If it is yours, set it for all repositories (`git config --global {shown} …`); else remove it: "
                f"`git config --unset-all {shown}`.",
            )
        if token and _TRUST.fullmatch(key):
            raise UsageError(
                f"The repository's own configuration sets `{shown}`, so the job's token could reach another server.",
                hint=f"Set it with `git config --global {shown} …`, or remove it: `git config --unset-all {shown}`.",
            )


def _settings(listed: str) -> Iterator[tuple[str, str, str]]:
    """Scope, key and value of each setting; the key's section and last part are in lower case."""
    parts = listed.split("\0")
    for scope, setting in zip(parts[::2], parts[1::2], strict=False):
        key, _, value = setting.partition("\n")
        yield scope, key, value


def _is_harmless(key: str, value: str) -> bool:
    if key == "core.sshcommand":
        return _is_plain_ssh(value)
    return key.endswith("helper") and _KEEPER.fullmatch(value) is not None


def _is_plain_ssh(value: str) -> bool:
    """Whether a command is ssh with a key, a port and options that run nothing."""
    try:
        program, *words = shlex.split(value) if not _SHELL.search(value) else [""]
    except ValueError:
        return False
    if not _SSH.fullmatch(program):
        return False
    while words:
        option = words.pop(0)
        if option in ("-4", "-6", "-v", "-q", "-a", "-x"):
            continue
        argument = words.pop(0) if words else None
        if argument is None or option not in ("-i", "-o", "-p"):
            return False
        if option == "-o" and not _SSH_SETTING.fullmatch(argument):
            return False
    return True
