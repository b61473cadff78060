"""The workflow that `assay init` writes, and the action it uses, run under act against a GitHub on loopback."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.conftest import Assay
from tests.end_to_end.repositories import Repository, write_repository
from tests.fakegithub.server import FakeGitHub
from tests.fakegithub.world import World

NAME, NUMBER, CONTEXT = "acme/loans", 7, "assay/small/validation"
MARKER = "<!-- assay:small:validation -->"
TEMPLATE = "src/assay/commands/templates/workflow/assay.yml"
FOREIGN = re.compile(r"(?m)^    - uses: .*\n      with:\n(?:        .*\n)+")
PROGRAM = re.compile(r"uv run .* python -I")
PERMISSIONS = re.compile(r"(?m)^      ([a-z-]+): (read|write) #")
SECONDS = 180

pytestmark = pytest.mark.act


def find_act() -> str:
    """The runner beside this interpreter, or on PATH."""
    found = shutil.which("act", path=str(Path(sys.executable).parent)) or shutil.which("act")
    if found is None:
        pytest.skip("act is not installed, so no workflow was run.")
    return found


@dataclass
class Ran:
    """How a workflow ended, and what its log said."""

    code: int
    log: str


@dataclass
class Runner:
    """A repository under git with the workflow, a copy of the action, and the GitHub they speak to."""

    act: str
    fake: FakeGitHub
    repository: Repository
    folder: Path

    def git(self, *arguments: str) -> str:
        who = ["-c", "user.name=alice", "-c", "user.email=alice@example.com"]
        command = ["git", *who, *arguments]
        return subprocess.run(
            command, cwd=self.repository.root, env=self.environment, capture_output=True, text=True, check=True
        ).stdout.strip()

    @property
    def environment(self) -> dict[str, str]:
        """Nothing of this process but where programs lie: a runner's steps inherit what act was given."""
        return {"PATH": os.environ["PATH"], "HOME": str(self.folder), "LC_ALL": "C.UTF-8", "GIT_CONFIG_NOSYSTEM": "1"}

    def commit(self) -> str:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "A change")
        return self.git("rev-parse", "HEAD")

    def run(self, event: str, document: dict[str, Any], *, number: int) -> Ran:
        """One run of the workflow, offline, without containers."""
        path = self.folder / "event.json"
        path.write_text(json.dumps(document))
        given = {"GITHUB_API_URL": self.fake.url, "GITHUB_RUN_ID": str(number), "GITHUB_REPOSITORY": NAME}
        done = subprocess.run(
            [
                *(self.act, event, "-P", "ubuntu-latest=-self-hosted", "--pull=false", "--no-cache-server"),
                *("--artifact-server-addr=127.0.0.1", "--action-cache-path", str(self.folder / "cache")),
                *("--local-repository", f"assay-ml/assay@v1={self.folder / 'action'}", "-s", "GITHUB_TOKEN=job"),
                *(part for name, value in given.items() for part in ("--env", f"{name}={value}")),
                *("-e", str(path)),
            ],
            cwd=self.repository.root,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        return Ran(done.returncode, done.stdout + done.stderr)

    def pull_request(self, *, head: str, base: str, number: int) -> Ran:
        sides = {"head": {"sha": head, "ref": "change"}, "base": {"sha": base, "ref": "main"}}
        document = {"repository": {"id": 1, "full_name": NAME}, "pull_request": {"number": NUMBER, **sides}}
        return self.run("pull_request", document, number=number)

    @property
    def comments(self) -> dict[int, str]:
        return {each["id"]: each["body"] for each in self.fake.world.repositories[NAME].comments.values()}

    def states(self, head: str) -> list[tuple[str, str]]:
        held = self.fake.world.repositories[NAME].statuses.get(head, [])
        return [(each["context"], each["state"]) for each in held]


def copy_action(project: Path, folder: Path) -> None:
    """The root action without its two foreign steps, which no runner can fetch offline, and with this interpreter."""
    text, removed = FOREIGN.subn("", (project / "action.yml").read_text())
    assert removed == 2
    text, replaced = PROGRAM.subn(lambda _: f"{sys.executable} -I", text)
    assert replaced == 2
    folder.mkdir()
    (folder / "action.yml").write_text(text)


@pytest.fixture
def runner(tmp_path: Path, project: Path) -> Iterator[Runner]:
    act = find_act()
    workflow = (project / TEMPLATE).read_text()
    repository = write_repository(tmp_path / "repository")
    repository.write(".github/workflows/assay.yml", workflow)
    repository.write(".gitignore", ".assay/\n")
    copy_action(project, tmp_path / "action")
    world = World()
    # The job's token can do what the workflow asks for, and no more: act itself enforces nothing.
    world.token("job", **{name.replace("-", "_"): level for name, level in PERMISSIONS.findall(workflow)})
    with FakeGitHub(world) as fake:
        made = Runner(act, fake, repository, tmp_path)
        made.git("init", "--quiet", "--initial-branch", "main")
        yield made
    assert fake.violations == []


def test_a_closed_pull_request_and_its_fix(runner: Runner) -> None:
    """The job's result is the verdict; comment and status are there in both cases, and the comment is one."""
    base, good = runner.commit(), (runner.repository.root / "scores.csv").read_text()
    runner.git("switch", "--quiet", "--create", "change")
    header, *scored = good.splitlines()
    upside_down = [f"{key},{1 - float(score):.3f}" for key, score in (line.split(",") for line in scored)]
    runner.repository.write("scores.csv", "\n".join([header, *upside_down, ""]))
    closed = runner.commit()
    runner.fake.world.pull(NAME, NUMBER, author="alice", head=closed, base=base)
    ran = runner.pull_request(head=closed, base=base, number=11)
    assert ran.code == 1, ran.log
    assert "Job failed" in ran.log
    assert runner.states(closed) == [(CONTEXT, "failure")], ran.log
    ((identity, body),) = runner.comments.items()
    assert body.startswith(MARKER)
    assert "Gate closed" in body
    assert closed[:12] in body

    runner.repository.write("scores.csv", good)
    fixed = runner.commit()
    runner.fake.world.repositories[NAME].pulls[NUMBER]["head"]["sha"] = fixed
    ran = runner.pull_request(head=fixed, base=base, number=12)
    assert ran.code == 0, ran.log
    assert "Job succeeded" in ran.log
    assert runner.states(fixed) == [(CONTEXT, "success")], ran.log
    assert list(runner.comments) == [identity]
    assert "Gate open" in runner.comments[identity]
    assert fixed[:12] in runner.comments[identity]


def test_a_push_to_main_has_a_status_and_no_comment(runner: Runner) -> None:
    head = runner.commit()
    runner.fake.world.repository(NAME).branches["main"] = head
    document = {"ref": "refs/heads/main", "after": head, "repository": {"id": 1, "full_name": NAME}}
    ran = runner.run("push", document, number=11)
    assert ran.code == 0, ran.log
    assert runner.states(head) == [(CONTEXT, "success")], ran.log
    assert runner.comments == {}


def test_without_a_decision_the_job_fails_and_says_so(runner: Runner) -> None:
    """The check ends before it decides: no step after it makes that look like an open gate."""
    base = runner.commit()
    runner.repository.replace("risk: high", "risk: tall")
    head = runner.commit()
    runner.fake.world.pull(NAME, NUMBER, author="alice", head=head, base=base)
    ran = runner.pull_request(head=head, base=base, number=11)
    assert ran.code == 1, ran.log
    assert runner.states(head) == [(CONTEXT, "error")], ran.log
    assert "There is no decision that could be published" in ran.log


def test_a_dossier_that_the_repository_brings_is_not_published(runner: Runner, assay: Assay) -> None:
    """G12, D3: an open decision committed by the pull request is not what the check has decided."""
    assert assay("check", "--manifest", str(runner.repository.root / "assay.yaml"), "--engine", "regorus").code == 0
    runner.repository.write(".gitignore", "")
    base = runner.commit()
    runner.repository.replace("risk: high", "risk: tall")
    head = runner.commit()
    runner.fake.world.pull(NAME, NUMBER, author="alice", head=head, base=base)
    ran = runner.pull_request(head=head, base=base, number=12)
    assert ran.code == 1, ran.log
    assert runner.states(head) == [(CONTEXT, "error")], ran.log
