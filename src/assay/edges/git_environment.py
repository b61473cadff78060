"""How Git is started: with the user's settings, and deaf to what a repository or its surroundings set against it."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from assay.errors import EvaluationError, UsageError

# A repository can set hooks, monitors and replaced objects, so they are off; and a folder in it that looks like a
# bare repository does not count as one, because its files would be Git's configuration (F-7). A stored graph of
# commits and a list of grafts could name other parents than the commits do.
SETTINGS = (
    "core.hooksPath=/dev/null", "core.fsmonitor=false", "protocol.allow=never", "core.quotePath=false",
    "safe.bareRepository=explicit", "core.warnAmbiguousRefs=true", "core.commitGraph=false", "transfer.bundleURI=false",
)  # fmt: skip
NO_GRAFTS = f"{os.devnull}/grafts"
# The user's own settings, wherever Git would find them; a variable that names another repository is not passed on.
PASSED_ON = (
    "HOME", "XDG_CONFIG_HOME", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM", "SYSTEMROOT", "TMPDIR",
)  # fmt: skip
_PATHS = (
    "HOME",
    "XDG_CONFIG_HOME",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_SYSTEM",
    "TMPDIR",
    "GIT_SSL_CAINFO",
    "GIT_SSL_CAPATH",
)
CONNECTING = (
    "SSH_AUTH_SOCK", "GIT_SSH", "GIT_SSH_COMMAND", "GIT_SSH_VARIANT", "GIT_ASKPASS", "SSL_CERT_FILE", "SSL_CERT_DIR",
    "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy", "GIT_SSL_CAINFO", "GIT_SSL_CAPATH",
    "GIT_SSL_CERT", "GIT_SSL_KEY", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR",
)  # fmt: skip
# The user chooses a remote, so these protocols may reach it; others can run programs, and a setting cannot allow them.
PROTOCOLS = ("file", "https", "ssh")
_MOST_SETTINGS = 1000


def guarded_call(
    arguments: Sequence[str], *, network: bool = False, trusted: Sequence[str] = ()
) -> tuple[list[str], dict[str, str]]:
    """The command line and the environment that run Git safely; raises EvaluationError if it is not installed.

    Git reads a `trusted` work tree although another user owns it.
    """
    # A folder that is named relative to where Git runs lies in the repository.
    path = os.pathsep.join(
        each for each in os.environ.get("PATH", os.defpath).split(os.pathsep) if Path(each).is_absolute()
    )
    program = shutil.which("git", path=path)
    if program is None:
        raise EvaluationError("Git is not installed.", hint="Install git.")
    allowed = [f"protocol.{each}.allow=always" for each in PROTOCOLS] if network else []
    settings = [
        part
        for setting in (*SETTINGS, *(f"safe.directory={each}" for each in trusted), *allowed)
        for part in ("-c", setting)
    ]
    command = [program, "--no-replace-objects", "--no-optional-locks", *settings, *arguments]
    environment = {**_kept(CONNECTING if network else ()), **numbered_settings(os.environ, ()), "PATH": path}
    environment |= {"GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C", "GIT_ADVICE": "0", "GIT_GRAFT_FILE": NO_GRAFTS}
    # Over settings such as `protocol.ext.allow`, which would win over `protocol.allow`.
    environment["GIT_ALLOW_PROTOCOL"] = ":".join(PROTOCOLS) if network else ""
    return command, environment if network else {**environment, "GIT_NO_LAZY_FETCH": "1"}


def numbered_settings(environment: Mapping[str, str], more: Sequence[tuple[str, str]]) -> dict[str, str]:
    """The settings that are given to Git as GIT_CONFIG_COUNT and its pairs, with `more` after them."""
    said = environment.get("GIT_CONFIG_COUNT", "") or "0"
    if not re.fullmatch(r"[0-9]{1,4}", said) or int(said) > _MOST_SETTINGS:
        raise UsageError(f"GIT_CONFIG_COUNT is {said[:40]!r}, not a small number.", hint="Correct or unset it.")
    names = [f"GIT_CONFIG_{kind}_{number}" for number in range(int(said)) for kind in ("KEY", "VALUE")]
    missing = next((name for name in names if name not in environment), None)
    if missing is not None:
        raise UsageError(f"GIT_CONFIG_COUNT is {said}, but {missing} is not set.", hint="Set it, or lower the count.")
    pairs = {name: environment[name] for name in names}
    for number, (key, value) in enumerate(more, int(said)):
        pairs |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    return {**pairs, "GIT_CONFIG_COUNT": str(len(pairs) // 2)} if pairs else {}


def _kept(more: Sequence[str]) -> dict[str, str]:
    """The variables that are passed on; Git runs in another folder, so a relative path is made absolute."""
    kept = {name: os.environ[name] for name in (*PASSED_ON, *more) if name in os.environ}
    return {name: str(Path(value).absolute()) if name in _PATHS and value else value for name, value in kept.items()}
