"""Promotions with clones and remotes as they are found: they work, or nothing is left behind and the cause is said."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.command_line import Assay
from tests.support.git import commit, git
from tests.support.promotions import ENGINE, JUDGED, Place, judge, status

REGISTER = ("register", "--version", "1.0.0", *ENGINE)
PROMOTE = ("promote", "--version", "1.0.0", "--stage", "staging", *ENGINE)
TAG, LEDGER = "refs/tags/small@v1.0.0", "refs/assay/small"


@dataclass(frozen=True, kw_only=True)
class Server:
    """A remote's settings and hook, what is said, and the refs that it keeps although nothing was promoted."""

    settings: tuple[tuple[str, str], ...] = ()
    hook: str = ""
    says: str
    hint: str = "hides or protects one of them"
    keeps: tuple[str, ...] = ()


SERVERS = {
    "takes no ledger": Server(settings=(("receive.hideRefs", "refs/assay"),), says=f"took `{TAG}` only"),
    "shows no ledger": Server(settings=(("uploadpack.hideRefs", "refs/assay"),), says=f"took `{LEDGER}` but does not"),
    "takes and shows no ledger": Server(settings=(("transfer.hideRefs", "refs/assay"),), says=f"took `{TAG}` only"),
    "takes no tags": Server(settings=(("receive.hideRefs", "refs/tags"),), says=f"took `{LEDGER}` only"),
    "takes no ledger, and deletes nothing": Server(
        settings=(("receive.hideRefs", "refs/assay"),),
        hook='#!/bin/sh\ncase "$3" in *[!0]*) ;; *) echo "nothing is deleted here" >&2; exit 1;; esac\n',
        says="does not let Assay remove that again",
        hint=f"git push --force origin :{TAG}",
        keeps=(TAG,),
    ),
    "protects tags": Server(
        hook='#!/bin/sh\ncase "$1" in refs/tags/*) echo "\033[31mprotected\033[0m tag" >&2; exit 1;; esac\n',
        says="protected tag",
        hint="Nothing was written to it.",
    ),
    "protects the ledger": Server(
        hook='#!/bin/sh\ncase "$1" in refs/assay/*) echo "no such ref here" >&2; exit 1;; esac\n',
        says="no such ref here",
        hint="Nothing was written to it.",
    ),
    "knows no atomic push": Server(
        settings=(("receive.advertiseAtomic", "false"),),
        says="does not support --atomic push",
        hint="Nothing was written",
    ),
}


@pytest.mark.parametrize("name", SERVERS)
def test_a_remote_that_takes_a_part(place: Place, assay: Assay, name: str) -> None:
    """T-half-push: a tag without its ledger, or a ledger without its tag, is taken back; once the remote is mended, it works."""
    server = SERVERS[name]
    for key, value in server.settings:
        git(place.remote, "config", key, value)
    hook = place.remote / "hooks" / "update"
    if server.hook:
        hook.write_text(server.hook)
        hook.chmod(0o755)
    before = git(place.root, "for-each-ref")
    ended = assay(*REGISTER)
    assert ended.code == 3, ended.err
    assert server.says in ended.err
    assert server.hint in ended.err
    assert "\033" not in ended.err
    kept = git(place.remote, "for-each-ref", "--format=%(refname)", "refs/tags", "refs/assay").split()
    assert (kept, git(place.root, "for-each-ref")) == ([*server.keeps], before)
    for key, _ in server.settings:
        git(place.remote, "config", "--unset", key)
    hook.unlink(missing_ok=True)
    for ref in server.keeps:
        git(place.remote, "update-ref", "-d", ref)
    assert assay(*REGISTER).code == 0
    assert place.tags() == ["small@v1.0.0"]
    assert place.lines() == 1


def test_a_remote_that_hides_the_ledger_later(place: Place, assay: Assay) -> None:
    """T-half-push: what was promoted before stays; a fresh clone is told why it sees no ledger."""
    assert assay(*REGISTER).code == 0
    before = git(place.remote, "for-each-ref")
    git(place.remote, "config", "transfer.hideRefs", "refs/assay")
    ended = assay(*PROMOTE)
    assert ended.code == 3, ended.err
    assert git(place.remote, "for-each-ref") == before
    fresh = place.root.parent / "fresh"
    git(place.root.parent, "clone", "--quiet", f"file://{place.remote}", "fresh")
    shutil.copytree(place.root / ".assay", fresh / ".assay")
    ended = assay("promote", "--manifest", str(fresh / "assay.yaml"), *PROMOTE[1:])
    assert ended.code == 3
    assert "the remote hides `refs/assay/*`" in ended.err
    git(place.remote, "config", "--unset", "transfer.hideRefs")
    assert assay(*PROMOTE).code == 0
    assert status(assay)["staging"] == "1.0.0"


SETTINGS: dict[str, tuple[tuple[str, ...], ...]] = {
    "a mirror of the remote": (
        ("remote.origin.mirror", "true"),
        ("remote.origin.fetch", "+refs/*:refs/*"),
        ("fetch.prune", "true"),
    ),
    "what is pushed and signed otherwise": (
        ("push.followTags", "true"),
        ("push.gpgSign", "true"),
        ("push.default", "nothing"),
        ("push.recurseSubmodules", "check"),
        ("push.autoSetupRemote", "true"),
        ("remote.pushDefault", "nowhere"),
        ("remote.origin.push", "+refs/heads/*:refs/heads/*"),
        ("tag.gpgSign", "true"),
        ("tag.forceSignAnnotated", "true"),
        ("commit.gpgSign", "true"),
        ("gpg.program", "/nowhere"),
    ),
    "what is fetched and shown otherwise": (
        ("fetch.pruneTags", "true"),
        ("fetch.all", "true"),
        ("fetch.recurseSubmodules", "true"),
        ("submodule.recurse", "true"),
        ("remote.origin.tagOpt", "--tags"),
        ("transfer.fsckObjects", "true"),
        ("protocol.version", "0"),
        ("color.ui", "always"),
        ("core.abbrev", "4"),
        ("tag.sort", "-creatordate"),
        ("log.showSignature", "true"),
        ("core.autocrlf", "true"),
    ),
    "the remote under another address": (
        ("remote.origin.url", "https://git.example/small.git"),
        ("url.{remote}.insteadOf", "https://git.example/small.git"),
        ("url.{remote}.pushInsteadOf", "https://git.example/small.git"),
    ),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_settings_of_a_clone(place: Place, assay: Assay, name: str) -> None:
    """T-git-cause: what a clone is set to do with other refs and commits changes nothing of a promotion."""
    git(place.root, "tag", "mine")
    git(place.root, "branch", "mine-too")
    for key, value in SETTINGS[name]:
        git(place.root, "config", key.format(remote=place.remote), value)
    for command in (REGISTER, PROMOTE):
        ended = assay(*command)
        assert ended.code == 0, ended.err
    refs = git(place.remote, "for-each-ref", "--format=%(refname)").splitlines()
    assert refs == [LEDGER, "refs/heads/main", "refs/tags/small#staging#2", TAG]
    assert git(place.root, "tag", "--list", "mine") == "mine"
    assert status(assay)["staging"] == "1.0.0"


def test_a_tag_that_moved_on_the_remote_of_a_mirror(place: Place, assay: Assay) -> None:
    """C1: what a mirror overwrites by its settings is not overwritten here; the move is seen."""
    assert assay(*REGISTER).code == 0
    mine = git(place.root, "rev-parse", TAG)
    git(place.root, "config", "remote.origin.fetch", "+refs/*:refs/*")
    git(place.remote, "update-ref", TAG, "main")
    git(place.remote, "update-ref", "refs/tags/small@v9.0.0", "main")
    ended = assay("status", "--fetch")
    assert (ended.code, git(place.root, "rev-parse", TAG)) == (3, mine), ended.err


def test_identifiers_of_64_digits(place: Place, assay: Assay) -> None:
    """T-git-cause: a repository whose objects are named by SHA-256: judged against a base, registered, promoted, read again."""
    shutil.rmtree(place.root / ".git")
    shutil.rmtree(place.remote)
    git(place.root.parent, "init", "--quiet", "--bare", "--object-format=sha256", "--initial-branch=main", "remote.git")
    git(place.root, "init", "--quiet", "--object-format=sha256", "--initial-branch=main")
    base = commit(place.root, "a model")
    assert len(base) == 64
    git(place.root, "remote", "add", "origin", "../remote.git")
    git(place.root, "push", "--quiet", "origin", "main")
    place.repository.write("NOTES.md", "Nothing that is judged.\n")
    commit(place.root, "notes")
    git(place.root, "push", "--quiet", "origin", "main")
    ended = assay("check", *JUDGED, "--base", base, "--stage", "validation", "--dossier", ".assay/based")
    assert ended.code == 0, ended.err
    for command in (REGISTER, PROMOTE, PROMOTE):
        ended = assay(*command)
        assert ended.code == 0, ended.err
    assert status(assay)["staging"] == "1.0.0"
    assert place.tags() == ["small#staging#2", "small@v1.0.0"]
    ended = assay(*REGISTER, "--no-push")
    assert ended.code == 0, ended.err


def test_from_a_linked_worktree_without_a_branch(place: Place, assay: Assay, monkeypatch: pytest.MonkeyPatch) -> None:
    """T-git-cause: a worktree whose HEAD is detached, of a clone whose refs are packed."""
    git(place.root, "pack-refs", "--all")
    linked = place.root.parent / "linked"
    git(place.root, "worktree", "add", "--quiet", "--detach", str(linked))
    shutil.copytree(place.root / ".assay", linked / ".assay")
    monkeypatch.chdir(linked)
    for command in (REGISTER, PROMOTE):
        ended = assay(*command)
        assert ended.code == 0, ended.err
    monkeypatch.chdir(place.root)
    assert status(assay)["staging"] == "1.0.0"


def test_what_a_bare_clone_is_told(place: Place, assay: Assay) -> None:
    """T-git-cause: there is nothing to judge in it; the sentence says what to do."""
    for command in ("status", "history"):
        ended = assay(command, "--folder", str(place.remote))
        assert ended.code == 2
        assert "looks like a bare Git repository" in ended.err
        assert f"git clone {Path(place.remote).resolve()}" in ended.err


def test_a_checkout_with_other_line_ends(place: Place, assay: Assay) -> None:
    """T-git-cause: what was judged is not what the commit has, and the sentence says that only line ends differ."""
    git(place.root, "config", "core.autocrlf", "true")
    for path in (place.root / "assay.yaml", place.root / "holdout.csv"):
        path.unlink()
    git(place.root, "checkout", "--", "assay.yaml", "holdout.csv")
    assert b"\r\n" in (place.root / "assay.yaml").read_bytes()
    judge(place.root, "validation")
    ended = assay(*REGISTER)
    assert (ended.code, "Only its line ends differ" in ended.err) == (1, True), ended.err
    git(place.root, "config", "core.autocrlf", "false")
    for path in (place.root / "assay.yaml", place.root / "holdout.csv"):
        path.unlink()
    git(place.root, "checkout", "--", "assay.yaml", "holdout.csv")
    judge(place.root, "validation")
    assert assay(*REGISTER).code == 0
