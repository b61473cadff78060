"""Models of every task and gaps between groups of people: measured, stated to be nobody's matter, or closed."""

import json

import pytest

from tests.support.command_line import Assay
from tests.support.repositories import Repository

STATED = "sensitive: {none: Bearings of pumps in a test bench}"
POLICY = "bias/within_bounds"


def ruling(repository: Repository) -> dict[str, object]:
    rulings = json.loads((repository.dossier / "decision.json").read_text())["rulings"]
    return next((each for each in rulings if each["policy"] == POLICY), {})


def without_bias(repository: Repository, sensitive: str, task: str = "") -> None:
    text = (repository.root / "assay.yaml").read_text().replace("sensitive: [group]", sensitive)
    start, stop = text.index("  bias:"), text.find("stages:")
    text = text[:start] + (text[stop:] if stop > start else "")
    repository.write("assay.yaml", f"{text.partition('checks:')[0]}" if task else text)
    if task:
        repository.replace("  owner:", f"  task: {task}\n  owner:")


@pytest.mark.parametrize("task", ["regression", "multiclass-classification"])
def test_a_policy_of_the_risk_tier_is_never_absent(task: str, repository: Repository, assay: Assay) -> None:
    without_bias(repository, "sensitive: [group]", task)
    ended = assay("check", "--engine", "regorus")
    assert ended.code == 1
    assert ruling(repository)["outcome"] == "not_evaluated"
    said = f"`bias` is measured for binary-classification only, and this model's task is {task}."
    assert said in str(ruling(repository)["reasons"])


def test_a_lower_tier_does_not_ask(repository: Repository, assay: Assay) -> None:
    without_bias(repository, "sensitive: [group]", "regression")
    repository.replace("risk: high", "risk: minimal")
    assay("check", "--engine", "regorus")
    assert ruling(repository) == {}


def test_nobody_is_concerned(repository: Repository, assay: Assay) -> None:
    without_bias(repository, STATED)
    ended = assay("check", "--engine", "regorus")
    assert ended.code == 0, ended.out
    assert ruling(repository)["outcome"] == "pass"
    assert "Bearings of pumps in a test bench" in (repository.dossier / "card.md").read_text()


@pytest.mark.parametrize("reason", ["{none: ''}", "{none: '  '}", "{none: }", "none", "{none: a, group: b}"])
def test_a_statement_needs_its_reason(reason: str, repository: Repository, assay: Assay) -> None:
    without_bias(repository, f"sensitive: {reason}")
    ended = assay("plan")
    assert ended.code == 2
    assert "assay.yaml:" in ended.err


def test_groups_and_the_statement_contradict_each_other(repository: Repository, assay: Assay) -> None:
    repository.replace("sensitive: [group]", STATED)
    ended = assay("plan")
    assert ended.code == 2
    assert "no row is about a person, so there are no groups" in ended.err
