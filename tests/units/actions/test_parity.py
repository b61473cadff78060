"""An action is a mapping: its inputs are its verb's options, by name, text and default, and its program is one line."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from assay import registry
from assay.options import variable

VERBS = [("action.yml", "assay.commands", "check"), ("actions/publish/action.yml", "assay.commands", "publish")] + [
    (f"actions/{step}/action.yml", "assay.steps", step) for step in registry.names("assay.steps")
]
EXTRA = {"action.yml": ["token", "publish"], "actions/publish/action.yml": ["token"]}
OUTPUTS = ("verdict", "decision", "card")


def read(project: Path, path: str) -> Any:
    return yaml.safe_load((project / path).read_text())


@pytest.mark.parametrize(("path", "package", "verb"), VERBS)
def test_inputs_are_the_options(project: Path, path: str, package: str, verb: str) -> None:
    action = read(project, path)
    fields = registry.module(package, verb).Options.model_fields
    assert list(action["inputs"]) == [*(name.replace("_", "-") for name in fields), *EXTRA.get(path, [])]
    for name, field in fields.items():
        given = action["inputs"][name.replace("_", "-")]
        assert given["description"] == field.description
        assert given["default"] == ("" if field.default is None else str(field.default))
        assert given["required"] is False
    assert action["description"] == registry.title(package, verb)


@pytest.mark.parametrize(("path", "package", "verb"), VERBS)
def test_one_line_runs_and_nothing_is_interpolated_in_it(project: Path, path: str, package: str, verb: str) -> None:
    """G15: inputs reach the program through the environment only."""
    steps = [step for step in read(project, path)["runs"]["steps"] if "run" in step]
    assert len(steps) == (3 if path == "action.yml" else 1)
    for each in steps:
        assert "${{" not in each["run"]
        assert "\n" not in each["run"].strip()
    step = steps[0]
    assert step["run"].endswith(f"python -I -m assay {verb}")
    for name in registry.module(package, verb).Options.model_fields:
        assert f"inputs.{name.replace('_', '-')}" in step["env"][variable(name)]


def test_every_step_and_publish_have_an_action(project: Path) -> None:
    made = sorted(path.parent.name for path in project.glob("actions/*/action.yml"))
    assert made == sorted([*registry.names("assay.steps"), "publish"])


def test_the_decision_is_published_before_the_verdict_ends_the_job(project: Path) -> None:
    """A step that checks, one that always publishes, and one that fails unless the check succeeded."""
    check, publish, verdict = [step for step in read(project, "action.yml")["runs"]["steps"] if "run" in step]
    assert (check["id"], check["continue-on-error"]) == ("check", True)
    assert publish["if"] == "always() && inputs.publish != 'false'"
    assert publish["run"] == check["run"].replace("assay check", "assay publish")
    assert (verdict["if"], verdict["run"]) == ("always()", 'test "$CHECK" = success')
    assert verdict["env"] == {"CHECK": "${{ steps.check.outcome }}"}


def test_what_publishing_is_told_is_the_same_in_both_actions(project: Path) -> None:
    """The token reaches the one step that writes, and no other."""
    whole, alone = read(project, "action.yml"), read(project, "actions/publish/action.yml")
    assert whole["inputs"]["token"] == alone["inputs"]["token"]
    assert whole["inputs"]["token"]["default"] == "${{ github.token }}"
    told = [step for step in whole["runs"]["steps"] if "inputs.token" in str(step)]
    (step,) = [step for step in alone["runs"]["steps"] if "run" in step]
    assert [each["id"] for each in told] == ["publish"]
    # Beside the check, only what it has just decided is published.
    expect = told[0]["env"].pop("ASSAY_EXPECT")
    assert expect.startswith("${{ steps.check.outputs.decision || 'sha256:000")
    assert told[0]["env"].items() <= step["env"].items()
    for action in (whole, alone):
        assert {name: given["value"] for name, given in action["outputs"].items()} == {
            name: f"${{{{ steps.publish.outputs.{name} }}}}" for name in OUTPUTS
        }


def test_foreign_actions_are_pinned_by_commit(project: Path) -> None:
    """G10: a tag can move; the one exception is our own release in the workflow written for users."""
    import re

    files = [*project.glob(".github/workflows/*.yml"), project / "action.yml", *project.glob("actions/*/action.yml")]
    files += list(project.glob("src/assay/commands/templates/workflow/*.yml"))
    for file in files:
        for uses in re.findall(r"(?m)^[ -]*uses: (\S+)", file.read_text()):
            assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", uses) or uses == "assay-ml/assay@v1", (file, uses)
