"""A run of GitHub Actions on pull request 7: its environment, what its runner would read, and the GitHub it speaks to."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.support.command_line import Assay, Ended
from tests.support.fakegithub.server import FakeGitHub
from tests.support.git import commit, git
from tests.support.repositories import Repository

NAME, NUMBER, OTHER = "acme/loans", 7, "d" * 40
CONTEXT, MARKER = "assay/small/validation", "<!-- assay:small:validation -->"
JOB = {"pull_requests": "write", "statuses": "write", "contents": "read"}
ENGINE = ("--engine", "regorus")


@dataclass
class Run:
    """A run of GitHub Actions on a pull request whose head is what the repository has checked out."""

    fake: FakeGitHub
    repository: Repository
    folder: Path
    monkeypatch: pytest.MonkeyPatch

    def set(self, **given: str) -> None:
        for name, value in given.items():
            self.monkeypatch.setenv(name, value)

    def event(self, name: str, document: Any, **given: str) -> None:
        """An event, as GitHub tells of it; `repository` is added to a document that lacks it."""
        if isinstance(document, dict):
            document = {"repository": self.told, **document}
        (self.folder / "event.json").write_text(json.dumps(document))
        self.set(GITHUB_EVENT_NAME=name, GITHUB_EVENT_PATH=str(self.folder / "event.json"), **given)

    def pull_event(self, name: str = "pull_request", head: str = "", into: str = "main", **given: Any) -> None:
        """An event of the pull request."""
        sides = {"head": {"sha": head or self.head, "ref": "change"}, "base": {"ref": into, "sha": OTHER}}
        self.event(name, {"pull_request": {"number": NUMBER, **sides, **given}})

    @property
    def told(self) -> dict[str, Any]:
        return {"id": self.fake.world.repository(NAME).id, "full_name": NAME, "default_branch": "main"}

    @property
    def head(self) -> str:
        return git(self.repository.root, "rev-parse", "HEAD")

    def commit(self) -> str:
        """Everything that changed as the new head of the pull request, which the event is about too."""
        if git(self.repository.root, "status", "--porcelain"):
            commit(self.repository.root)
        if NUMBER in self.fake.world.repository(NAME).pulls:
            self.fake.world.repository(NAME).pulls[NUMBER]["head"]["sha"] = self.head
        if (self.folder / "event.json").exists():
            self.pull_event()
        return self.head

    def read(self, name: str) -> str:
        path = self.folder / name
        return path.read_text() if path.exists() else ""

    @property
    def comments(self) -> list[str]:
        return [each["body"] for each in self.fake.world.repositories[NAME].comments.values()]

    @property
    def statuses(self) -> dict[str, list[Any]]:
        return self.fake.world.repositories[NAME].statuses

    @property
    def states(self) -> list[tuple[str, str]]:
        """The statuses of the head, the last one first."""
        return [(each["context"], each["state"]) for each in self.statuses.get(self.head, [])]


def started(repository: Repository) -> None:
    """A repository's first commit on main."""
    repository.write(".gitignore", ".assay/\n")
    git(repository.root, "init", "--quiet", "--initial-branch=main")
    commit(repository.root, "The manifest and the first model")


def judge(assay: Assay, *given: str, code: int) -> Ended:
    """A judgement by the commit that is checked out, if no other base is given: nothing differs from it."""
    base = () if "--base" in given else ("--base", "HEAD")
    ended = assay("check", *ENGINE, *base, *given)
    assert ended.code == code, ended.out + ended.err
    return ended
