"""An action is a mapping: its inputs are its verb's options, by name, text and default, and its program is one line."""

import json
import os
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from assay.commands import COMMANDS
from assay.options.step_options import variable
from assay.registry import Registry
from assay.steps import STEPS

VERBS_WITH_ACTIONS = ("publish", "approvals", "sign", "register", "release", "rollback")
VERBS = [("action.yml", COMMANDS, "check")]
VERBS += [(f"actions/{verb}/action.yml", COMMANDS, verb) for verb in VERBS_WITH_ACTIONS]
VERBS += [(f"actions/{step}/action.yml", STEPS, step) for step in STEPS.names()]
EXTRA = {
    "action.yml": ["token", "publish"],
    "actions/sign/action.yml": ["password"],
    "actions/register/action.yml": ["release", "password", "token"],
    **{f"actions/{verb}/action.yml": ["password", "token"] for verb in ("promote", "rollback")},
    **{f"actions/{verb}/action.yml": ["token"] for verb in ("plan", "publish", "approvals")},
    "actions/release/action.yml": ["token"],
}
EVERY = "--all-extras --no-extra demo"
OUTPUTS = ("verdict", "decision", "card")
BASE = "auto"
# What a step may have to read or run beyond the core; only the check and `predict` run a model.
READS, HOLDS = ["arrow", "remote"], ["opa-server", "remote", "sigstore"]
MEASURES = ["arrow", *HOLDS]
EXTRAS = {
    "plan": READS,
    "predict": [*READS, "skops", "onnx", "lightgbm", "xgboost"],
    "collect": READS,
    "decide": ["opa-server"],
    "publish": ["sigstore"],
    **dict.fromkeys(("sign", "release"), HOLDS),
    **dict.fromkeys(("register", "promote", "rollback"), MEASURES),
}
# Steps that write to GitHub or to the remote, or read from it; the model runs in none of them.
HOLDS_TOKEN = {"fetch", "publish", "plan", "promote", "approvals", "register", "release", "rollback"}


def read(project: Path, path: str) -> Any:
    return yaml.safe_load((project / path).read_text())


@pytest.mark.parametrize(("path", "registry", "verb"), VERBS)
def test_inputs_are_the_options(project: Path, path: str, registry: Registry[Any], verb: str) -> None:
    action = read(project, path)
    fields = registry.load(verb).Options.model_fields
    assert list(action["inputs"]) == [*(name.replace("_", "-") for name in fields), *EXTRA.get(path, [])]
    for name, field in fields.items():
        given = action["inputs"][name.replace("_", "-")]
        assert given["description"] == field.description
        usual = "" if field.default is None or field.is_required() else str(field.default)
        assert given["default"] == (BASE if name == "base" and verb in ("check", "plan") else usual)
        assert given["required"] is False
    assert action["description"] == registry.title(verb)


@pytest.mark.parametrize(("path", "registry", "verb"), VERBS)
def test_one_line_runs_and_nothing_is_interpolated_in_it(
    project: Path, path: str, registry: Registry[Any], verb: str
) -> None:
    """G15: inputs reach the program through the environment only."""
    steps = running(project, path)
    for each in steps.values():
        assert "${{" not in each["run"]
        assert "\n" not in each["run"].strip()
    step = steps[verb]
    for name in registry.load(verb).Options.model_fields:
        assert f"inputs.{name.replace('_', '-')}" in step["env"][variable(name)]


@pytest.mark.parametrize("path", [path for path, _, _ in VERBS])
def test_a_step_installs_what_it_may_need_and_no_more(project: Path, path: str) -> None:
    for verb, step in running(project, path).items():
        if verb == "check":
            assert f" --frozen {EVERY} --project " in step["run"]
        elif "assay" in step["name"]:
            assert re.findall(r"--(\S*extra\S* \S+)", step["run"]) == [f"extra {each}" for each in EXTRAS.get(verb, [])]
            assert ("opa-server" in EXTRAS.get(verb, [])) == ("ASSAY_OPA_URL" in step.get("env", {}))
        assert "--group" not in step["run"]
        assert "dev" not in step["run"]


def test_nobody_but_the_tests_gets_the_test_tools(project: Path) -> None:
    declared = tomllib.loads((project / "pyproject.toml").read_text())["tool"]["uv"]
    assert declared["default-groups"] == []
    assert "compile-bytecode" not in declared
    lines = [path.read_text() for path in (project / ".ci/check", project / ".github/workflows/nightly.yml")]
    synced = [
        line for text in lines for line in text.splitlines() if re.search(r"uv (sync|run --frozen.*pytest)", line)
    ]
    assert len(synced) == 3
    assert all("--group dev" in line for line in synced)


def running(project: Path, path: str) -> dict[str, Any]:
    """The steps of an action that run a program, by the verb they run or by their name."""
    found = [step for step in read(project, path)["runs"]["steps"] if "run" in step]
    return {
        re.sub(r"^.* python -I -m assay (\w+)$", r"\1", step["run"]) if "assay" in step["name"] else step["name"]: step
        for step in found
    }


def test_every_step_and_what_a_workflow_needs_have_an_action(project: Path) -> None:
    made = sorted(path.parent.name for path in project.glob("actions/*/action.yml"))
    assert made == sorted([*STEPS.names(), *VERBS_WITH_ACTIONS])


def test_the_decision_is_published_before_the_verdict_ends_the_job(project: Path) -> None:
    """The base is fetched, the check decides, the decision is always published, and the last step is the verdict."""
    steps = running(project, "action.yml")
    kept = "Keep the decision for later runs to compare with"
    assert list(steps) == ["Paths", "fetch", "check", "publish", kept, "verdict"]
    check, publish, verdict = steps["check"], steps["publish"], steps["verdict"]
    assert (check["id"], check["continue-on-error"]) == ("check", True)
    assert publish["if"] == "always() && inputs.publish != 'false'"
    assert "continue-on-error" not in publish
    assert publish["run"] == check["run"].replace("assay check", "assay publish").replace(EVERY, "--extra sigstore")
    assert (verdict["if"], verdict["run"]) == ("always()", 'test "$CHECK" = success')
    assert verdict["env"] == {"CHECK": "${{ steps.check.outcome }}"}


def test_what_publishing_is_told_is_the_same_in_both_actions(project: Path) -> None:
    """Beside the check, only what it has just decided is published (G12)."""
    whole, alone = read(project, "action.yml"), read(project, "actions/publish/action.yml")
    assert whole["inputs"]["token"] == alone["inputs"]["token"]
    told, step = (
        running(project, "action.yml")["publish"]["env"],
        running(project, "actions/publish/action.yml")["publish"]["env"],
    )
    assert told.pop("ASSAY_EXPECT").startswith("${{ steps.check.outputs.decision || 'sha256:000")
    assert told.pop("ASSAY_COMMIT").startswith("${{ steps.check.outputs.commit || '000")
    kept = told.pop("ASSAY_BASE_DECISION")
    assert kept.startswith(step["ASSAY_BASE_DECISION"].removesuffix(" }}"))
    assert told.items() <= step.items()
    for action, source in ((whole, "check"), (alone, "publish")):
        for name in OUTPUTS:
            assert action["outputs"][name]["value"] == f"${{{{ steps.{source}.outputs.{name} }}}}"


@pytest.mark.parametrize("path", [path for path, _, _ in VERBS])
def test_a_token_reaches_only_the_steps_that_need_it(project: Path, path: str) -> None:
    """F12: the step in which the model runs holds no token, since a child can read its parent's environment."""
    for verb, step in running(project, path).items():
        held = step.get("env", {}).get("GITHUB_TOKEN")
        assert held == ("${{ inputs.token }}" if verb in HOLDS_TOKEN else None), verb
        assert "inputs.token" not in str(
            {name: value for name, value in step.get("env", {}).items() if name != "GITHUB_TOKEN"}
        )


@pytest.mark.parametrize("path", [path for path, _, _ in VERBS])
def test_the_lock_holds_the_opa_that_is_set_up(project: Path, path: str) -> None:
    """Where an engine judges, OPA is set up in the lock's version, and the lock is told unless the user brings another."""
    lock = json.loads((project / "actions/opa.lock.json").read_text())
    steps = read(project, path)["runs"]["steps"]
    set_up = [step["with"]["version"] for step in steps if step.get("uses", "").startswith("open-policy-agent/")]
    judging = [step["env"]["ASSAY_OPA_LOCK"] for step in steps if "ASSAY_ENGINE" in step.get("env", {})]
    assert set_up == [lock["version"]] * bool(judging)
    inside = "actions/opa.lock.json" if path == "action.yml" else "../opa.lock.json"
    for told in judging:
        assert f"(!inputs.opa && !inputs.opa-url && format('{{0}}/{inside}', steps.paths.outputs.action))" in told
        assert (project / Path(path).parent / inside).resolve() == project / "actions/opa.lock.json"


@pytest.mark.parametrize("path", [path for path, _, _ in VERBS])
def test_uv_is_set_up_away_from_the_checkout(project: Path, path: str) -> None:
    """F-6: `setup-uv` reads the configuration and runs the interpreter of the folder it is told, which is its own."""
    (found,) = [step for step in read(project, path)["runs"]["steps"] if "setup-uv@" in step.get("uses", "")]
    above = "" if path == "action.yml" else "/../.."
    assert found["with"] == {"enable-cache": False, "working-directory": "${{ steps.paths.outputs.action }}" + above}


@pytest.mark.parametrize("path", [path for path, _, _ in VERBS])
def test_paths_are_those_that_steps_see_in_a_container(project: Path, tmp_path: Path, path: str) -> None:
    """T-container: an expression names the host's path, which a job with `container:` does not have; the first step says its own."""
    text = (project / path).read_text()
    assert not re.findall(r"(?:github\.(?:workspace|action_path)|runner\.(?:temp|workspace|tool_cache))", text)
    first = read(project, path)["runs"]["steps"][0]
    assert (first["id"], first.get("if"), first.get("env")) == ("paths", None, None)
    output = tmp_path / "output"
    inside = {"GITHUB_WORKSPACE": "/__w/a/a b", "GITHUB_ACTION_PATH": "/__w/_actions/x", "RUNNER_TEMP": "/__w/_temp"}
    environment = {"PATH": os.environ["PATH"], "GITHUB_OUTPUT": str(output), **inside}
    subprocess.run([first["shell"], "-euc", first["run"]], env=environment, check=True)
    assert output.read_text() == "workspace=/__w/a/a b\naction=/__w/_actions/x\ntemp=/__w/_temp\n"
    named = {line.partition("=")[0] for line in output.read_text().splitlines()}
    assert set(re.findall(r"steps\.paths\.outputs\.(\w+)", text)) <= named


def test_foreign_actions_are_pinned_by_commit(project: Path) -> None:
    """G10: a tag can move; the one exception is our own release in the workflow written for users."""
    files = [*project.glob(".github/workflows/*.yml"), project / "action.yml", *project.glob("actions/*/action.yml")]
    files += list(project.glob("src/assay/commands/templates/workflow/*.yml"))
    for file in files:
        for uses in re.findall(r"(?m)^[ -]*uses: (\S+)", file.read_text()):
            assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", uses) or re.fullmatch(
                r"assay-ml/assay(/actions/\w+)?@v1", uses
            ), (file, uses)
