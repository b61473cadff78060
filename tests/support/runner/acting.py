"""A model repository with a remote and a GitHub on loopback, whose workflows run under act with the actions as they are.

The foreign actions are stood in for by those in `shims`, which need no network; the workflow's file is taken from the
commit that GitHub would take it from. Without containers a step inherits what act was given, and no more.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.support.fakegithub.server import FakeGitHub
from tests.support.repositories import Repository

NAME, NUMBER = "acme/loans", 7
SHIMS = Path(__file__).parent / "shims"
USES = re.compile(r"uses: ([\w-]+/[\w-]+)(/[\w/-]+)?@([0-9a-f]{40})")
SECONDS = 240
POLICIES = "policies: ['governance/*', 'data/*', 'quality/*', 'bias/*', 'artifact/*']"
STAGES = f"""\
stages:
  validation: {{{POLICIES}}}
  production: {{after: validation, approvals: [domain_expert, ml_engineer], {POLICIES}}}
roles:
  domain_expert: {{users: [ada]}}
  ml_engineer: {{users: [grace]}}
"""
REPORTED = "{format: predictions, predictions: {holdout: scores.csv}}"
WHO = ("-c", "user.name=alice", "-c", "user.email=alice@example.com")


def find_act() -> str:
    """The runner beside this interpreter, or on PATH."""
    found = shutil.which("act", path=str(Path(sys.executable).parent)) or shutil.which("act")
    if found is None:
        pytest.skip("act is not installed, so no workflow was run.")
    return found


def git(folder: Path, *arguments: str) -> str:
    """What Git says in a folder, as alice."""
    command = ["git", *WHO, *arguments]
    done = subprocess.run(command, cwd=folder, env=_environment(folder), capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"git {' '.join(arguments)}: {done.stderr}"
    return done.stdout.strip()


@dataclass(frozen=True)
class Ran:
    """How a workflow ended, and what its log said."""

    code: int
    log: str


class Refs(Mapping[str, Any]):
    """The refs of a bare repository as the API shows them, so that a tag that was pushed is there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _read(self) -> dict[str, Any]:
        listed = git(self.folder, "for-each-ref", "--format=%(refname) %(objecttype) %(objectname)")
        rows = (line.split(" ") for line in listed.splitlines())
        return {
            name: {"ref": name, "url": f"https://api.github.com/{name}", "object": {"type": kind, "sha": sha}}
            for name, kind, sha in rows
        }

    def __getitem__(self, name: str) -> Any:
        return self._read()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())


@dataclass
class Runner:
    """The repository, its remote, the actions, and the GitHub they speak to."""

    act: str
    opa: str
    fake: FakeGitHub
    repository: Repository
    folder: Path
    secrets: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    given: dict[str, str] = field(default_factory=dict)
    shims: Path = SHIMS

    @property
    def root(self) -> Path:
        return self.repository.root

    @property
    def origin(self) -> Path:
        return self.folder / "origin.git"

    def start(self, project: Path) -> None:
        """A remote like GitHub's, a first push to it, and the actions with a lock of this machine's OPA."""
        git(self.folder, "init", "--quiet", "--bare", "--initial-branch=main", str(self.origin))
        git(self.origin, "config", "uploadpack.allowAnySHA1InWant", "true")
        git(self.root, "init", "--quiet", "--initial-branch", "main")
        git(self.root, "remote", "add", "origin", f"file://{self.origin}")
        self.fake.world.repository(NAME).clone_url = f"file://{self.origin}"
        self.fake.world.repository(NAME).refs = Refs(self.origin)  # type: ignore[assignment]
        self.fake.world.repository(NAME).clone_url = f"file://{self.origin}"
        action = self.folder / "action"
        shutil.copytree(project / "actions", action / "actions")
        shutil.copy(project / "action.yml", action)
        lock = action / "actions" / "opa.lock.json"
        held = {"opa": hashlib.sha256(Path(self.opa).resolve().read_bytes()).hexdigest()}
        lock.write_text(json.dumps({**json.loads(lock.read_text()), "sha256": held}))

    def commit(self, message: str = "A change") -> str:
        """Everything in the work tree as a commit, pushed to its branch."""
        git(self.root, "add", "--all")
        git(self.root, "commit", "--quiet", "--allow-empty", "--message", message)
        git(self.root, "push", "--quiet", "origin", "HEAD")
        return git(self.root, "rev-parse", "HEAD")

    def pull(self, head: str, base: str) -> str:
        """What GitHub makes of a pull request: its head and the commit that would merge it; returns the latter."""
        tree = git(self.root, "merge-tree", "--write-tree", base, head)
        merge = git(self.root, "commit-tree", tree, "-p", base, "-p", head, "-m", f"Merge {head} into {base}")
        git(self.root, "push", "--quiet", "--force", "origin", f"{head}:refs/pull/{NUMBER}/head")
        git(self.root, "push", "--quiet", "--force", "origin", f"{merge}:refs/pull/{NUMBER}/merge")
        known = self.fake.world.repository(NAME)
        if NUMBER not in known.pulls:
            self.fake.world.pull(NAME, NUMBER, author="alice", head=head, base=base)
            known.commits[NUMBER] = []
        known.pulls[NUMBER]["head"]["sha"] = head
        known.pulls[NUMBER]["merge_commit_sha"] = merge
        if head not in [each["sha"] for each in known.commits[NUMBER]]:
            self.fake.world.commit(NAME, NUMBER, head, author="alice")
        return merge

    def run(self, event: str, document: dict[str, Any], *, file: str, at: str, number: int, branch: str = "") -> Ran:
        """One run of a workflow's file as it is at a commit, offline, without containers."""
        desk = self.folder / f"desk-{number}"
        git(self.folder, "clone", "--quiet", "--no-checkout", f"file://{self.origin}", str(desk))
        git(desk, "fetch", "--quiet", "origin", at)
        git(desk, "checkout", "--quiet", *(("-B", branch) if branch else ("--detach",)), at)
        repository = {"id": self.fake.world.repository(NAME).id, "full_name": NAME, "default_branch": "main"}
        path = self.folder / "event.json"
        path.write_text(json.dumps({"repository": repository, **document}))
        given = {
            "GITHUB_API_URL": self.fake.url,
            "GITHUB_RUN_ID": str(number),
            "GITHUB_REPOSITORY": NAME,
            "TEST_ORIGIN": f"file://{self.origin}",
            "TEST_KEPT": str(self.folder / "kept"),
            "TEST_OPA": self.opa,
            "TEST_PYTHON": sys.executable,
            **self.given,
        }
        done = subprocess.run(
            [
                *(self.act, event, "-W", f".github/workflows/{file}", "-P", "ubuntu-latest=-self-hosted"),
                *("--pull=false", "--no-cache-server", "--artifact-server-addr=127.0.0.1", "--no-skip-checkout"),
                *("--action-cache-path", str(self.folder / "cache"), "-s", "GITHUB_TOKEN=ghs_runner", "-e", str(path)),
                *(part for use in self._local(desk / ".github/workflows") for part in ("--local-repository", use)),
                *(part for name in self.secrets for part in ("-s", name)),
                *(part for name, value in self.variables.items() for part in ("--var", f"{name}={value}")),
                *(part for name, value in given.items() for part in ("--env", f"{name}={value}")),
            ],
            cwd=desk,
            env={**_environment(self.folder), **self.secrets},
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        return Ran(done.returncode, done.stdout + done.stderr)

    def _local(self, workflows: Path) -> list[str]:
        """Which folder stands for which action: the shims by the commits that are named, and our own."""
        files = (*workflows.glob("*.yml"), *(self.folder / "action").rglob("action.yml"))
        texts = [each.read_text() for each in files]
        named = {(found[1], found[3]) for text in texts for found in USES.finditer(text)}
        shims = [f"{name}@{commit}={self.shims / name.partition('/')[2]}" for name, commit in sorted(named)]
        return [f"assay-ml/assay@v1={self.folder / 'action'}", *shims]

    def pull_request(self, *, head: str, base: str, number: int, snapshot: str = "") -> Ran:
        merge = self.pull(head, base)
        # GitHub's own snapshot of the base may be older than the commit that is merged into.
        sides = {"head": {"sha": head, "ref": "change"}, "base": {"sha": snapshot or base, "ref": "main"}}
        document = {"pull_request": {"number": NUMBER, **sides}}
        return self.run("pull_request", document, file="assay.yml", at=merge, number=number)

    def reviewed(self, *, head: str, main: str, after: int, number: int) -> Ran:
        """The run that follows a run of the gate on the pull request, with main's file."""
        following = {
            "id": after,
            "event": "pull_request",
            "head_sha": head,
            "conclusion": "failure",
            "head_repository": {"full_name": NAME},
            "pull_requests": [{"number": NUMBER, "base": {"ref": "main"}}],
        }
        document = {"action": "completed", "workflow_run": following}
        return self.run("workflow_run", document, file="assay-reviews.yml", at=main, number=number, branch="main")

    def push(self, *, head: str, before: str, number: int) -> Ran:
        self.fake.world.repository(NAME).branches["main"] = head
        created = not before.strip("0")
        document = {"ref": "refs/heads/main", "before": before, "after": head, "created": created}
        return self.run("push", document, file="assay.yml", at=head, number=number, branch="main")

    def dispatch(self, main: str, number: int, branch: str = "main", **inputs: str) -> Ran:
        document = {"inputs": {"stage": "validation", "reason": "", **inputs}}
        return self.run(
            "workflow_dispatch", document, file="assay-promotion.yml", at=main, number=number, branch=branch
        )

    @property
    def comments(self) -> dict[int, str]:
        return {each["id"]: each["body"] for each in self.fake.world.repositories[NAME].comments.values()}

    def states(self, head: str) -> list[tuple[str, str]]:
        held = self.fake.world.repositories[NAME].statuses.get(head, [])
        return [(each["context"], each["state"]) for each in held]


def asked_permissions(folder: Path) -> dict[str, str]:
    """What the workflows in a folder ask for, the highest of all jobs; act itself enforces nothing."""
    found: dict[str, str] = {}
    for file in folder.glob("*.yml"):
        for job in yaml.safe_load(file.read_text())["jobs"].values():
            for name, level in job["permissions"].items():
                found[name.replace("-", "_")] = max(level, found.get(name.replace("-", "_"), level))
    return found


def _environment(home: Path) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": str(home), "LC_ALL": "C.UTF-8", "GIT_CONFIG_NOSYSTEM": "1"}
