"""Pages as they really come to be: a pull request judged, published to the fake GitHub, mended; and the demo's dossier."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.support.fakegithub.server import FakeGitHub
from tests.support.fakegithub.world import World
from tests.support.git import commit, git
from tests.support.repositories import Repository, write_repository
from tests.support.stories import MORE, NAME, biased, good

DAY = "2026-11-20"
CHECK = ("check", "--as-of", DAY)


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page that people see, as text of a kind."""

    name: str
    kind: str
    text: str


def pull_request(folder: Path) -> Iterator[Page]:
    """The comment and the summary of a change: biased, then mended, then one that loosens what judges it, then approved."""
    repository = write_repository(folder / "loans")
    manifest = (repository.root / "assay.yaml").read_text().partition("stages:")[0] + MORE
    repository.write("assay.yaml", manifest)
    repository.write(".gitignore", ".assay/\nreviews.json\n")
    git(repository.root, "init", "--quiet", "--initial-branch=main")
    commit(repository.root, "The manifest and the first model")
    assay(repository, *CHECK)
    base = shutil.copy(repository.dossier / "decision.json", folder / "base.json")
    git(repository.root, "switch", "--quiet", "--create", "new-model")
    world = World()
    world.token("job", pull_requests="write", statuses="write", contents="read")
    with FakeGitHub(world) as fake:
        for run, (name, scores, known) in enumerate(
            (("unknown", biased(), ()), ("closed", biased(), (base,)), ("open", good(1), (base,)))
        ):
            repository.write("scores.csv", scores)
            yield from published(fake, repository, name, run, known)
        loosen(repository)
        yield from published(fake, repository, "loosened", 9, (base,))
        yield from published(fake, repository, "approved", 10, (base,), approving=("ada", "grace"))
    assert fake.violations == []


def loosen(repository: Repository) -> None:
    """A change of the manifest that loosens a bar, tightens one, adds a check, drops a stage's policies and retitles."""
    repository.replace('roc_auc: ">= 0.70"', 'roc_auc: ">= 0.65"')
    repository.replace('demographic_parity_difference: "<= 0.20"', 'demographic_parity_difference: "<= 0.15"')
    repository.replace("owner: credit-risk", "owner: credit-risk-europe")
    repository.replace("for a loan officer, who decides.", "for a loan officer, who reads the whole file and decides.")
    repository.replace("rows: {at_least: 100}", "rows: {at_least: 500}")
    waiver = (
        "waivers:\n  - {policy: bias/within_bounds, owner: mallory, reason: we are in a hurry, expires: 2027-01-31}\n"
    )
    repository.write("assay.yaml", (repository.root / "assay.yaml").read_text() + waiver)


def published(
    fake: FakeGitHub,
    repository: Repository,
    name: str,
    run: int,
    known: tuple[Path, ...],
    approving: tuple[str, ...] = (),
) -> Iterator[Page]:
    """What a run on the pull request publishes, as the fake GitHub holds it."""
    commit_anew(repository, name)
    head = git(repository.root, "rev-parse", "HEAD")
    held = fake.world.repository(NAME)
    fake.world.pull(NAME, 1, author="mallory", head=head, base=git(repository.root, "rev-parse", "main"))
    fake.world.commit(NAME, 1, head, author="mallory")
    event, summary = repository.root.parent / "event.json", repository.root.parent / f"summary-{name}.md"
    home, sides = {"id": held.id, "default_branch": "main"}, {"head": {"sha": head}, "base": {"ref": "main"}}
    event.write_text(json.dumps({"repository": home, "pull_request": {"number": 1, **sides}}))
    given = {"EVENT_NAME": "pull_request", "EVENT_PATH": str(event), "RUN_ID": str(11 + run), "SHA": "d" * 40}
    given |= {"REPOSITORY": NAME, "API_URL": fake.url, "STEP_SUMMARY": str(summary), "TOKEN": "job"}
    environment = {f"GITHUB_{key}": value for key, value in given.items()}
    for login in approving:
        held.permissions[login] = "write"
        fake.world.review(NAME, 1, login, "APPROVED", head)
    if approving:
        asked = ("approvals", "--pull-request", "1", "--base", "main", "--out", "reviews.json")
        assay(repository, *asked, **environment)
    assay(repository, *CHECK, "--base", "main", *(("--reviews", "reviews.json") if approving else ()))
    bases = [word for path in known for word in ("--base-decision", str(path))]
    assay(repository, "publish", *bases, **environment)
    (comment,) = held.comments.values()
    yield Page(name=f"comment-{name}", kind="comment", text=comment["body"])
    yield Page(name=f"summary-{name}", kind="summary", text=summary.read_text(encoding="utf-8"))


def demo(folder: Path) -> Iterator[Page]:
    """The demo's comment, summary and card: real data, two gates closed; and its card where the gate is open."""
    from assay.edges.store import DossierFolder
    from assay.render import comment, summary

    root = folder / "mortgage"
    call("demo", str(root), "--as-of", DAY)
    where = root / ".assay" / "mortgage-approval" / "validation"
    pages = DossierFolder(where, root).pages()
    yield Page(name="comment-demo", kind="comment", text=comment.render(pages))
    yield Page(name="summary-demo", kind="summary", text=summary.render(pages))
    yield Page(name="card-demo", kind="card", text=(where / "card.html").read_text(encoding="utf-8"))
    yield Page(name="card-markdown-demo", kind="summary", text=(where / "card.md").read_text(encoding="utf-8"))


def commit_anew(repository: Repository, message: str) -> None:
    git(repository.root, "add", ".")
    git(repository.root, "commit", "--quiet", "--allow-empty", "--message", message)


def assay(repository: Repository, *typed: str, **environment: str) -> None:
    """A command in the repository; a closed gate is as good as an open one."""
    call(*typed, folder=repository.root, **environment)


def call(*typed: str, folder: Path | None = None, **environment: str) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GITHUB_", "ASSAY_"))}
    command = [sys.executable, "-m", "assay", *typed]
    ended = subprocess.run(command, cwd=folder, env=kept | environment, capture_output=True, text=True, check=False)
    assert ended.returncode in (0, 1), ended.stdout + ended.stderr
