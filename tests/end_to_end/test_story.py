"""One test is the story: a biased model is stopped, mended, approved, merged, signed, promoted, and rolled back.

Every step is a command as a user types it, judged by OPA; Git and its remote are real, GitHub is the fake on loopback.
What was typed and what it said lies in `transcript.txt` of the test's folder.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.command_line import Assay, Ended
from tests.support.fakegithub.loopback import only_loopback
from tests.support.fakegithub.server import FakeGitHub
from tests.support.fakegithub.world import World
from tests.support.git import commit, git
from tests.support.keys import Keys, write_keys
from tests.support.repositories import Repository, write_repository
from tests.support.runner.acting import Refs
from tests.support.stories import MORE, NAME, biased, good, worse

STAGES = ("validation", "staging", "production")
TODAY = datetime.now(UTC).date()
FIRST, SECOND, BACK = ((TODAY - timedelta(days=days)).isoformat() for days in (5, 3, 1))


@dataclass
class Story:
    """A clone, its remote and its GitHub; `run` types a command."""

    repository: Repository
    assay: Assay
    opa: str
    keys: Keys
    fake: FakeGitHub
    monkeypatch: pytest.MonkeyPatch
    runs: int = 10
    told: list[str] = field(default_factory=list)

    @property
    def root(self) -> Path:
        return self.repository.root

    def run(self, *typed: str, judged: bool = True, code: int = 0) -> Ended:
        ended = self.assay(*typed, *(("--engine", "opa", "--opa", self.opa) if judged else ()))
        self.told.append(f"$ assay {' '.join(typed)}\n{ended.out}{ended.err}[{ended.code}]\n")
        assert ended.code == code, ended.out + ended.err
        return ended

    def change(self, branch: str, scores: str, message: str) -> str:
        """A commit on a branch with other scores; returns the commit, which is pushed."""
        if git(self.root, "branch", "--show-current") != branch:
            git(self.root, "switch", "--quiet", "--create", branch, "main")
        self.repository.write("scores.csv", scores)
        commit(self.root, message)
        git(self.root, "push", "--quiet", "origin", branch)
        return git(self.root, "rev-parse", "HEAD")

    def event(self, number: int, head: str) -> None:
        """A run of GitHub Actions on a pull request, later than the one before."""
        self.runs += 1
        known = self.fake.world.repository(NAME)
        if number not in known.pulls:
            self.fake.world.pull(NAME, number, author="mallory", head=head, base=git(self.root, "rev-parse", "main"))
        known.pulls[number]["head"]["sha"] = head
        self.fake.world.commit(NAME, number, head, author="mallory")
        sides = {"head": {"sha": head}, "base": {"ref": "main"}}
        home = {"id": known.id, "default_branch": "main"}
        document = {"repository": home, "pull_request": {"number": number, **sides}}
        path = self.root.parent / "event.json"
        path.write_text(json.dumps(document))
        given = {"EVENT_NAME": "pull_request", "EVENT_PATH": str(path), "RUN_ID": str(self.runs)}
        for name, value in {**given, "SHA": "d" * 40, "REPOSITORY": NAME, "API_URL": self.fake.url}.items():
            self.monkeypatch.setenv(f"GITHUB_{name}", value)

    def merge(self, branch: str, as_of: str) -> None:
        """The merge, and on main the dossier of each stage, signed."""
        git(self.root, "switch", "--quiet", "main")
        git(self.root, "merge", "--quiet", "--no-ff", "--no-edit", branch)
        git(self.root, "push", "--quiet", "origin", "main")
        for pull in self.fake.world.repository(NAME).pulls.values():
            if pull["head"]["sha"] == git(self.root, "rev-parse", branch):
                pull.update(state="closed", merged=True, merge_commit_sha=git(self.root, "rev-parse", "main"))
        for stage in STAGES:
            reviews = ("--reviews", "reviews.json") if stage == "production" else ()
            self.run("check", "--stage", stage, *reviews, "--as-of", as_of)
            self.run("sign", "--stage", stage, "--key", self.keys.private)

    def place(self, verb: str, *typed: str, code: int = 0) -> Ended:
        return self.run(verb, *typed, "--key", self.keys.public, code=code)

    def closed_by(self, stage: str = "validation") -> set[str]:
        page: Any = json.loads((self.root / ".assay/small" / stage / "decision.json").read_text())
        assert page["verdict"] == ("closed" if any(not each["opens"] for each in page["rulings"]) else "open")
        return {each["policy"] for each in page["rulings"] if not each["opens"]}

    def in_stages(self) -> dict[str, str]:
        (model,) = json.loads(self.run("status", "--format", "json", judged=False).out)["models"]
        return {stage: entry["version"] for stage, entry in model["stages"].items()}


@pytest.fixture
def story(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, assay: Assay, opa: str) -> Iterator[Story]:
    repository = write_repository(tmp_path / "loans")
    repository.write("assay.yaml", (repository.root / "assay.yaml").read_text().partition("stages:")[0] + MORE)
    repository.write(".gitignore", ".assay/\nreviews.json\n")
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", "loans.git")
    git(repository.root, "init", "--quiet", "--initial-branch=main")
    commit(repository.root, "The manifest and the first model")
    git(repository.root, "remote", "add", "origin", "../loans.git")
    git(repository.root, "push", "--quiet", "origin", "main")
    # A merge commits as somebody, wherever the tests run.
    git(repository.root, "config", "user.name", "Octo Cat")
    git(repository.root, "config", "user.email", "octocat@example.com")
    monkeypatch.chdir(repository.root)
    only_loopback(monkeypatch)
    world = World()
    monkeypatch.setenv("GITHUB_TOKEN", world.token("job", pull_requests="write", statuses="write", contents="write"))
    keys = write_keys(tmp_path / "keys", "ecdsa-p256")
    world.repository(NAME).clone_url = f"file://{tmp_path / 'loans.git'}"
    world.repository(NAME).refs = Refs(tmp_path / "loans.git")  # type: ignore[assignment]
    with FakeGitHub(world) as fake:
        told = Story(repository, assay, opa, keys, fake, monkeypatch)
        yield told
        (tmp_path / "transcript.txt").write_text("\n".join(told.told), encoding="utf-8")
    assert fake.violations == []


def test_the_story(story: Story) -> None:
    head = a_biased_model_is_stopped_and_mended(story)
    judging = ("check", "--stage", "production", "--base", "main", "--as-of", FIRST)
    story.run(*judging, code=1)
    assert story.closed_by("production") == {"governance/two_people"}
    two_people_approve(story, 1, head)
    story.run(*judging, "--reviews", "reviews.json")
    assert story.closed_by("production") == set()
    it_is_merged_signed_and_promoted(story)
    a_worse_one_is_refused(story)
    a_better_one_replaces_it(story)
    it_is_rolled_back_and_the_record_says_so(story)
    the_documents_show_what_was_said(story.told)


def the_documents_show_what_was_said(said: list[str]) -> None:
    """Each command of a `console` block was typed, and the lines under it are among what it said, in that order."""
    told = [[_comparable(line) for line in each.splitlines()] for each in said]
    shown = 0
    for name in ("docs/tutorials/pull-request-to-production.md",):
        text = (Path(__file__).parents[2] / name).read_text(encoding="utf-8")
        for block in re.findall(r"^```console\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
            for each in re.split(r"^(?=\$ )", block, flags=re.MULTILINE)[1:]:
                command, *lines = (_comparable(line) for line in each.splitlines())
                answers = [iter(answer[1:]) for answer in told if answer[0] == command]
                assert any(all(line in answer for line in lines if line != "…") for answer in answers), each
                shown += 1
    assert shown > 20


def _comparable(line: str) -> str:
    """A line without what differs from run to run: days, digests and keys."""
    plain = re.sub(r"--key \S+", "--key KEY", line.replace('"', "").rstrip())
    plain = re.sub(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\dZ)?", "DAY", plain)
    return re.sub(r"\b[0-9a-f]{12,}\b|(?<![\w+/])[A-Za-z0-9+/]{43}=|(?<=issuecomment-)\d+", "DIGEST", plain)


def a_biased_model_is_stopped_and_mended(story: Story) -> str:
    github = story.fake.world.repository(NAME)
    for scores, message, code, words, state in (
        (biased(), "A new model", 1, "Gate closed", "failure"),
        (good(1), "The same for everybody", 0, "Gate open", "success"),
    ):
        head = story.change("new-model", scores, message)
        story.event(1, head)
        story.run("check", "--base", "main", "--as-of", FIRST, code=code)
        assert story.closed_by() == ({"bias/within_bounds"} if code else set())
        story.run("publish", judged=False)
        (comment,) = github.comments.values()
        assert words in comment["body"]
        assert head[:12] in comment["body"]
        (status,) = github.statuses[head]
        assert (status["state"], status["context"]) == (state, "assay/small/validation")
    assert [each.operation for each in story.fake.calls() if each.method in ("POST", "PATCH")] == [
        "issues/create-comment", "repos/create-commit-status", "issues/update-comment", "repos/create-commit-status",
    ]  # fmt: skip
    return head


def two_people_approve(story: Story, number: int, head: str) -> None:
    for login in ("ada", "grace"):
        story.fake.world.repository(NAME).permissions[login] = "write"
        story.fake.world.review(NAME, number, login, "APPROVED", head)
    asked = ("approvals", "--pull-request", str(number), "--base", "main", "--out", "reviews.json")
    taken = story.run(*asked, judged=False)
    for words in (f"at {head[:12]} is approved", "domain_expert  ada", "ml_engineer    grace"):
        assert words in taken.out


def it_is_merged_signed_and_promoted(story: Story) -> None:
    story.merge("new-model", FIRST)
    held = story.run("verify", "--stage", "production", "--key", story.keys.public)
    assert "PASSED for assay:small#production" in held.out
    story.place("register", "--version", "1.0.0")
    story.place("release", "--version", "1.0.0")
    (release,) = story.fake.world.repository(NAME).releases.values()
    assert (release["tag_name"], release["draft"]) == ("small@v1.0.0", False)
    early = story.place("promote", "--version", "1.0.0", "--stage", "production", code=1)
    assert "was not in staging" in early.err
    for stage in STAGES[1:]:
        story.place("promote", "--version", "1.0.0", "--stage", stage)
    assert story.in_stages() == {"staging": "1.0.0", "production": "1.0.0"}
    shutil.copytree(story.root / ".assay" / "small", story.root.parent / "dossiers-1.0.0")


def a_worse_one_is_refused(story: Story) -> None:
    story.event(2, story.change("worse", worse(), "A challenger"))
    story.run("check", "--base", "main", "--as-of", SECOND, code=1)
    assert "quality/clears_bars" in story.closed_by()
    story.run("publish", judged=False)
    assert len(story.fake.world.repository(NAME).comments) == 2
    story.run("check", "--stage", "staging", "--as-of", SECOND, code=1)
    story.run("sign", "--stage", "staging", "--key", story.keys.private, code=1)
    before = git(story.root, "ls-remote", "origin")
    for verb, *stage in (("register",), ("promote", "--stage", "staging")):
        ended = story.place(verb, "--version", "1.1.0", *stage, code=1)
        assert "closed by" in ended.err
        assert "quality/clears_bars" in ended.err
    assert git(story.root, "ls-remote", "origin") == before


def a_better_one_replaces_it(story: Story) -> None:
    head = story.change("better", good(2), "A better challenger")
    story.event(3, head)
    two_people_approve(story, 3, head)
    story.merge("better", SECOND)
    for verb in ("register", "release"):
        story.place(verb, "--version", "1.1.0")
    for stage in STAGES[1:]:
        story.place("promote", "--version", "1.1.0", "--stage", stage)
    assert story.in_stages() == {"staging": "1.1.0", "production": "1.1.0"}
    assert len(story.fake.world.repository(NAME).releases) == 2


def it_is_rolled_back_and_the_record_says_so(story: Story) -> None:
    back = ("rollback", "--stage", "production", "--to", "1.0.0", "--reason", "complaints doubled")
    story.place(*back, code=1)  # The dossier at hand is the newer version's.
    story.place(*back, "--dossier", "../dossiers-1.0.0/production", "--time", BACK)
    assert story.in_stages() == {"staging": "1.1.0", "production": "1.0.0"}
    assert "2 registered, the highest is 1.1.0" in story.run("status", judged=False).out
    lines = [line.split() for line in story.run("history", judged=False).out.splitlines()[1:]]
    assert [(line[0], line[2]) for line in lines] == [
        ("1", "registered"), ("2", "promoted"), ("3", "promoted"), ("4", "registered"), ("5", "promoted"),
        ("6", "promoted"), ("7", "rolled"),
    ]  # fmt: skip
    assert lines[-1][-2:] == ["complaints", "doubled"]
    for time, version in (("2020-01-01", "nothing"), (FIRST, "1.0.0"), (SECOND, "1.1.0"), (BACK, "1.0.0")):
        assert f"production  {version}" in story.run("at", time, judged=False).out
    tags = git(story.root, "ls-remote", "--refs", "--tags", "origin")
    assert [line.split("refs/tags/")[1] for line in tags.splitlines()] == [
        "small#production#3", "small#production#6", "small#production#7", "small#staging#2", "small#staging#5",
        "small@v1.0.0", "small@v1.1.0",
    ]  # fmt: skip
    git(story.root.parent, "clone", "--quiet", "loans.git", "fresh")
    assert "production  1.0.0" in story.run("status", "--folder", "../fresh", "--fetch", judged=False).out


def test_old_approvals_carry_no_other_model(story: Story) -> None:
    """B3, B14: what is promoted must be what the two people approved, also where the snapshot is a valid one."""
    head = story.change("first", good(1), "A good model")
    story.event(1, head)
    two_people_approve(story, 1, head)
    story.merge("first", FIRST)
    story.place("register", "--version", "1.0.0")
    story.change("second", good(2), "Another model, with the approvals of the first")
    story.merge("second", SECOND)
    story.place("register", "--version", "1.1.0")
    story.place("promote", "--version", "1.1.0", "--stage", "staging")
    ended = story.place("promote", "--version", "1.1.0", "--stage", "production", code=1)
    assert "is not what was judged" in ended.err
