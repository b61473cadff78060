"""What the workflows run of the tests finds the libraries that it imports."""

import re

import pytest
from tests.support.attack_folders import ROOT

from assay.manifest.yaml_strict import load

COMMANDS = [
    (path.name, name, step["run"], "".join(each.get("run", "") for each in job["steps"]))
    for path in sorted((ROOT / ".github/workflows").glob("*.yml"))
    for name, job in load(path.read_bytes(), path.name).value["jobs"].items()
    for step in job.get("steps", [])
    if re.search(r"python -m tests\.|pytest", step.get("run", ""))
]


@pytest.mark.parametrize(("file", "job", "command", "whole"), COMMANDS)
def test_a_command_of_the_tests_installs_their_libraries(file: str, job: str, command: str, whole: str) -> None:
    """The package `tests` imports pytest, which is in no default group."""
    assert "--group dev" in (whole if "--no-sync" in command else command), (file, job)


def test_there_are_such_commands() -> None:
    assert len(COMMANDS) >= 6
