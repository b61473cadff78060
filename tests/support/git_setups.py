"""Repositories as they are found in the field, as data: what is configured, set or left behind, and what must be said.

In what is written `{first}`, `{second}` and `{impostor}` are commits, `{evil}` is a program that leaves a mark, and
`{root}`, `{home}` and `{remote}` are folders. A set-up without `refused` reads like any other.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.git import git


@dataclass(frozen=True, kw_only=True)
class Setup:
    """What differs from a plain clone: commands of Git, files, variables, and how Git itself behaves (`wrapped`)."""

    commands: tuple[tuple[str, ...], ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    gone: tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    wrapped: str = ""
    where: str = "{root}"
    refused: str = ""
    hint: str = ""


@dataclass(frozen=True)
class Clone:
    """A clone with a remote, two commits on main, and one that belongs to nothing."""

    root: Path
    home: Path
    remote: Path
    marker: Path
    names: dict[str, str]

    def filled(self, text: str) -> str:
        for name, value in self.names.items():
            text = text.replace(f"{{{name}}}", value)
        return text


def make_clone(folder: Path) -> Clone:
    """The clone, before anything is done to it."""
    root, home, remote, marker = (folder / name for name in ("clone", "home", "remote.git", "marker"))
    for each in (root, home, folder / "bin"):
        each.mkdir()
    git(folder, "init", "--quiet", "--bare", "--initial-branch=main", str(remote))
    git(root, "init", "--quiet", "--initial-branch=main")
    for text in ("first", "second"):
        (root / "models/a").mkdir(parents=True, exist_ok=True)
        (root / "assay.yaml").write_text(f"{text}\n")
        (root / "models/a/assay.yaml").write_text(f"inner {text}\n")
        git(root, "add", ".")
        git(root, "commit", "--quiet", "--message", text)
    git(root, "remote", "add", "origin", f"file://{remote}")
    git(root, "push", "--quiet", "--set-upstream", "origin", "main")
    evil = folder / "bin" / "evil"
    evil.write_text(f'#!/bin/sh\ntouch "{marker}"\nexit 1\n')
    evil.chmod(0o755)
    names = {
        "first": git(root, "rev-parse", "HEAD~1"),
        "second": git(root, "rev-parse", "HEAD"),
        "impostor": git(root, "commit-tree", "-m", "impostor", "HEAD~1^{tree}"),
        "evil": str(evil),
        "root": str(root),
        "home": str(home),
        "remote": str(remote),
        "folder": str(folder),
    }
    return Clone(root, home, remote, marker, names)


def apply_setup(clone: Clone, setup: Setup, variables: dict[str, str]) -> Path:
    """Does to a clone what a set-up says, and to the variables; returns where it is read from."""
    for command in setup.commands:
        git(clone.root, *map(clone.filled, command))
    for name, text in setup.files.items():
        path = clone.root / clone.filled(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(clone.filled(text))
        if text.startswith("#!"):
            path.chmod(0o755)
    for name in setup.gone:
        (clone.root / clone.filled(name)).unlink()
    variables["HOME"] = str(clone.home)
    if setup.wrapped:
        wrap_git(clone.marker.parent / "bin", setup.wrapped)
        variables["PATH"] = f"{clone.marker.parent / 'bin'}:{os.environ['PATH']}"
    variables.update({name: clone.filled(value) for name, value in setup.variables.items()})
    return Path(clone.filled(setup.where))


def wrap_git(folder: Path, line: str) -> None:
    """A Git in a folder that runs a line of shell first."""
    script = folder / "git"
    script.write_text(f'#!/bin/sh\nreal="{shutil.which("git")}"\n{line}\nexec "$real" "$@"\n')
    script.chmod(0o755)


OTHER_OWNER = "export GIT_TEST_ASSUME_DIFFERENT_OWNER=1"
SAFE = "[safe]\n\tdirectory = {root}\n"

PLAIN: dict[str, Setup] = {
    "as cloned": Setup(),
    "refs and objects packed": Setup(commands=(("gc", "--quiet"), ("pack-refs", "--all"))),
    "detached HEAD": Setup(commands=(("checkout", "--quiet", "--detach"),)),
    "another branch": Setup(commands=(("checkout", "--quiet", "-b", "release/1.x+y"),)),
    "sparse checkout": Setup(commands=(("sparse-checkout", "set", "models"),)),
    "a linked worktree": Setup(commands=(("worktree", "add", "--quiet", "../linked"),), where="{folder}/linked"),
    "objects of another clone": Setup(
        commands=(("clone", "--quiet", "--shared", "{root}", "../shared"),), where="{folder}/shared"
    ),
    "a worktree of a bare clone": Setup(
        commands=(
            ("clone", "--quiet", "--bare", "{root}", "../bare.git"),
            ("-C", "../bare.git", "worktree", "add", "--quiet", "../of-bare", "main"),
        ),
        where="{folder}/of-bare",
    ),
    "a submodule": Setup(
        commands=(
            ("init", "--quiet", "../outer"),
            (
                "-C",
                "../outer",
                "-c",
                "protocol.file.allow=always",
                "submodule",
                "--quiet",
                "add",
                "file://{root}",
                "in",
            ),
        ),
        where="{folder}/outer/in",
    ),
    "an empty folder `.git` further down": Setup(files={"models/a/.git/keep": ""}),
    "no HOME": Setup(variables={"HOME": ""}),
    "lines end otherwise": Setup(commands=(("config", "core.autocrlf", "true"), ("config", "core.eol", "crlf"))),
    "everything is signed": Setup(
        commands=tuple(
            ("config", key, "true")
            for key in ("commit.gpgSign", "tag.gpgSign", "tag.forceSignAnnotated", "log.showSignature")
        )
    ),
    "colours, pagers, short ids": Setup(
        commands=(
            ("config", "color.ui", "always"),
            ("config", "core.abbrev", "4"),
            ("config", "core.pager", "{evil}"),
            ("config", "i18n.logOutputEncoding", "UTF-16"),
            ("config", "core.ignoreCase", "true"),
            ("config", "alias.rev-parse", "!{evil}"),
        )
    ),
    "another language": Setup(variables={"LC_ALL": "de_DE.UTF-8", "LANGUAGE": "de", "LANG": "de_DE.UTF-8"}),
    "inside a hook of Git": Setup(
        variables={"GIT_DIR": ".git", "GIT_INDEX_FILE": ".git/index", "GIT_PREFIX": "", "GIT_EXEC_PATH": "/nowhere"}
    ),
    "owned by another user, trusted in the home folder": Setup(wrapped=OTHER_OWNER, files={"../home/.gitconfig": SAFE}),
    "owned by another user, trusted by XDG_CONFIG_HOME": Setup(
        wrapped=OTHER_OWNER, files={"../xdg/git/config": SAFE}, variables={"XDG_CONFIG_HOME": "{folder}/xdg"}
    ),
    "owned by another user, trusted by GIT_CONFIG_GLOBAL": Setup(
        wrapped=OTHER_OWNER, files={"../global": SAFE}, variables={"GIT_CONFIG_GLOBAL": "{folder}/global"}
    ),
    "owned by another user, trusted by GIT_CONFIG_SYSTEM": Setup(
        wrapped=OTHER_OWNER, files={"../system": SAFE}, variables={"GIT_CONFIG_SYSTEM": "{folder}/system"}
    ),
    "owned by another user, trusted by GIT_CONFIG_COUNT": Setup(
        wrapped=OTHER_OWNER,
        variables={
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": "safe.directory",
            "GIT_CONFIG_VALUE_0": "{root}",
        },
    ),
    "owned by another user, the checkout of a job in a container": Setup(
        wrapped=OTHER_OWNER, variables={"GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": "{folder}"}
    ),
}
"""Honest set-ups, in which everything is read as in a plain clone."""

HOSTILE: dict[str, Setup] = {
    "a monitor of files": Setup(commands=(("config", "core.fsmonitor", "{evil}"),)),
    "hooks": Setup(
        files={
            f".git/hooks/{name}": '#!/bin/sh\nexec "{evil}"\n'
            for name in ("reference-transaction", "post-index-change", "pre-auto-gc", "pre-push", "post-checkout")
        }
    ),
    "hooks elsewhere": Setup(
        commands=(("config", "core.hooksPath", "{root}/h"),),
        files={"h/reference-transaction": '#!/bin/sh\nexec "{evil}"\n'},
    ),
    "filters and text conversion": Setup(
        commands=tuple(
            ("config", key, "{evil}")
            for key in ("filter.x.smudge", "filter.x.clean", "filter.x.process", "diff.x.textconv", "diff.x.command")
        ),
        files={".gitattributes": "* filter=x diff=x text eol=crlf ident working-tree-encoding=UTF-16\n"},
    ),
    "a work tree elsewhere": Setup(commands=(("config", "core.worktree", "{folder}"),)),
    "a clone that says that it is bare": Setup(commands=(("config", "core.bare", "true"),)),
    "replaced objects": Setup(commands=(("replace", "{second}", "{impostor}"), ("replace", "{first}", "{second}"))),
    "grafts": Setup(files={".git/info/grafts": "{first} {impostor}\n"}),
    "grafts by variable": Setup(files={"g": "{first} {impostor}\n"}, variables={"GIT_GRAFT_FILE": "{root}/g"}),
    "missing objects fetched by a program": Setup(
        commands=(
            ("config", "core.repositoryFormatVersion", "1"),
            ("config", "extensions.partialClone", "origin"),
            ("config", "remote.origin.promisor", "true"),
            ("config", "remote.origin.uploadpack", "{evil}"),
            ("config", "protocol.allow", "always"),
            ("config", "protocol.file.allow", "always"),
        )
    ),
    "another repository by variables": Setup(
        variables={
            "GIT_DIR": "{remote}",
            "GIT_WORK_TREE": "{home}",
            "GIT_OBJECT_DIRECTORY": "{home}",
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": "{home}",
            "GIT_COMMON_DIR": "{remote}",
            "GIT_NAMESPACE": "other",
            "GIT_REPLACE_REF_BASE": "refs/heads/",
            "GIT_SHALLOW_FILE": "{root}/assay.yaml",
            "GIT_CEILING_DIRECTORIES": "{root}",
            "GIT_CONFIG_PARAMETERS": "'core.fsmonitor'='{evil}'",
            "GIT_CONFIG": "{root}/assay.yaml",
            "GIT_ATTR_SOURCE": "{impostor}",
            "GIT_EXTERNAL_DIFF": "{evil}",
            "GIT_PAGER": "{evil}",
            "GIT_EDITOR": "{evil}",
            "GIT_EXEC_PATH": "{folder}/bin",
            "GIT_TRACE": "{marker}",
            "GIT_DEFAULT_HASH": "sha256",
        }
    ),
    "a Git in the repository, and a path to it": Setup(
        files={"git": '#!/bin/sh\nexec "{evil}"\n', "models/a/git": '#!/bin/sh\nexec "{evil}"\n'},
        variables={"PATH": f".::bin:{os.environ['PATH']}"},
    ),
}
"""Set-ups that run a program, or make something else stand for a commit, if Git is let: read as in a plain clone."""

REFUSED: dict[str, Setup] = {
    "owned by another user": Setup(
        wrapped=OTHER_OWNER,
        refused="Git refuses the repository `{root}`, because another user owns it.",
        hint="git config --global --add safe.directory '{root}'",
    ),
    "owned by another user, outside the job's checkout": Setup(
        wrapped=OTHER_OWNER,
        variables={"GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": "{home}"},
        refused="because another user owns it",
    ),
    "owned by another user, where all is said to be the checkout": Setup(
        wrapped=OTHER_OWNER,
        variables={"GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": "/"},
        refused="because another user owns it",
    ),
    "a bare clone": Setup(
        where="{remote}", refused="`{remote}` looks like a bare Git repository", hint="git clone {remote}"
    ),
    "a mirror": Setup(
        commands=(("clone", "--quiet", "--mirror", "{root}", "../mirror.git"),),
        where="{folder}/mirror.git",
        refused="looks like a bare Git repository",
        hint="git clone",
    ),
    "no repository": Setup(where="{home}", refused="`{home}` is not in a Git repository.", hint="git init"),
    "no repository, but a variable that names one": Setup(
        where="{home}",
        variables={"GIT_DIR": "{root}/.git", "GIT_WORK_TREE": "{home}"},
        refused="is not in a Git repository",
        hint="Assay does not read GIT_DIR and GIT_WORK_TREE",
    ),
    "no HEAD": Setup(gone=(".git/HEAD",), refused="`{root}/.git` is not whole: it has no `HEAD`"),
    "a HEAD of nothing": Setup(files={".git/HEAD": ""}, refused="Git does not take the `.git` here for a repository"),
    "no commit": Setup(
        commands=(("init", "--quiet", "--initial-branch=trunk", "../new"),),
        where="{folder}/new",
        refused="The branch `trunk`, which is checked out, has no commit yet.",
        hint="git commit",
    ),
    "a branch without a commit": Setup(
        commands=(("switch", "--quiet", "--orphan", "lonely"),), refused="The branch `lonely`, which is checked out"
    ),
    "a newer format": Setup(
        commands=(("config", "core.repositoryFormatVersion", "7"),),
        refused="The installed Git is too old for this repository",
        hint="Install a newer Git",
    ),
    "settings that are none": Setup(
        files={".git/config": "[core\n"}, refused="Git cannot read its configuration: ", hint="--show-origin"
    ),
    "settings of the user that are none": Setup(
        files={"../home/.gitconfig": "[core\n"}, refused="Git cannot read its configuration: "
    ),
    "settings that are counted wrongly": Setup(
        variables={"GIT_CONFIG_COUNT": "2", "GIT_CONFIG_KEY_0": "user.name", "GIT_CONFIG_VALUE_0": "x"},
        refused="GIT_CONFIG_COUNT is 2, but GIT_CONFIG_KEY_1 is not set.",
    ),
    "settings that are not counted": Setup(variables={"GIT_CONFIG_COUNT": "one"}, refused="not a small number"),
    "a shallow clone": Setup(
        commands=(("clone", "--quiet", "--depth=1", "file://{remote}", "../shallow"),),
        where="{folder}/shallow",
        refused="The revision `{first}` is not in this repository",
        hint="fetch-depth: 0",
    ),
    "a clone without contents": Setup(
        commands=(
            ("-C", "{remote}", "config", "uploadpack.allowFilter", "true"),
            ("clone", "--quiet", "--filter=blob:none", "--no-checkout", "file://{remote}", "../partial"),
        ),
        where="{folder}/partial",
        refused="could not be read at",
        hint="git fetch --refetch --no-filter",
    ),
    "a clone without folders": Setup(
        commands=(
            ("-C", "{remote}", "config", "uploadpack.allowFilter", "true"),
            ("clone", "--quiet", "--filter=tree:0", "--no-checkout", "file://{remote}", "../partial"),
        ),
        where="{folder}/partial",
        refused="could not be read at",
        hint="git fetch --refetch --no-filter",
    ),
    "objects of a clone that is gone": Setup(
        commands=(("clone", "--quiet", "--shared", "--no-checkout", "{root}", "../shared"),),
        files={"../shared/.git/objects/info/alternates": "/nowhere/objects\n"},
        where="{folder}/shared",
        refused="/nowhere/objects",
    ),
}
"""Set-ups in which nothing can be read, with what must be said."""
