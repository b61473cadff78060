"""From a decided dossier to a tag on a real remote: verified first, created once, raced, killed and rolled back."""

import json
import os
import shutil
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.support.command_line import Assay, Ended
from tests.support.git import commit, git
from tests.support.promotions import AS_OF, ENGINE, JUDGED, TODAY, Place, judge, merge, status
from tests.support.ready_commands import ReadyCommands
from tests.support.repositories import Repository

WRITING = "|".join(f'*" {verb} "*' for verb in ("mktag", "hash-object", "mktree", "fetch", "push", "update-ref"))


def test_a_version_reaches_production_and_goes_back(produced: Place, assay: Assay) -> None:
    shutil.copytree(produced.root / ".assay", produced.root.parent / "old")
    produced.next_model()
    assert assay("register", "--version", "1.1.0", *ENGINE).code == 0
    for stage in ("staging", "production"):
        assert assay("promote", "--version", "1.1.0", "--stage", stage, *ENGINE, "--time", f"{TODAY}").code == 0
    assert status(assay) == {"staging": "1.1.0", "production": "1.1.0"}
    back = ("rollback", "--stage", "production", "--to", "1.0.0", "--reason", "too many complaints", *ENGINE)
    ended = assay(*back)
    assert ended.code == 1
    assert "is not what was judged" in ended.err
    assert "`git switch --detach small@v1.0.0`, `assay check --stage production`; or give" in ended.err
    ended = assay(*back, "--dossier", "../old/small/production")
    assert ended.code == 0, ended.err
    assert "Rolled small back to 1.0.0 in production: small#production#7" in ended.out
    assert produced.tags() == [
        "small#production#3", "small#production#6", "small#production#7", "small#staging#2", "small#staging#5",
        "small@v1.0.0", "small@v1.1.0",
    ]  # fmt: skip
    said = assay("history")
    assert said.code == 0
    assert [line.split()[0] for line in said.out.splitlines()[1:]] == list("1234567")
    assert "too many complaints" in said.out
    assert "production  1.0.0" in assay("at", AS_OF).out
    assert "production  nothing" in assay("at", "2020-01-01").out
    assert git(produced.root, "rev-parse", "small#production#7^{commit}") == git(
        produced.root, "rev-parse", "small@v1.0.0^{commit}"
    )
    assert git(produced.root, "rev-parse", "HEAD") != git(produced.root, "rev-parse", "small#production#7^{commit}")


def test_what_the_tag_carries(produced: Place, assay: Assay) -> None:
    said = git(produced.root, "cat-file", "tag", "small#production#3")
    trailers = dict(line.split(": ", 1) for line in said.partition("\n\n")[2].splitlines() if ": " in line)
    dossier = produced.root / ".assay/small/production"
    assert trailers["Decision"] == assay("digest", str(dossier / "decision.json")).out.split()[0]
    assert trailers["Card"] == assay("digest", str(dossier / "card.json")).out.split()[0]
    assert trailers["Prev-Tag"] == git(produced.root, "rev-parse", "small#staging#2")
    assert trailers["Seq"] == "3"
    assert "Statement" not in trailers
    page = json.loads((dossier / "promotion.json").read_text())
    assert page["tag_object"] == git(produced.root, "rev-parse", "small#production#3")
    assert git(produced.root, "show", "refs/assay/small:promotion.json") == (dossier / "promotion.json").read_text()


def test_the_same_again_changes_nothing(produced: Place, assay: Assay) -> None:
    before = git(produced.remote, "for-each-ref")
    assert assay("promote", "--version", "1.0.0", "--stage", "production", *ENGINE).code == 0
    assert assay("register", "--version", "v1.0.0", *ENGINE).code == 0
    assert git(produced.remote, "for-each-ref") == before


def test_opa_must_judge(place: Place, assay: Assay, opa: str) -> None:
    ended = assay("register", "--version", "1.0.0", "--engine", "regorus")
    assert ended.code == 3
    assert "needs OPA to judge" in ended.err
    assert assay("register", "--version", "1.0.0", "--engine", "opa", "--opa", opa).code == 0


def test_a_closed_gate_is_not_promoted(place: Place, assay: Assay) -> None:
    place.repository.replace(">= 0.70", ">= 0.999")
    merge(place.root, "too much is asked")
    assert assay("check", *JUDGED).code == 1
    ended = assay("register", "--version", "1.0.0", *ENGINE)
    assert ended.code == 1
    assert "closed by quality/clears_bars" in ended.err
    assert place.tags() == []


def test_another_commit_than_the_judged_one(place: Place, assay: Assay) -> None:
    """D1: bytes of the commit, not of the work tree, and not of a file that only looks the same."""
    text = (place.root / "scores.csv").read_text()
    place.repository.write("scores.csv", text.replace("K0001,", "K0001,0"))
    merge(place.root, "other scores")
    ended = assay("register", "--version", "1.0.0", *ENGINE)
    assert ended.code == 1
    assert "`scores.csv` at" in ended.err
    place.repository.write("scores.csv", text)
    assert assay("register", "--version", "1.0.0", *ENGINE).code == 1
    merge(place.root, "the judged ones again")
    place.repository.write("README.md", "Anything else may differ.")
    merge(place.root, "documents")
    assert assay("register", "--version", "1.0.0", *ENGINE).code == 0


def test_what_git_does_not_track_must_be_at_hand(place: Place, assay: Assay) -> None:
    git(place.root, "rm", "--quiet", "--cached", "holdout.csv")
    place.repository.write(".gitignore", ".assay/\nholdout.csv\n")
    merge(place.root, "data elsewhere")
    kept = (place.root / "holdout.csv").read_text()
    (place.root / "holdout.csv").unlink()
    ended = assay("register", "--version", "1.0.0", *ENGINE)
    assert ended.code == 1
    assert "does not track the file" in ended.err
    place.repository.write("holdout.csv", kept + "\n")
    assert (
        "`holdout.csv` in the work tree is not what was judged" in assay("register", "--version", "1.0.0", *ENGINE).err
    )
    place.repository.write("holdout.csv", kept)
    assert assay("register", "--version", "1.0.0", *ENGINE).code == 0


def test_code_that_was_judged_is_the_code_of_the_commit(modelled: Repository, assay: Assay) -> None:
    modelled.write(".gitignore", ".assay/\n__pycache__/\n")
    git(modelled.root, "init", "--quiet", "--initial-branch=main")
    commit(modelled.root, "a model")
    modelled.write("model.py", (modelled.root / "model.py").read_text() + "# not committed\n")
    assert assay("check", *JUDGED).code == 0
    ended = assay("register", "--version", "1.0.0", *ENGINE, "--no-push")
    assert ended.code == 1
    assert "the model's code at" in ended.err
    commit(modelled.root, "the rest")
    ended = assay("register", "--version", "1.0.0", *ENGINE, "--no-push")
    assert ended.code == 0, ended.err


def test_a_dossier_that_was_edited(place: Place, assay: Assay) -> None:
    """D17: closed by a changed byte."""
    page = place.root / ".assay/small/validation/decision.json"
    page.write_text(page.read_text().replace('"verdict":"open"', '"verdict":"closed"'))
    assert assay("register", "--version", "1.0.0", *ENGINE).code == 3
    assert place.tags() == []


def test_a_waiver_that_ended_since(place: Place, assay: Assay) -> None:
    """E12: judged while it held, promoted after it ended."""
    text = (place.root / "assay.yaml").read_text().replace("<= 0.20", "<= 0.001")
    waiver = (
        "waivers:\n  - {policy: bias/within_bounds, scope: {by: group}, owner: octocat, reason: known, expires: %s}\n"
    )
    for days, code in ((-1, 1), (1, 0)):
        ends = (TODAY + timedelta(days=days)).isoformat()
        place.repository.write("assay.yaml", text + waiver % ends)
        merge(place.root, f"waived until {ends}")
        assert assay("check", *JUDGED).code == 0
        ended = assay("register", "--version", "1.0.0", *ENGINE)
        assert ended.code == code, ended.err
        assert (f"waiver of bias/within_bounds expired on {ends}" in ended.err) == bool(code)


def test_a_stage_that_asks_for_approvals(produced: Place, assay: Assay) -> None:
    people = "roles:\n  domain_expert: {users: [ada]}\n  ml_engineer: {users: [grace]}\n"
    text = (produced.root / "assay.yaml").read_text()
    asked = text.replace("production: {", "production: {approvals: [domain_expert, ml_engineer], ")
    produced.repository.write("assay.yaml", asked + people)
    merge(produced.root, "two people from now on")
    judge(produced.root, "validation", "staging")
    assert assay("check", *JUDGED, "--stage", "production").code == 1
    assert assay("register", "--version", "1.1.0", *ENGINE).code == 0
    assert assay("promote", "--version", "1.1.0", "--stage", "staging", *ENGINE).code == 0
    ended = assay("promote", "--version", "1.1.0", "--stage", "production", *ENGINE)
    assert ended.code == 1
    assert "closed by governance/two_people" in ended.err
    assert status(assay)["production"] == "1.0.0"


def test_the_graph_of_stages(place: Place, assay: Assay) -> None:
    """C9."""
    assert assay("promote", "--version", "1.0.0", "--stage", "staging", *ENGINE).code == 1
    assert assay("register", "--version", "1.0.0", *ENGINE).code == 0
    ended = assay("promote", "--version", "1.0.0", "--stage", "production", *ENGINE)
    assert ended.code == 1
    assert "was not in staging" in ended.err


def test_tags_moved_on_the_remote(produced: Place, assay: Assay) -> None:
    """C1: found by the next promotion, by a fresh clone's status, and mended by restoring the tag."""
    good = git(produced.root, "rev-parse", "refs/tags/small#production#3")
    git(
        produced.remote,
        "update-ref",
        "refs/tags/small#production#3",
        git(produced.root, "rev-parse", "refs/tags/small@v1.0.0"),
    )
    produced.next_model()
    ended = assay("register", "--version", "1.1.0", *ENGINE)
    assert ended.code == 1
    assert "small#production#3 was moved on the remote" in ended.err
    git(produced.root.parent, "clone", "--quiet", "remote.git", "fresh")
    git(produced.root.parent / "fresh", "fetch", "--quiet", "origin", "refs/assay/*:refs/assay/*")
    ended = assay("status", "--folder", "../fresh")
    assert ended.code == 1
    assert "UNVERIFIED  small#production#3: the tag's object differs from the ledger" in ended.out
    assert "production  UNVERIFIED" in ended.out
    git(produced.remote, "update-ref", "refs/tags/small#production#3", good)
    assert assay("register", "--version", "1.1.0", *ENGINE).code == 0
    git(produced.remote, "update-ref", "-d", "refs/tags/small#staging#2")
    assert "is missing on the remote" in assay("promote", "--version", "1.1.0", "--stage", "staging", *ENGINE).err


def test_tags_by_hand(produced: Place, assay: Assay) -> None:
    """C2, C4, C11: a tag of 2035, a lightweight one and a nested one change nothing but are said."""
    git(produced.root, "tag", "small#production#9")
    git(produced.root, "tag", "--annotate", "--message", "x", "small#production#10", "small@v1.0.0")
    head = git(produced.root, "rev-parse", "HEAD")
    text = f"object {head}\ntype commit\ntag small#production#11\ntagger X <x@x> 2051222400 +0000\n\nVersion: 9.9.9\n"
    made = git(produced.root, "mktag", content=text.encode())
    git(produced.root, "update-ref", "refs/tags/small#production#11", made)
    ended = assay("status")
    assert ended.code == 1
    assert ended.out.count("UNVERIFIED") == 3
    assert status(assay) == {"staging": "1.0.0", "production": "1.0.0"}
    for tag in ("small#production#9", "small#production#10", "small#production#11"):
        git(produced.root, "tag", "--delete", tag)
    assert assay("status").code == 0


def test_names_that_are_taken(place: Place, assay: Assay) -> None:
    """C6, C14, C2: by a branch, by another case, by a hand."""
    git(place.root, "push", "--quiet", "origin", "HEAD:refs/heads/small@v1.0.0")
    ended = assay("register", "--version", "1.0.0", *ENGINE)
    assert ended.code == 1
    assert "branch has the name of the tag" in ended.err
    git(place.root, "push", "--quiet", "origin", ":refs/heads/small@v1.0.0", "HEAD:refs/tags/Small@v1.0.0")
    assert "only in upper and lower case" in assay("register", "--version", "1.0.0", *ENGINE).err
    git(place.root, "push", "--quiet", "origin", ":refs/tags/Small@v1.0.0", "HEAD:refs/tags/small@v1.0.0")
    assert "made it by hand" in assay("register", "--version", "1.0.0", *ENGINE).err
    git(place.root, "push", "--quiet", "origin", ":refs/tags/small@v1.0.0")
    git(place.root, "update-ref", "-d", "refs/tags/small@v1.0.0")
    assert assay("register", "--version", "1.0.0", *ENGINE).code == 0


def test_this_clone_alone_and_the_remote_later(place: Place, assay: Assay) -> None:
    assert assay("register", "--version", "1.0.0", *ENGINE, "--no-push").code == 0
    assert assay("register", "--version", "1.0.0", *ENGINE, "--no-push").code == 0
    assert place.tags() == []
    assert assay("status").code == 0
    assert assay("promote", "--version", "1.0.0", "--stage", "staging", *ENGINE).code == 0
    assert place.tags() == ["small#staging#2", "small@v1.0.0"]
    assert place.lines() == 2


def test_two_clones_that_went_apart(place: Place, assay: Assay) -> None:
    shutil.copytree(place.root, place.root.parent / "other")
    assert assay("register", "--version", "1.0.0", *ENGINE, "--no-push").code == 0
    manifest = ("--manifest", "../other/assay.yaml")
    assert assay("register", "--version", "2.0.0", *ENGINE, *manifest).code == 0
    ended = assay("promote", "--version", "1.0.0", "--stage", "staging", *ENGINE)
    assert ended.code == 3
    assert "could not be fetched" in ended.err


def test_a_hook_that_says_no(place: Place, assay: Assay) -> None:
    hook = place.remote / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\necho 'frozen until Monday' >&2\nexit 1\n")
    hook.chmod(0o755)
    ended = assay("register", "--version", "1.0.0", *ENGINE)
    assert ended.code == 3
    assert "frozen until Monday" in ended.err
    assert git(place.root, "tag", "--list") == ""
    hook.unlink()
    assert assay("register", "--version", "1.0.0", *ENGINE).code == 0


def test_bad_input_is_said(place: Place, assay: Assay) -> None:
    for arguments, code, text in (
        (("register",), 2, "--version is required"),
        (("promote", "--stage", "staging"), 2, "--version is required"),
        (("register", "--version", "1.0"), 2, "Write a version as 1.2.3"),
        (("register", "--version", "1.0.0; id"), 2, "Write a version as 1.2.3"),
        (("register", "--version", "1.0.0", "--remote", "nowhere"), 3, "`nowhere` could not be read"),
        (("register", "--version", "1.0.0", "--remote", "--upload-pack=id"), 2, ""),
        (("register", "--version", "1.0.0", "--time", "2999-01-01"), 1, "is in the future"),
        (("register", "--version", "1.0.0", "--time", "soon"), 2, "Write a time as"),
        (("register", "--version", "1.0.0", "--stage", "staging", "--dossier", ".assay/small/validation"), 3, "is for the stage"),
        (("register", "--version", "1.0.0", "--expect", "sha256:" + "0" * 64), 3, "was expected"),
        (("register", "--version", "1.0.0", "--key", "missing.pub"), 2, ""),
        (("rollback", "--to", "1.0.0", "--reason", "a\nb"), 2, "one line"),
    ):  # fmt: skip
        ended = assay(*arguments, *ENGINE)
        assert ended.code == code, (arguments, ended.err)
        assert text in ended.err
    ended = assay("at", "yesterday")
    assert (ended.code, "Write a time as" in ended.err) == (2, True)
    assert assay("status", "--model", "other").code == 3
    assert assay("status").out == "This clone knows no registered version.\n"
    assert place.tags() == []


def test_a_shallow_clone_and_one_without_tags(produced: Place, assay: Assay) -> None:
    produced.repository.write("README.md", "more")
    commit(produced.root, "more")
    git(produced.root, "push", "--quiet", "origin", "main")
    git(produced.root.parent, "clone", "--quiet", "--depth=1", f"file://{produced.remote}", "shallow")
    ended = assay("status", "--folder", "../shallow")
    assert ended.code == 3
    assert "--unshallow" in ended.err
    git(produced.root.parent, "clone", "--quiet", "--no-tags", str(produced.remote), "bare")
    assert assay("status", "--folder", "../bare", "--fetch").code == 0
    assert "production  1.0.0" in assay("status", "--folder", "../bare").out


def register_in_each(ready: ReadyCommands, folders: list[Path]) -> list[Ended]:
    """How the same registration ends in each of several clones, asked for at once."""
    register = ("register", "--version", "1.0.0", *ENGINE)
    started = [
        ready.start(
            folder,
            *register,
            "--manifest",
            str(folder / "assay.yaml"),
            environment={"PATH": os.environ["PATH"], "HOME": str(folder)},
        )
        for folder in folders
    ]
    return [each.wait() for each in started]


@pytest.fixture
def clones(place: Place) -> Iterator[list[Path]]:
    """Twenty clones of one judged repository, each with another commit of its branch checked out."""
    for number in range(20):
        git(place.root, "commit", "--quiet", "--allow-empty", "--message", f"contender {number}")
    git(place.root, "push", "--quiet", "origin", "main")
    made = []
    for number in range(20):
        folder = place.root.parent / f"clone{number}"
        shutil.copytree(place.root, folder)
        git(folder, "switch", "--quiet", "--detach", f"HEAD~{number}")
        made.append(folder)
    return iter([made])


def test_twenty_contenders_and_one_winner(place: Place, clones: Iterator[list[Path]], ready: ReadyCommands) -> None:
    """C3: they differ, so one wins, and every other says truthfully that it did not and who did."""
    folders = next(clones)
    ended = register_in_each(ready, folders)
    (winner,) = [folder for folder, each in zip(folders, ended, strict=True) if each.code == 0]
    head = git(winner, "rev-parse", "HEAD")
    assert git(place.remote, "rev-parse", "refs/tags/small@v1.0.0^{commit}") == head
    assert (place.lines(), place.tags()) == (1, ["small@v1.0.0"])
    for folder, each in zip(folders, ended, strict=True):
        if folder != winner:
            assert each.code == 1, each.err
            assert f"small@v1.0.0 on {head[:12]}" in each.err
            # A loser's clone holds the winner's tag, never its own.
            assert git(folder, "rev-parse", "refs/tags/small@v1.0.0^{commit}") == head


def test_twenty_identical_requests_converge(place: Place, ready: ReadyCommands) -> None:
    folders = []
    for number in range(20):
        folders.append(place.root.parent / f"same{number}")
        shutil.copytree(place.root, folders[-1])
    ended = register_in_each(ready, folders)
    assert {each.code for each in ended} == {0}, [each.err for each in ended]
    assert len({each.out for each in ended}) == 1
    assert (place.lines(), place.tags()) == (1, ["small@v1.0.0"])


@dataclass(frozen=True)
class Mortal:
    """A copy of a place in which `git` is a script that dies with everything that called it."""

    folder: Path
    place: Place
    ready: ReadyCommands

    def die(self, line: str, *arguments: str) -> int:
        """Runs a verb anew, with a line of shell before each call of Git; returns how it ended."""
        for copy, source in (("work", self.place.root), ("work.git", self.place.remote)):
            shutil.rmtree(self.folder / copy, ignore_errors=True)
            shutil.copytree(source, self.folder / copy)
        git(self.folder / "work", "remote", "set-url", "origin", "../work.git")
        (self.folder / "count").write_text("")
        script = self.folder / "bin" / "git"
        script.parent.mkdir(exist_ok=True)
        # Only what writes is counted: between two calls that read, nothing has changed.
        counted = (
            f'n=0; case " $* " in {WRITING}) echo x >> "{self.folder}/count"; n=$(wc -l < "{self.folder}/count");; esac'
        )
        script.write_text(f'#!/bin/sh\nreal="{shutil.which("git")}"\n{counted}\n{line}\nexec "$real" "$@"\n')
        script.chmod(0o755)
        environment = {"PATH": f"{script.parent}:{os.environ['PATH']}", "HOME": str(self.folder)}
        work = self.folder / "work"
        asked = (*arguments, *ENGINE, "--manifest", str(work / "assay.yaml"))
        return self.ready.run(work, *asked, environment=environment).code

    def holds(self, *kept: str) -> None:
        for each in kept:
            assert git(self.folder / each, "tag", "--list") == "small@v1.0.0"
            assert git(self.folder / each, "rev-list", "--count", "refs/assay/small") == "1"


@pytest.mark.parametrize("push", [(), ("--no-push",)], ids=["push", "no-push"])
def test_killed_between_any_two_steps_and_run_again(
    place: Place, assay: Assay, push: tuple[str, ...], tmp_path: Path, ready: ReadyCommands
) -> None:
    """I3-I5: killed before its n-th writing call of Git, for every n; run again, there is one tag and one line."""
    mortal = Mortal(tmp_path, place, ready)
    asked = ("register", "--version", "1.0.0", *push)
    again = (*asked, *ENGINE, "--manifest", str(tmp_path / "work" / "assay.yaml"))
    for call in range(1, 60):
        ended = mortal.die(f'[ "$n" -lt {call} ] || kill -9 0', *asked)
        assert ended in (0, -signal.SIGKILL)
        said = assay(*again)
        assert said.code == 0, (call, said.err)
        mortal.holds("work", *(() if push else ("work.git",)))
        if ended == 0:
            assert call == 1 + (6 if push else 7)
            return
    pytest.fail("Git was called more often than was counted.")


@pytest.mark.parametrize("delay", ["0.001", "0.004", "0.008", "0.015", "0.03"])
def test_killed_while_pushing_and_run_again(
    place: Place, assay: Assay, delay: str, tmp_path: Path, ready: ReadyCommands
) -> None:
    """I4: whatever the push got to, there is nothing or all of it; a lock that Git left is named."""
    mortal = Mortal(tmp_path, place, ready)
    line = f'case " $* " in *" push "*) "$real" "$@" & sleep {delay}; kill -9 0;; esac'
    assert mortal.die(line, "register", "--version", "1.0.0") == -signal.SIGKILL
    there = git(tmp_path / "work.git", "for-each-ref", "refs/tags", "refs/assay").splitlines()
    assert len(there) in (0, 1, 2)
    again = ("register", "--version", "1.0.0", *ENGINE, "--manifest", str(tmp_path / "work" / "assay.yaml"))
    said = assay(*again)
    locks = list((tmp_path / "work.git" / "refs").rglob("*.lock"))
    assert said.code == 0 or (locks and "lock" in said.err), said.err
    for lock in locks:
        lock.unlink()
    assert assay(*again).code == 0
    mortal.holds("work", "work.git")


def test_a_lock_that_was_left_behind(place: Place, assay: Assay) -> None:
    lock = place.root / ".git" / "refs" / "assay" / "small.lock"
    lock.parent.mkdir(parents=True)
    lock.touch()
    ended = assay("register", "--version", "1.0.0", *ENGINE)
    assert ended.code == 3
    assert "small.lock" in ended.err
    lock.unlink()
    assert assay("register", "--version", "1.0.0", *ENGINE).code == 0
    assert place.lines() == 1


def test_a_clock_ten_years_off(produced: Place, assay: Assay) -> None:
    """C4: the order is the chain's, so an old date changes neither order nor answers."""
    produced.next_model()
    started = time.monotonic()
    assert assay("register", "--version", "1.1.0", *ENGINE, "--time", str(date(2016, 1, 1))).code == 0
    assert assay("promote", "--version", "1.1.0", "--stage", "staging", *ENGINE, "--time", "2016-01-01").code == 0
    assert status(assay) == {"staging": "1.1.0", "production": "1.0.0"}
    times = [json.loads(assay("history", "--format", "json").out)["models"]["small"][n]["time"] for n in range(5)]
    assert times == sorted(times)
    assert time.monotonic() - started < 60
