"""The workflows that `assay init` writes, with the actions they use, run under act against a GitHub on loopback."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from assay.canonical import digest
from assay.commands.parts.keyless_workflows import keyless_text
from assay.commands.parts.scaffolding import template
from assay.commands.parts.workflow_files import NAMES, called_text
from tests.support.command_line import Assay
from tests.support.fakegithub.server import FakeGitHub
from tests.support.fakegithub.world import World
from tests.support.keys import write_keys
from tests.support.repositories import MODEL, Repository, write_repository
from tests.support.runner.acting import NAME, NUMBER, REPORTED, STAGES, Runner, asked_permissions, find_act, git

CONTEXT = "assay/small/validation"
MARKER = "<!-- assay:small:validation -->"

pytestmark = pytest.mark.act


@pytest.fixture
def runner(tmp_path: Path, project: Path, assay: Assay, opa: str) -> Iterator[Runner]:
    """A repository whose model is a function, with what `init` writes."""
    act = find_act()
    repository = write_repository(tmp_path / "repository")
    text = (repository.root / "assay.yaml").read_text().partition("stages:")[0] + STAGES
    repository.write("assay.yaml", text.replace(REPORTED, "{format: python, callable: 'model:score'}"))
    repository.write("model.py", MODEL)
    assert assay("init", str(repository.root)).code == 0
    world = World()
    world.token("ghs_runner", **asked_permissions(repository.root / ".github/workflows"))
    with FakeGitHub(world) as fake:
        made = Runner(act, opa, fake, repository, tmp_path)
        made.start(project)
        yield made
    assert fake.violations == []


def approve(runner: Runner, head: str) -> None:
    """A domain expert and an ML engineer approve a commit."""
    for login in ("ada", "grace"):
        runner.fake.world.repository(NAME).permissions[login] = "write"
        runner.fake.world.review(NAME, NUMBER, login, "APPROVED", head)


def merge(runner: Runner, branch: str) -> str:
    """The branch merged into main on the remote and on GitHub; returns the merge commit."""
    git(runner.root, "switch", "--quiet", "main")
    git(runner.root, "merge", "--quiet", "--no-ff", "--no-edit", branch)
    git(runner.root, "push", "--quiet", "origin", "main")
    merged = git(runner.root, "rev-parse", "HEAD")
    pull = runner.fake.world.repository(NAME).pulls[NUMBER]
    pull.update({"state": "closed", "merged": True, "merge_commit_sha": merged, "merged_at": "2026-01-02T00:00:00Z"})
    return merged


def test_a_closed_pull_request_and_its_fix(runner: Runner) -> None:
    """The job's result is the verdict; the one comment compares with what main's run decided and kept."""
    first = runner.commit("The manifest and the first model")
    ran = runner.push(head=first, before="0" * 40, number=9)
    assert ran.code == 1, ran.log
    assert "governance/first_manifest" in ran.log
    runner.repository.write("NOTES.md", "The first manifest is the base from now on.\n")
    base = runner.commit("Notes")
    ran = runner.push(head=base, before=first, number=10)
    assert ran.code == 0, ran.log
    assert runner.states(base) == [(CONTEXT, "success")], ran.log
    assert runner.comments == {}
    git(runner.root, "switch", "--quiet", "--create", "change")
    runner.repository.write("model.py", MODEL.replace("value / 1000", "1 - value / 1000"))
    closed = runner.commit()
    ran = runner.pull_request(head=closed, base=base, number=11)
    assert ran.code == 1, ran.log
    assert "Job failed" in ran.log
    assert runner.states(closed) == [(CONTEXT, "failure")], ran.log
    ((identity, body),) = runner.comments.items()
    assert body.startswith(MARKER)
    assert "Gate closed" in body
    assert closed[:12] in body
    assert "with the bars of" in body
    assert "| Cache not found" not in ran.log
    assert "**Compared with the base**" in body

    runner.repository.write("model.py", MODEL)
    fixed = runner.commit()
    ran = runner.pull_request(head=fixed, base=base, number=12)
    assert ran.code == 0, ran.log
    assert "Job succeeded" in ran.log
    assert runner.states(fixed) == [(CONTEXT, "success")], ran.log
    assert list(runner.comments) == [identity]
    assert "Gate open" in runner.comments[identity]
    assert fixed[:12] in runner.comments[identity]


def test_models_in_folders_are_each_judged_in_their_own(tmp_path: Path, project: Path, assay: Assay, opa: str) -> None:
    """One list of models: each is planned, asked and judged by jobs of its own, with its own artifacts and status."""
    act, top = find_act(), tmp_path / "repository"
    top.mkdir()
    git(top, "init", "--quiet", "--initial-branch", "main")
    for name in ("rates", "loans"):
        made = write_repository(top / "models" / name)
        text = (made.root / "assay.yaml").read_text().partition("stages:")[0] + STAGES
        text = text.replace(REPORTED, "{format: python, callable: 'model:score'}").replace(
            "name: small", f"name: {name}"
        )
        made.write("assay.yaml", text)
        made.write("model.py", MODEL if name == "loans" else MODEL.replace("value / 1000", "1 - value / 1000"))
        assert assay("init", str(made.root)).code == 0
    world = World()
    world.token("ghs_runner", **asked_permissions(top / ".github/workflows"))
    with FakeGitHub(world) as fake:
        runner = Runner(act, opa, fake, Repository(top), tmp_path)
        runner.start(project)
        first = runner.commit("Two models")
        ran = runner.push(head=first, before="0" * 40, number=9)
        assert ran.code == 1, ran.log
        assert sorted(runner.states(first)) == [(f"assay/{name}/validation", "failure") for name in ("loans", "rates")]
        assert all(f"--name assay-dossier-{name} " in ran.log for name in ("loans", "rates"))
        kept = {
            name: tmp_path / f"kept/artifacts/9/assay-dossier-{name}/{name}/validation" for name in ("loans", "rates")
        }
        found = {name: json.loads((folder / "decision.json").read_text()) for name, folder in kept.items()}
    assert fake.violations == []
    quality = {
        name: next(each["outcome"] for each in page["rulings"] if each["policy"] == "quality/clears_bars")
        for name, page in found.items()
    }
    assert quality == {"loans": "pass", "rates": "fail"}


def test_without_a_decision_the_job_fails_and_says_so(runner: Runner) -> None:
    """The check ends before it decides: no step after it makes that look like an open gate."""
    base = runner.commit()
    git(runner.root, "switch", "--quiet", "--create", "change")
    runner.repository.replace("label: approve", "label: approved")
    runner.repository.write("holdout.csv", "key,amount\n")
    head = runner.commit()
    ran = runner.pull_request(head=head, base=base, number=11)
    assert ran.code == 1, ran.log
    assert runner.states(head) == [(CONTEXT, "error")], ran.log
    assert "There is no decision to publish" in ran.log


def test_a_dossier_that_the_repository_brings_is_not_published(runner: Runner, assay: Assay) -> None:
    """G12, D3: an open decision committed by the pull request is not what the check has decided."""
    base = runner.commit()
    git(runner.root, "switch", "--quiet", "--create", "change")
    assert assay("check", "--manifest", str(runner.root / "assay.yaml"), "--engine", "regorus").code == 0
    runner.repository.write(".gitignore", "")
    runner.repository.write("holdout.csv", "key,amount\n")
    head = runner.commit()
    ran = runner.pull_request(head=head, base=base, number=12)
    assert ran.code == 1, ran.log
    assert runner.states(head) == [(CONTEXT, "error")], ran.log


def test_another_opa_than_the_locked_one_does_not_judge(runner: Runner) -> None:
    """G10: the lock names the binary that a release was tested with; a lock that is not filled lets none judge."""
    base = runner.commit()
    lock = runner.folder / "action/actions/opa.lock.json"
    for held, words in (({}, "has no checksum"), ({"opa": "0" * 64}, "is not a binary in the lock of OPA")):
        lock.write_text(json.dumps({"version": "1.21.1", "sha256": held}))
        ran = runner.push(head=base, before="0" * 40, number=10 + len(held))
        assert ran.code == 1, ran.log
        assert words in ran.log
        assert ("assay/small/validation", "success") not in runner.states(base)


def test_a_loosening_is_opened_by_two_approvals_and_main_s_own_workflow(
    runner: Runner, tmp_path: Path, assay: Assay
) -> None:
    """G1, G12: the author's copy of the gate says no; main's judges again with the reviews, without running the model.

    T-unsigned-card: the author's own run is a preview and unsigned; main's run signs what it judged, and says so.
    """
    keys = write_keys(tmp_path / "keys", "ecdsa-p256")
    runner.secrets["ASSAY_SIGNING_KEY"] = Path(keys.private).read_text()
    runner.variables["ASSAY_PUBLIC_KEY"] = Path(keys.public).read_text()
    base = runner.commit()
    git(runner.root, "switch", "--quiet", "--create", "change")
    runner.repository.replace('roc_auc: ">= 0.70"', 'roc_auc: ">= 0.60"')
    head = runner.commit("A lower bar")
    ran = runner.pull_request(head=head, base=base, number=11)
    assert ran.code == 1, ran.log
    assert runner.states(head) == [(CONTEXT, "failure")], ran.log
    assert "**Preview, unsigned:**" in next(iter(runner.comments.values()))
    ran = runner.reviewed(head=head, main=base, after=11, number=12)
    assert ran.code == 1, ran.log
    assert runner.states(head)[0] == (CONTEXT, "failure"), ran.log
    approve(runner, head)
    ran = runner.reviewed(head=head, main=base, after=11, number=13)
    assert ran.code == 0, ran.log
    assert runner.states(head)[0] == (CONTEXT, "success"), ran.log
    (body,) = runner.comments.values()
    assert "**Signed** by" in body
    assert "Preview" not in body
    assert (
        "gh run download 13 --repo acme/loans --name assay-signed --dir card && assay verify --key public.pem" in body
    )
    kept = tmp_path / "kept/artifacts/13/assay-signed/small/validation"
    bundle = digest((kept / "card.sigstore.json").read_bytes())
    assert f"The card's bundle is `{bundle}`" in body
    assert assay("verify", str(kept), "--key", keys.public, "--engine", "regorus").code == 0


def test_a_change_that_undoes_a_tightening_is_judged_by_it(runner: Runner) -> None:
    """T-old-base: GitHub's snapshot of the base is older than the tightening; the merge's first parent is not."""
    snapshot = runner.commit()
    runner.repository.replace('roc_auc: ">= 0.70"', 'roc_auc: ">= 0.72"')
    base = runner.commit("A higher bar")
    git(runner.root, "switch", "--quiet", "--create", "change")
    runner.repository.replace('roc_auc: ">= 0.72"', 'roc_auc: ">= 0.70"')
    head = runner.commit("As it was")
    ran = runner.pull_request(head=head, base=base, snapshot=snapshot, number=11)
    assert ran.code == 1, ran.log
    assert runner.states(head) == [(CONTEXT, "failure")], ran.log
    assert "governance/bars_not_loosened" in next(iter(runner.comments.values()))
    # The twin: a change that left the branch before the tightening is not blamed for it.
    git(runner.root, "switch", "--quiet", "--create", "innocent", snapshot)
    runner.repository.write("NOTES.md", "Notes.\n")
    head = runner.commit("Notes")
    ran = runner.pull_request(head=head, base=base, snapshot=snapshot, number=12)
    assert ran.code == 0, ran.log
    assert runner.states(head) == [(CONTEXT, "success")], ran.log


def test_nothing_of_the_change_runs_where_it_is_judged_with_its_reviews(runner: Runner, tmp_path: Path) -> None:
    """G11, G13, F-6: links where dossiers are put lead nowhere, and an interpreter that the change brings is not asked."""
    # Without it the link would be a part of the model's code, which is refused before anything reads it.
    runner.repository.replace("callable: 'model:score'", "callable: 'model:score', code: [model.py]")
    base = runner.commit()
    git(runner.root, "switch", "--quiet", "--create", "change")
    outside, marker = tmp_path / "outside", tmp_path / "marker"
    outside.mkdir()
    (outside / "secret").write_text("not to be kept as an artifact")
    runner.repository.write("model.py", MODEL + "\n")
    runner.repository.write(".gitignore", "")
    (runner.root / ".assay").mkdir()
    (runner.root / ".assay/answers").symlink_to(outside)
    (runner.root / ".assay/other").symlink_to(outside)
    runner.repository.write(".venv/bin/python", f"#!/bin/sh\ntouch {marker}\n").chmod(0o755)
    runner.repository.write(".venv/pyvenv.cfg", "home = /usr/bin\n")
    head = runner.commit("A new model, with more")
    ran = runner.pull_request(head=head, base=base, number=11)
    assert ran.code == 0, ran.log
    ran = runner.reviewed(head=head, main=base, after=11, number=12)
    assert ran.code == 0, ran.log
    assert runner.states(head)[0] == (CONTEXT, "success"), ran.log
    assert [path.name for path in outside.iterdir()] == ["secret"]
    assert not marker.exists()
    assert not (tmp_path / "kept/artifacts/12/assay-judged/other").exists()


def test_reviews_of_another_commit_open_nothing(runner: Runner) -> None:
    """B3, B4: the gate's run of an older commit is run again once a newer one was approved, to go back to the older."""
    base = runner.commit()
    git(runner.root, "switch", "--quiet", "--create", "change")
    runner.repository.replace('roc_auc: ">= 0.70"', 'roc_auc: ">= 0.60"')
    older = runner.commit("A lower bar")
    assert runner.pull_request(head=older, base=base, number=11).code == 1
    runner.repository.write("model.py", MODEL + "\n")
    newer = runner.commit("A model as well")
    runner.pull(newer, base)
    approve(runner, newer)
    ran = runner.reviewed(head=older, main=base, after=11, number=12)
    assert ran.code == 1, ran.log
    assert f"is now at {newer[:12]}, not at {older[:12]}" in ran.log
    assert {state for _, state in runner.states(older)} == {"failure"}


def test_registered_released_promoted_and_rolled_back_by_dispatch(runner: Runner, tmp_path: Path) -> None:
    """A version and its release in one job; production only with the two approvals; another branch's file writes nothing."""
    keys = write_keys(tmp_path / "keys", "ecdsa-p256")
    runner.secrets["ASSAY_SIGNING_KEY"] = Path(keys.private).read_text()
    runner.variables["ASSAY_PUBLIC_KEY"] = Path(keys.public).read_text()
    first = runner.commit("The manifest and the first model")
    git(runner.root, "switch", "--quiet", "--create", "change")
    runner.repository.write("model.py", MODEL + "\n")
    head = runner.commit("A new model")
    runner.pull(head, first)
    approve(runner, head)
    main = merge(runner, "change")

    ran = runner.dispatch(main, 20, move="register", version="1.0.0")
    assert ran.code == 0, ran.log
    (release,) = runner.fake.world.repository(NAME).releases.values()
    assert (release["tag_name"], release["draft"]) == ("small@v1.0.0", False)
    names = {asset["name"] for asset in runner.fake.world.repository(NAME).assets.values()}
    assert {"card.html", "card.md", "decision.json", "checksums.txt"} <= names
    ran = runner.dispatch(main, 21, move="promote", version="1.0.0", stage="production")
    assert ran.code == 0, ran.log

    git(runner.root, "switch", "--quiet", "--create", "second")
    runner.repository.write("model.py", MODEL + "\n\n")
    merged = runner.commit("Another model, which nobody approved")
    git(runner.root, "push", "--quiet", "origin", "second:main")
    assert runner.dispatch(merged, 22, move="register", version="1.1.0").code == 0
    ran = runner.dispatch(merged, 23, move="promote", version="1.1.0", stage="production")
    assert ran.code == 1, ran.log
    ran = runner.dispatch(merged, 24, branch="second", move="register", version="1.2.0")
    assert ran.code == 1, ran.log
    assert tags(runner) == ["small#production#2", "small@v1.0.0", "small@v1.1.0"]


def test_a_version_tag_that_is_pushed_is_released(runner: Runner, assay: Assay) -> None:
    """Registered on a laptop and pushed: the tag starts a run that judges again and writes the release of that decision."""
    main = runner.commit("The manifest and the first model")
    told = ("--manifest", str(runner.root / "assay.yaml"), "--engine", "opa", "--opa", runner.opa)
    assert assay("check", *told).code == 0
    registered = assay("register", *told, "--version", "1.0.0")
    assert registered.code == 0, registered.err
    document = {"ref": "refs/tags/small@v1.0.0", "before": "0" * 40, "after": main}
    ran = runner.run("push", document, file="assay-promotion.yml", at=main, number=30)
    assert ran.code == 0, ran.log
    (release,) = runner.fake.world.repository(NAME).releases.values()
    assert (release["tag_name"], release["draft"]) == ("small@v1.0.0", False)


def tags(runner: Runner) -> list[str]:
    """The promotion tags on the remote."""
    return git(runner.origin, "for-each-ref", "--format=%(refname:strip=2)", "refs/tags").splitlines()


def test_the_written_workflows_pass_the_linters(runner: Runner, project: Path, tmp_path: Path) -> None:
    """G10, G11, G15: zizmor as an auditor, actionlint and the schema find nothing in what `init` wrote."""
    folder = runner.root / ".github" / "workflows"
    files = sorted(str(path) for path in folder.glob("*.yml"))
    assert len(files) == 3
    listed = tmp_path / "listed"
    for name in NAMES:
        (listed / name).parent.mkdir(exist_ok=True)
        text = template(f"workflow/{name}")
        (listed / f"model-{name}").write_text(called_text(name, text))
        (listed / f"keyless-{name}").write_text(keyless_text(name, text))
        (listed / f"keyless-model-{name}").write_text(called_text(name, keyless_text(f"keyless-model-{name}", text)))
    files += sorted(str(path) for path in listed.glob("*.yml"))
    for command in (
        ["zizmor", "--offline", "--quiet", "--persona", "auditor", "--config", str(project / ".ci/zizmor.yml"), *files],
        ["check-jsonschema", "--quiet", "--builtin-schema", "vendor.github-workflows", *files],
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
