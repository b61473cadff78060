"""An action is a mapping: its inputs are its verb's options, by name, text and default, and its program is one line."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from assay import registry
from assay.options import variable

VERBS = [("action.yml", "assay.commands", "check")] + [
    (f"actions/{step}/action.yml", "assay.steps", step) for step in registry.names("assay.steps")
]


def read(project: Path, path: str) -> Any:
    return yaml.safe_load((project / path).read_text())


@pytest.mark.parametrize(("path", "package", "verb"), VERBS)
def test_inputs_are_the_options(project: Path, path: str, package: str, verb: str) -> None:
    action = read(project, path)
    fields = registry.module(package, verb).Options.model_fields
    assert list(action["inputs"]) == [name.replace("_", "-") for name in fields]
    for name, field in fields.items():
        given = action["inputs"][name.replace("_", "-")]
        assert given["description"] == field.description
        assert given["default"] == ("" if field.default is None else str(field.default))
        assert given["required"] is False
    assert action["description"] == registry.title(package, verb)


@pytest.mark.parametrize(("path", "package", "verb"), VERBS)
def test_one_line_runs_and_nothing_is_interpolated_in_it(project: Path, path: str, package: str, verb: str) -> None:
    """G15: inputs reach the program through the environment only."""
    steps = read(project, path)["runs"]["steps"]
    (step,) = [step for step in steps if "run" in step]
    assert "${{" not in step["run"]
    assert "\n" not in step["run"].strip()
    assert f"python -I -m assay {verb}" in step["run"]
    for name in registry.module(package, verb).Options.model_fields:
        assert f"inputs.{name.replace('_', '-')}" in step["env"][variable(name)]


def test_every_step_has_an_action(project: Path) -> None:
    assert sorted(path.parent.name for path in project.glob("actions/*/action.yml")) == list(
        registry.names("assay.steps")
    )


def test_foreign_actions_are_pinned_by_commit(project: Path) -> None:
    """G10: a tag can move; the one exception is our own release in the workflow written for users."""
    import re

    files = [*project.glob(".github/workflows/*.yml"), project / "action.yml", *project.glob("actions/*/action.yml")]
    files += list(project.glob("src/assay/commands/templates/workflow/*.yml"))
    for file in files:
        for uses in re.findall(r"uses: (\S+)", re.sub(r"(?m)^\s*#.*$", "", file.read_text())):
            assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", uses) or uses == "assay-ml/assay@v1", (file, uses)
