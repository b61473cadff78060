"""`assay doctor` says what is missing of a set-up and changes nothing; `assay ruleset` prints what GitHub imports."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from tests.manual.markdown_parts import anchor
from tests.support.command_line import Assay
from tests.support.git import commit, git
from tests.support.repositories import Repository

from assay.commands.parts.looks import LOOKS, in_sections

WORKFLOW = ".github/workflows/assay.yml"
FAULTS: dict[str, tuple[str, str, str]] = {
    "checkout_credentials": (WORKFLOW, "persist-credentials: false", "persist-credentials: true"),
    "model_job_rights": (WORKFLOW, "permissions: {}", "permissions: {contents: write}"),
    "trusted_events": (WORKFLOW, "pull_request:", "pull_request_target:"),
    "workflows_judge": (WORKFLOW, "pull_request:", "workflow_dispatch:"),
    "signing_jobs": (".github/workflows/assay-reviews.yml", "environment: assay", "environment: ''"),
    "manifests_are_valid": ("assay.yaml", "users: [ada]", "users: []"),
}


@pytest.fixture
def ready(repository: Repository, assay: Assay) -> Repository:
    """A repository as `init` sets it up, with people in both roles."""
    git(repository.root, "init", "--quiet", "--initial-branch=main")
    assert assay("init").code == 0
    roles = "roles:\n  domain_expert: {users: [ada]}\n  ml_engineer: {users: [grace]}\n"
    repository.write("assay.yaml", (repository.root / "assay.yaml").read_text() + roles)
    commit(repository.root, "All")
    return repository


def states(assay: Assay) -> dict[str, str]:
    return {each["look"]: each["state"] for each in json.loads(assay("doctor", "--format", "json").out)["looks"]}


@pytest.mark.usefixtures("opa")
def test_what_init_writes_lacks_nothing_and_nothing_is_changed(ready: Repository, assay: Assay) -> None:
    ended = assay("doctor")
    assert (ended.code, ended.err) == (0, ""), ended.out
    # Without a token nothing is asked of GitHub.
    local = {name for name in in_sections() if LOOKS.constant(name, "SECTION") != "settings"}
    assert set(states(assay)) == local
    assert set(states(assay).values()) == {"ok"}
    assert git(ready.root, "status", "--porcelain") == ""


@pytest.mark.parametrize("look", FAULTS)
def test_a_fault_is_missing_with_its_reason_and_its_fix(look: str, ready: Repository, assay: Assay) -> None:
    name, before, after = FAULTS[look]
    ready.replace(before, after, name)
    ended = assay("doctor")
    assert ended.code == 1
    assert states(assay)[look] == "missing"
    told = " ".join(ended.out.split())
    assert LOOKS.load(look).WHY in told
    assert LOOKS.load(look).FIX in told


def test_an_action_that_can_move_is_told(ready: Repository, assay: Assay) -> None:
    path = ready.root / WORKFLOW
    ready.write(WORKFLOW, re.sub(r"actions/checkout@[0-9a-f]{40}", "actions/checkout@v7", path.read_text()))
    assert states(assay)["pinned_actions"] == "missing"
    assert "actions/checkout@v7" in assay("doctor").out


def test_a_shallow_clone_is_told(
    ready: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, assay: Assay
) -> None:
    git(tmp_path, "clone", "--quiet", "--depth", "1", f"file://{ready.root}", "shallow")
    # One commit is the whole history, which Git does not know of a clone that was cut.
    monkeypatch.chdir(tmp_path / "shallow")
    (tmp_path / "shallow/.git/shallow").write_text(git(ready.root, "rev-parse", "HEAD") + "\n")
    assert states(assay)["whole_history"] == "missing"


def test_what_nobody_could_look_at_is_not_fine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, assay: Assay) -> None:
    monkeypatch.chdir(tmp_path)
    assert assay("doctor").code == 3
    assert "ok" not in {state for look, state in states(assay).items() if look != "policy_engine"}


@pytest.mark.parametrize("content", [b"jobs: [", b"on: push\n", b"jobs: {a: 1}\n", b"\xff\xfe", b"- 1\n"])
def test_a_workflow_that_is_none_is_not_fine_either(content: bytes, ready: Repository, assay: Assay) -> None:
    ready.write(".github/workflows/other.yml", content)
    ended = assay("doctor")
    assert ended.code in (1, 3)
    assert states(assay)["pinned_actions"] == "not looked"


def test_each_look_has_its_heading_in_the_manual(project: Path) -> None:
    heads = re.findall(r"(?m)^### (.+)$", (project / "docs/github-setup.md").read_text())
    assert [anchor(each) for each in heads] == [name.replace("_", "-") for name in in_sections()]


def ruleset(assay: Assay, *typed: str) -> Any:
    ended = assay("ruleset", *typed)
    assert ended.code == 0, ended.err
    return json.loads(ended.out)


def test_the_branch_needs_the_status_of_each_model_and_stage(ready: Repository, assay: Assay) -> None:
    rules = {each["type"]: each.get("parameters") for each in ruleset(assay)["rules"]}
    assert set(rules) == {"deletion", "non_fast_forward", "pull_request", "required_status_checks"}
    assert rules["required_status_checks"]["required_status_checks"] == [{"context": "assay/small/validation"}]
    more = ruleset(assay, "--stage", "production", "--stage", "staging", "--app", "7")
    (found,) = (each["parameters"] for each in more["rules"] if each["type"] == "required_status_checks")
    assert found["required_status_checks"] == [
        {"context": f"assay/small/{stage}", "integration_id": 7} for stage in ("production", "staging")
    ]


def test_tags_stay_where_they_are_and_few_may_make_them(ready: Repository, assay: Assay) -> None:
    kept = ruleset(assay, "--kind", "tags")
    assert kept["target"] == "tag"
    assert {each["type"] for each in kept["rules"]} == {"deletion", "update", "non_fast_forward"}
    made = ruleset(assay, "--kind", "creation", "--creator", "Team:42", "--creator", "OrganizationAdmin")
    assert [each["actor_type"] for each in made["bypass_actors"]] == ["Team", "OrganizationAdmin"]
    assert made["rules"] == [{"type": "creation"}]


@pytest.mark.parametrize(
    "typed", [["--kind", "creation"], ["--creator", "Team:42"], ["--kind", "creation", "--creator", "Team:x"]]
)
def test_who_may_tag_is_said_in_full(typed: list[str], ready: Repository, assay: Assay) -> None:
    ended = assay("ruleset", *typed)
    assert ended.code == 2
    assert "hint: " in ended.err
