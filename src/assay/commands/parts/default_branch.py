"""The default branch of a repository, as a clone knows it: what the remote says, else the usual names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from assay.edges.git_process import run_git
from assay.errors import AssayError

USUAL = ("main", "master")
_REMOTE = "refs/remotes/origin/"


@dataclass(frozen=True, kw_only=True)
class DefaultBranch:
    """A branch by name; `certain` if the remote names it, or if there is no repository that could have another."""

    name: str
    certain: bool


def find_default_branch(folder: Path) -> DefaultBranch:
    """The remote's default branch, else the configured or a usual name that exists, else what is checked out."""
    try:
        named = _said(folder, "symbolic-ref", "--quiet", f"{_REMOTE}HEAD").removeprefix(_REMOTE)
        if named:
            return DefaultBranch(name=named, certain=True)
        configured = _said(folder, "config", "--get", "init.defaultBranch")
        listed = _said(folder, "for-each-ref", "--format=%(refname)", "refs/heads", _REMOTE).splitlines()
        branches = {re.sub("^refs/(?:heads|remotes/origin)/", "", each) for each in listed}
        checked_out = _said(folder, "symbolic-ref", "--quiet", "--short", "HEAD")
    except AssayError:
        return DefaultBranch(name=USUAL[0], certain=True)
    wanted = (*USUAL, configured) if configured in ("", *USUAL) else (configured, *USUAL)
    name = next((each for each in wanted if each and each in branches), checked_out or USUAL[0])
    return DefaultBranch(name=name, certain=name == USUAL[0])


def branch_pattern(name: str) -> str:
    """The pattern by which a workflow's `branches` names exactly one branch."""
    return re.sub(r"[+\]?*\[]|^!", r"\\\g<0>", name)


def _said(folder: Path, *arguments: str) -> str:
    ended = run_git(folder, *arguments)
    return ended.stdout.decode(errors="replace").strip() if ended.returncode == 0 else ""
