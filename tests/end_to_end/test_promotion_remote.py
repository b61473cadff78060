"""Promotion against a remote: from its own branch only, in few questions, and mended by a second run."""

import json
import os
import re
import shutil
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import pytest

from assay.canonical import canonical
from tests.support.command_line import Assay
from tests.support.git import commit, git
from tests.support.git_server import TOKEN, serve_git, write_certificate
from tests.support.keys import write_keys
from tests.support.promotions import AS_OF, ENGINE, JUDGED, Place, judge, merge, status
from tests.support.review_snapshots import HEAD, approved

REGISTER = ("register", "--version", "1.0.0", *ENGINE)


class Wrap(Protocol):
    """Puts a line of shell before Git, and names the file that holds what it asks over the network from now on."""

    def __call__(self, line: str = "") -> Path: ...


@pytest.fixture
def wrap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Wrap:
    def put(line: str = "") -> Path:
        script = tmp_path / "bin" / "git"
        script.parent.mkdir(exist_ok=True)
        asked = f'case " $* " in *" ls-remote "*|*" fetch "*|*" push "*) echo "$*" >> "{tmp_path}/asked";; esac'
        script.write_text(f'#!/bin/sh\nreal="{real}"\n{asked}\n{line}\nexec "$real" "$@"\n')
        script.chmod(0o755)
        monkeypatch.setenv("PATH", f"{script.parent}:{path}")
        (tmp_path / "asked").write_text("")
        return tmp_path / "asked"

    real, path = shutil.which("git"), os.environ["PATH"]
    return put


def verbs(asked: Path) -> list[str]:
    return [
        word
        for line in asked.read_text().splitlines()
        for word in line.split()
        if word in ("ls-remote", "fetch", "push")
    ]


def elsewhere(place: Place, name: str = "elsewhere") -> Path:
    """Another clone, through which others work."""
    folder = place.root.parent / name
    git(place.root.parent, "clone", "--quiet", f"file://{place.remote}", name)
    return folder


def test_a_commit_that_nobody_merged(place: Place, assay: Assay) -> None:
    """C10: on a branch of its own, without any history, and on the remote under another name."""
    git(place.root, "commit", "--quiet", "--allow-empty", "--message", "mine")
    ended = assay(*REGISTER)
    assert ended.code == 1
    assert "is not on the branch main of `origin`" in ended.err
    assert "--branch" in ended.err
    git(place.root, "push", "--quiet", "origin", "HEAD:refs/heads/feature")
    assert assay(*REGISTER).code == 1
    git(place.root, "switch", "--quiet", "--orphan", "impostor")
    git(place.root, "checkout", "main", "--", ".")
    commit(place.root, "the same files, another past")
    git(place.root, "push", "--quiet", "origin", "HEAD:refs/pull/1/head")
    ended = assay(*REGISTER)
    assert (ended.code, "is not on the branch main" in ended.err) == (1, True)
    assert place.tags() == []
    git(place.root, "switch", "--quiet", "main")
    git(place.root, "push", "--quiet", "origin", "main")
    assert assay(*REGISTER).code == 0


def test_a_version_whose_commit_left_the_branch(place: Place, assay: Assay) -> None:
    """C10: promoting and rolling back ask again."""
    assert assay(*REGISTER).code == 0
    git(place.remote, "update-ref", "refs/heads/other", "main")
    git(place.root, "commit", "--quiet", "--amend", "--message", "rewritten")
    git(place.root, "push", "--quiet", "--force", "origin", "main")
    promote = ("promote", "--version", "1.0.0", "--stage", "staging", *ENGINE)
    for asked in (promote, ("rollback", "--to", "1.0.0", "--stage", "staging", "--reason", "x", *ENGINE)):
        ended = assay(*asked)
        assert (ended.code, "is not on the branch main" in ended.err) == (1, True)
    # C13: a branch that nobody protects; whoever may push one could promote anything from it.
    ended = assay(*promote, "--branch", "other")
    assert (ended.code, "takes commits of the default branch main, not of other" in ended.err) == (1, True), ended.err
    assert place.tags() == ["small@v1.0.0"]
    place.repository.replace("staging: {", "staging: {branches: [other], ")
    merge(place.root, "a release branch")
    ended = assay(*promote, "--branch", "other")
    assert ended.code == 0, ended.err
    assert "Branch: other" in git(place.root, "cat-file", "tag", "small#staging#2").splitlines()


def test_a_version_of_another_branch_leaves_its_trace(place: Place, assay: Assay) -> None:
    """C10, T-side-branch: it may be registered, and the tag names its branch; no stage takes it, not even with the next push."""
    git(place.root, "switch", "--quiet", "--create", "mine")
    place.repository.replace("staging: {", "staging: {branches: [mine], ")  # The branch's own word does not count.
    commit(place.root, "mine")
    git(place.root, "push", "--quiet", "origin", "mine")
    judge(place.root, "validation", "staging")
    ended = assay(*REGISTER)
    assert (ended.code, "is not on the branch main" in ended.err) == (1, True)
    assert assay(*REGISTER, "--branch", "mine").code == 0
    assert "Branch: mine" in git(place.root, "cat-file", "tag", "small@v1.0.0").splitlines()
    assert "1.0.0 from mine" in assay("history").out
    promote = ("promote", "--version", "1.0.0", "--stage", "staging", *ENGINE)
    for more in ((), ("--branch", "mine")):
        assert assay(*promote, *more).code == 1
    assert assay(*promote, "--no-push").code == 0
    place.repository.write("README.md", "more")
    commit(place.root, "more")
    git(place.root, "push", "--quiet", "origin", "mine")
    ended = assay("register", "--version", "1.1.0", *ENGINE, "--branch", "mine")
    assert (ended.code, "would be pushed too, but its commit is not on the default branch" in ended.err) == (1, True)
    assert place.tags() == ["small@v1.0.0"]


def test_the_branch_that_is_named(place: Place, assay: Assay) -> None:
    for name, code, words in (
        ("none", 2, "has no branch `none`"),
        ("--x", 2, ""),
        ("refs/heads/main", 2, "has no branch"),
    ):
        ended = assay(*REGISTER, "--branch", name)
        assert ended.code == code, ended.err
        assert words in ended.err
    git(place.remote, "symbolic-ref", "HEAD", "refs/heads/gone")
    ended = assay(*REGISTER)
    assert ended.code == 3
    assert "has no default branch" in ended.err
    # The terms of promotions are those of the default branch, whatever branch is named.
    assert assay(*REGISTER, "--branch", "main").code == 1
    assert place.tags() == []
    git(place.remote, "symbolic-ref", "HEAD", "refs/heads/main")
    assert assay(*REGISTER, "--branch", "main").code == 0


def test_a_branch_that_went_on_is_fetched(place: Place, assay: Assay, wrap: Wrap) -> None:
    other = elsewhere(place)
    git(other, "commit", "--quiet", "--allow-empty", "--message", "others go on")
    git(other, "push", "--quiet", "origin", "main")
    before = git(place.root, "for-each-ref", "refs/heads", "refs/remotes")
    asked = wrap()
    assert assay(*REGISTER).code == 0
    assert verbs(asked) == ["ls-remote", "fetch", "push", "ls-remote"]
    assert git(place.root, "for-each-ref", "refs/heads", "refs/remotes") == before


def test_written_here_only_and_held_when_it_is_pushed(place: Place, assay: Assay) -> None:
    """C10: what no remote was asked about is held before it is brought along."""
    git(place.root, "commit", "--quiet", "--allow-empty", "--message", "not merged")
    ended = assay(*REGISTER, "--no-push", "--branch", "none")
    assert (ended.code, "is not in this repository" in ended.err) == (2, True)
    assert assay(*REGISTER, "--no-push", "--branch", "main").code == 0
    promote = ("promote", "--version", "1.0.0", "--stage", "staging", *ENGINE)
    git(place.root, "switch", "--quiet", "--detach", "origin/main")
    ended = assay(*promote, "--no-push")
    assert (ended.code, "is not on the branch that is checked out" in ended.err) == (1, True)
    for again in (promote, REGISTER, ("register", "--version", "1.1.0", *ENGINE)):
        ended = assay(*again)
        assert (ended.code, "is not on the branch main of `origin`" in ended.err) == (1, True)
    assert place.tags() == []
    git(place.root, "push", "--quiet", "origin", "main")
    assert assay(*promote).code == 0
    assert place.tags() == ["small#staging#2", "small@v1.0.0"]


def test_where_it_was_written_is_said_since_a_remote_may_have_been_forgotten(place: Place, assay: Assay) -> None:
    """T-forgotten-remote: who works with a fork wrote to `origin`, and learned it from nobody."""
    git(place.root, "remote", "add", "upstream", str(place.remote))
    told = assay(*REGISTER, "--no-push")
    assert "The tag and the ledger are in this clone only; the next promotion without --no-push" in told.out
    told = assay(*REGISTER)
    assert "The tag and the ledger are on the remote `origin`, the default of --remote.\n" in told.out
    for stage, verb in (("staging", "promote"), ("production", "promote")):
        told = assay(verb, "--version", "1.0.0", "--stage", stage, "--remote", "upstream", *ENGINE)
        assert "The tag and the ledger are on the remote `upstream`.\n" in told.out


def test_a_tag_that_was_lost_is_not_brought_along(place: Place, assay: Assay) -> None:
    assert assay(*REGISTER, "--no-push").code == 0
    git(place.root, "tag", "--delete", "small@v1.0.0")
    git(place.root, "commit", "--quiet", "--allow-empty", "--message", "more")
    git(place.root, "push", "--quiet", "origin", "main")
    ended = assay("register", "--version", "1.1.0", *ENGINE)
    assert ended.code == 1
    assert "small@v1.0.0 would be pushed too" in ended.err
    assert place.tags() == []


def test_few_questions(produced: Place, assay: Assay, wrap: Wrap) -> None:
    """Two where nothing is lacking, three where others went on, one more for the first entry, and never more than four."""
    produced.next_model()
    asked = wrap()
    assert assay("register", "--version", "1.1.0", *ENGINE).code == 0
    assert verbs(asked) == ["ls-remote", "push"]
    wrap()
    assert assay("register", "--version", "1.1.0", *ENGINE).code == 0
    assert verbs(asked) == ["ls-remote"]
    for tag in git(produced.root, "tag", "--list").splitlines():
        git(produced.root, "tag", "--delete", tag)
    git(produced.root, "update-ref", "-d", "refs/assay/small")
    wrap()
    assert assay("promote", "--version", "1.1.0", "--stage", "staging", *ENGINE).code == 0
    assert verbs(asked) == ["ls-remote", "fetch", "push"]


def test_an_approved_commit_that_was_squashed_away(produced: Place, assay: Assay, wrap: Wrap, tmp_path: Path) -> None:
    """B3: what two people approved is fetched by its id, in one question more; gone, it closes the gate."""
    people = "roles:\n  domain_expert: {users: [ada]}\n  ml_engineer: {users: [grace]}\n"
    text = (produced.root / "assay.yaml").read_text()
    asking = text.replace("production: {", "production: {approvals: [domain_expert, ml_engineer], ")
    produced.repository.write("assay.yaml", asking + people)
    produced.repository.write(".gitignore", ".assay/\nreviews.json\n")
    git(produced.root, "switch", "--quiet", "--create", "feature")
    commit(produced.root, "reviewed")
    head = git(produced.root, "rev-parse", "HEAD")
    git(produced.root, "push", "--quiet", "origin", "HEAD:refs/pull/7/head")
    git(produced.root, "switch", "--quiet", "main")
    git(produced.root, "merge", "--quiet", "--squash", "feature")
    merge(produced.root, "squashed")
    clone = elsewhere(produced, "clone")
    assert git(clone, "rev-list", "--all").count(head) == 0
    reviews = json.dumps(approved()).replace(HEAD, head).replace("2026-11-20", AS_OF)
    (clone / "reviews.json").write_bytes(canonical(json.loads(reviews)))
    judge(clone, "validation", "staging")
    manifest = ("--manifest", str(clone / "assay.yaml"))
    ended = assay("check", *manifest, *JUDGED, "--stage", "production", "--reviews", "reviews.json")
    assert ended.code == 0, ended.err
    keys = write_keys(tmp_path / "keys", "ed25519")
    assert assay("sign", *manifest, *ENGINE[:2], "--stage", "production", "--key", keys.private).code == 0
    assert assay("register", "--version", "1.1.0", *ENGINE, *manifest).code == 0
    assert assay("promote", "--version", "1.1.0", "--stage", "staging", *ENGINE, *manifest).code == 0
    signed = ("--key", keys.public)
    promote = ("promote", "--version", "1.1.0", "--stage", "production", *ENGINE, *manifest, *signed)
    ended = assay(*promote, "--no-push")
    assert (ended.code, "approved is not in this clone" in ended.err) == (1, True)
    git(produced.remote, "update-ref", "-d", "refs/pull/7/head")
    git(produced.remote, "gc", "--quiet", "--prune=now")
    ended = assay(*promote)
    assert (ended.code, "approved is not in this clone" in ended.err) == (1, True)
    git(produced.root, "push", "--quiet", "origin", "feature:refs/pull/7/head")
    # Others release meanwhile, so that all is lacking that can be.
    git(clone, "update-ref", "-d", "refs/assay/small")
    asked = wrap()
    ended = assay(*promote)
    assert ended.code == 0, ended.err
    assert verbs(asked) == ["ls-remote", "fetch", "fetch", "push"]


def test_going_back_from_a_checkout_of_that_version(produced: Place, assay: Assay) -> None:
    """What the hint of a refused rollback says to do."""
    produced.next_model()
    assert assay("register", "--version", "1.1.0", *ENGINE).code == 0
    for stage in ("staging", "production"):
        assert assay("promote", "--version", "1.1.0", "--stage", stage, *ENGINE).code == 0
    back = ("rollback", "--stage", "production", "--to", "1.0.0", "--reason", "complaints", *ENGINE)
    ended = assay(*back)
    assert ended.code == 1
    assert "`git switch --detach small@v1.0.0`, `assay check --stage production`" in ended.err
    git(produced.root, "switch", "--quiet", "--detach", "small@v1.0.0")
    assert assay("check", "--stage", "production", *JUDGED).code == 0
    ended = assay(*back)
    assert ended.code == 0, ended.err
    assert status(assay) == {"staging": "1.1.0", "production": "1.0.0"}


@pytest.mark.parametrize("done", [False, True], ids=["before", "after"])
def test_a_remote_that_dies_between_listing_and_push(place: Place, assay: Assay, wrap: Wrap, done: bool) -> None:
    """I4: before or after the push was done there; a second run mends either."""
    away = place.remote.with_name("away.git")
    first = '"$real" "$@";' if done else ""
    asked = wrap(f'case " $* " in *" push "*) {first} mv "{place.remote}" "{away}"; exit 1;; esac')
    ended = assay(*REGISTER)
    assert ended.code == 3
    assert "It is unknown whether the promotion arrived" in ended.err
    assert "Run the command again" in ended.err
    assert git(place.root, "tag", "--list") == ""
    away.rename(place.remote)
    assert len(place.tags()) == done
    wrap()
    assert assay(*REGISTER).code == 0
    assert verbs(asked) == (["ls-remote", "fetch"] if done else ["ls-remote", "push", "ls-remote"])
    assert (place.tags(), place.lines()) == (["small@v1.0.0"], 1)


def test_an_answer_that_was_lost(place: Place, assay: Assay, wrap: Wrap) -> None:
    asked = wrap('case " $* " in *" push "*) "$real" "$@"; exit 1;; esac')
    assert assay(*REGISTER).code == 0
    assert verbs(asked) == ["ls-remote", "push", "ls-remote"]
    assert (place.tags(), place.lines()) == (["small@v1.0.0"], 1)


def test_a_remote_that_dies_while_it_is_fetched_from(produced: Place, assay: Assay, wrap: Wrap) -> None:
    git(produced.root, "tag", "--delete", "small@v1.0.0")
    wrap('case " $* " in *" fetch "*) echo "fatal: early EOF" >&2; exit 128;; esac')
    ended = assay("promote", "--version", "1.0.0", "--stage", "production", *ENGINE)
    assert ended.code == 3
    assert "early EOF" in ended.err
    assert "run it again" in ended.err
    wrap()
    assert assay("promote", "--version", "1.0.0", "--stage", "production", *ENGINE).code == 0


@pytest.mark.parametrize("years", [-10, 10])
def test_a_machine_whose_clock_is_years_off(
    produced: Place, assay: Assay, monkeypatch: pytest.MonkeyPatch, years: int
) -> None:
    """C4: behind, what is dated today is still to come; ahead, nothing changes, for dates come from the decision."""
    produced.next_model()
    now = time.time() + years * 365.25 * 86400
    monkeypatch.setattr("assay.steps.promoting.transition.time.time", lambda: now)
    ended = assay("register", "--version", "1.1.0", *ENGINE)
    assert ended.code == (1 if years < 0 else 0), ended.err
    if years < 0:
        assert "is in the future" in ended.err
        assert "Set this machine's clock" in ended.err
        past = datetime.fromtimestamp(now, UTC).date().isoformat()
        assert assay("register", "--version", "1.1.0", *ENGINE, "--time", past).code == 0
    times = [each["time"] for each in json.loads(assay("history", "--format", "json").out)["models"]["small"]]
    assert times == [f"{AS_OF}T00:00:00Z"] * 4


def test_tags_on_the_remote_that_are_none_of_ours(produced: Place, assay: Assay) -> None:
    """C2, C11: lightweight, of a tag, of a tree, malformed: they are fetched, said, and change nothing."""
    other = elsewhere(produced)
    git(other, "tag", "small#production#21", "main")
    git(other, "tag", "--annotate", "--message", "of a tag", "small#production#22", "small@v1.0.0")
    git(other, "tag", "--annotate", "--message", "of a tree", "small#production#23", "main^{tree}")
    text = git(other, "cat-file", "tag", "small#production#3").replace("#production#3", "#production#24")
    made = git(other, "hash-object", "--literally", "-t", "tag", "-w", "--stdin", content=text.encode() + b"\0")
    git(other, "update-ref", "refs/tags/small#production#24", made)
    git(other, "push", "--quiet", "origin", "--tags")
    produced.next_model()
    assert assay("register", "--version", "1.1.0", *ENGINE).code == 0
    assert assay("promote", "--version", "1.1.0", "--stage", "staging", *ENGINE).code == 0
    ended = assay("status")
    assert ended.code == 1
    assert ended.out.count("UNVERIFIED") == 4
    assert status(assay) == {"staging": "1.1.0", "production": "1.0.0"}


def test_a_tag_moved_on_the_remote_meets_a_clone_without_it(produced: Place, assay: Assay) -> None:
    """C1: also a clone that never saw the right one."""
    good = git(produced.remote, "rev-parse", "refs/tags/small#staging#2")
    git(produced.remote, "update-ref", "refs/tags/small#staging#2", git(produced.remote, "rev-parse", "main"))
    clone = elsewhere(produced)
    shutil.copytree(produced.root / ".assay", clone / ".assay")
    promote = ("promote", "--version", "1.0.0", "--stage", "staging", *ENGINE, "--manifest", str(clone / "assay.yaml"))
    ended = assay(*promote)
    assert ended.code == 1
    assert "small#staging#2 was moved on the remote" in ended.err
    git(produced.remote, "update-ref", "refs/tags/small#staging#2", good)
    git(clone, "tag", "--delete", "small#staging#2")
    assert assay(*promote).code == 0


def test_a_ledger_that_was_deleted_on_the_remote(produced: Place, assay: Assay) -> None:
    """I3: a clone without it says so; a clone that saw it there promotes nothing until it was brought back."""
    git(produced.remote, "update-ref", "-d", "refs/assay/small")
    clone = elsewhere(produced)
    shutil.copytree(produced.root / ".assay", clone / ".assay")
    asked = ("promote", "--version", "1.0.0", "--stage", "production", *ENGINE)
    ended = assay(*asked, "--manifest", str(clone / "assay.yaml"))
    assert ended.code == 3
    assert "The remote `origin` does not show it either" in ended.err
    assert "git push origin refs/assay/small" in ended.err
    ended = assay(*asked)
    assert ended.code == 3
    restore = re.search(r"`git (push origin \w+:refs/assay/small)`", ended.err)
    assert restore is not None
    git(produced.root, *restore[1].split())
    assert assay(*asked).code == 0
    assert produced.lines() == 3
    assert assay(*asked, "--manifest", str(clone / "assay.yaml")).code == 0


@pytest.mark.parametrize("late", ["refs/assay/small", "refs/tags/small#staging#2"])
def test_a_remote_whose_refs_appear_one_after_another(produced: Place, assay: Assay, wrap: Wrap, late: str) -> None:
    """C3: a push that is atomic is still written ref by ref, and a listing may fall between two of them."""
    clone = elsewhere(produced)
    shutil.copytree(produced.root / ".assay", clone / ".assay")
    for name in git(clone, "for-each-ref", "--format=%(refname)", "refs/tags", "refs/assay").split():
        git(clone, "update-ref", "-d", name)
    written = git(produced.remote, "rev-parse", late)
    git(produced.remote, "update-ref", "-d", late)
    seen = produced.root.parent / "seen"
    restore = f'"$real" -C "{produced.remote}" update-ref "{late}" {written}'
    wrap(f'case " $* " in *" ls-remote "*) if [ -e "{seen}" ]; then {restore}; else touch "{seen}"; fi;; esac')
    asked = ("promote", "--version", "1.0.0", "--stage", "production", *ENGINE)
    ended = assay(*asked, "--manifest", str(clone / "assay.yaml"))
    assert seen.exists()
    assert ended.code == 0, ended.err


def test_clones_that_lack_what_is_needed(produced: Place, assay: Assay) -> None:
    """A shallow one says how to mend it; one without tags and ledger fetches them itself."""
    git(produced.root.parent, "clone", "--quiet", "--depth=1", f"file://{produced.remote}", "shallow")
    git(produced.root.parent, "clone", "--quiet", "--no-tags", str(produced.remote), "untagged")
    for name, code in (("shallow", 3), ("untagged", 0)):
        clone = produced.root.parent / name
        shutil.copytree(produced.root / ".assay", clone / ".assay")
        manifest = ("--manifest", str(clone / "assay.yaml"))
        ended = assay("promote", "--version", "1.0.0", "--stage", "production", *ENGINE, *manifest)
        assert ended.code == code, ended.err
        assert ("--unshallow" in ended.err) == bool(code)


def test_what_a_clone_prunes_is_kept(place: Place, assay: Assay) -> None:
    """A clone that prunes tags when it fetches still keeps those that were never pushed."""
    for name in ("fetch.prune", "fetch.pruneTags"):
        git(place.root, "config", name, "true")
    assert assay(*REGISTER, "--no-push").code == 0
    other = elsewhere(place)
    git(other, "tag", "small#x")
    git(other, "tag", "small@v0.0.1")
    git(other, "push", "--quiet", "origin", "--tags")
    assert assay("promote", "--version", "1.0.0", "--stage", "staging", *ENGINE).code == 0
    assert "small@v1.0.0" in place.tags()


def test_a_job_registers_over_https(
    place: Place, assay: Assay, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """G6: with the job's token alone; without it, without the right to write, and cut half-way, it says what to do."""
    git(place.remote, "config", "http.receivepack", "true")
    certificate, private = write_certificate(tmp_path)
    for name, value in (("GIT_SSL_CAINFO", str(certificate)), ("HOME", str(tmp_path)), ("no_proxy", "127.0.0.1")):
        monkeypatch.setenv(name, value)
    with serve_git(place.remote.parent, certificate, private) as server:
        git(place.root, "remote", "set-url", "origin", f"{server.url}/remote.git")
        monkeypatch.setenv("GITHUB_SERVER_URL", server.url)
        ended = assay(*REGISTER)
        assert (ended.code, "contents: write" in ended.err) == (3, True)
        monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
        server.may_write = False
        ended = assay(*REGISTER)
        assert (ended.code, "contents: write" in ended.err) == (3, True)
        assert "Nothing was written to it" in ended.err
        server.may_write, server.dies_at = True, "git-receive-pack"
        ended = assay(*REGISTER)
        assert (ended.code, "refused the promotion" in ended.err) == (3, True)
        assert "Run it again" in ended.err
        assert TOKEN not in ended.err
        assert (git(place.remote, "tag", "--list"), git(place.root, "tag", "--list")) == ("", "")
        server.dies_at = ""
        assert assay(*REGISTER).code == 0
    assert place.lines() == 1
    assert git(place.remote, "tag", "--list") == "small@v1.0.0"
