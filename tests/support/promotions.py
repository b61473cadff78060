"""A repository to promote from, with its remote."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.support.command_line import Assay
from tests.support.git import commit, git
from tests.support.repositories import Repository, rows, scores_text, write_repository

from assay.cli import main

TODAY = datetime.now(UTC).date()
AS_OF = (TODAY - timedelta(days=3)).isoformat()
JUDGED = ("--engine", "regorus", "--as-of", AS_OF)
ENGINE = ("--engine", "regorus", "--allow-embedded-engine")
POLICIES = "policies: ['governance/*', 'data/*', 'quality/*', 'bias/*', 'artifact/*'], vouched_by: credit-risk"
STAGES = f"""\
stages:
  validation: {{{POLICIES}}}
  staging: {{after: validation, {POLICIES}}}
  production: {{after: staging, {POLICIES}}}
"""


def merge(root: Path, message: str) -> None:
    """A commit that is on the remote's branch."""
    commit(root, message)
    git(root, "push", "--quiet", "origin", "HEAD:main")


def judge(root: Path, *stages: str) -> None:
    for stage in stages:
        manifest = ("--manifest", str(root / "assay.yaml"))
        code = main(["check", *manifest, *JUDGED, "--stage", stage, "--format", "json"])
        assert code == 0


def make_place(folder: Path) -> Path:
    """A repository that is judged at three stages, and its remote."""
    made = write_repository(folder / "repository")
    made.write("assay.yaml", (made.root / "assay.yaml").read_text().partition("stages:")[0] + STAGES)
    made.write(".gitignore", ".assay/\n")
    git(folder, "init", "--quiet", "--bare", "--initial-branch=main", "remote.git")
    git(made.root, "init", "--quiet", "--initial-branch=main")
    commit(made.root, "a model")
    git(made.root, "remote", "add", "origin", "../remote.git")
    git(made.root, "push", "--quiet", "origin", "main")
    judge(made.root, "validation", "staging", "production")
    return folder


@dataclass(frozen=True)
class Place:
    """A clone to promote from, and its remote."""

    repository: Repository
    remote: Path

    @property
    def root(self) -> Path:
        return self.repository.root

    def next_model(self, seed: int = 1) -> None:
        """A commit with other scores, judged at every stage."""
        drawn = random.Random(seed)
        made = [(*row[:4], round(min(1.0, row[4] + drawn.random() / 100), 6)) for row in rows()]
        self.repository.write("scores.csv", scores_text(made))
        merge(self.root, f"model {seed}")
        judge(self.root, "validation", "staging", "production")

    def tags(self) -> list[str]:
        return [
            line.split("refs/tags/")[1]
            for line in git(self.root, "ls-remote", "--refs", "--tags", "origin").splitlines()
        ]

    def lines(self) -> int:
        found = git(self.remote, "for-each-ref", "refs/assay/small")
        return int(git(self.remote, "rev-list", "--count", "refs/assay/small")) if found else 0


def status(assay: Assay) -> dict[str, str]:
    said = json.loads(assay("status", "--format", "json").out)["models"]
    return {stage: entry.get("version", "UNVERIFIED") for each in said for stage, entry in each["stages"].items()}
