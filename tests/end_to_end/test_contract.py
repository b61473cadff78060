"""A contract judged by OPA: each rule opens the gate where it is kept, and closes it with its line where it is not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.command_line import Assay
from tests.support.repositories import Repository

ENGINE = ("--engine", "opa")
FIRST = "      amount: {type: number, range: [0, 1000]}\n"


def ruled(repository: Repository, assay: Assay, rules: str) -> tuple[str, list[dict[str, Any]], str]:
    """The outcome of the contract's policy, its offending bars, and what the terminal says."""
    repository.replace(FIRST, FIRST + rules)
    ended = assay("check", *ENGINE, "--format", "json")
    assert ended.code in (0, 1), ended.err
    document = json.loads(ended.out)["decision"]
    assert (ended.code == 0) == (document["verdict"] == "open")
    (ruling,) = [each for each in document["rulings"] if each["policy"] == "data/contract_holds"]
    told = assay("explain", "data/contract_holds").out
    return ruling["outcome"], [bar for bar in ruling["bars"] if bar["id"] in ruling["offenders"]], told


def test_a_contract_of_every_kind_of_rule_opens_the_gate(repository: Repository, assay: Assay) -> None:
    outcome, offenders, _ = ruled(
        repository,
        assay,
        """\
      group: {in: [a, b], includes: [a, b], most_common: [a, b], length: [1, 1], not_matches: "[A-Z]"}
      score: {nulls: true, required: false, range: [0, 1]}
    columns: {exactly: [key, amount, group, approve], count: {at_most: 6}}
    unique: [[key, group]]
    conditions:
      few are cheap: {when: amount < 500, then: approve == 0, mostly: ">= 50%"}
      keys have a form: matches(key, 'K[0-9]+') and length(key) == 5
""",
    )
    assert (outcome, offenders) == ("pass", [])


@pytest.mark.parametrize(
    ("rules", "outcome", "title", "status"),
    [
        ("group: {in: [a]}", "fail", "rows of holdout where group has an unlisted value", "measured"),
        ('group: {in: {is: [a], mostly: ">= 90%"}}', "fail", "share of rows of holdout where group has a listed value", "measured"),
        ("approve: {mean: {at_least: 0.9}}", "fail", "mean of approve of holdout", "measured"),
        ("approve: {quantiles: {p1: {at_least: 1}}}", "fail", "p1 of approve of holdout", "measured"),
        ("group: {references: {set: holdout, column: key}}", "fail", "rows of holdout where group is not in key of holdout", "measured"),
        ("group: {mean: {at_least: 1}}", "not_evaluated", "mean of group of holdout", "undefined"),
        ("nowhere: {sum: {at_least: 1}}", "not_evaluated", "sum of nowhere of holdout", "undefined"),
    ],
)  # fmt: skip
def test_a_rule_that_is_not_kept_closes_the_gate(
    repository: Repository, assay: Assay, rules: str, outcome: str, title: str, status: str
) -> None:
    repository.replace("      approve: {in: [0, 1]}\n", "")
    found, offenders, told = ruled(repository, assay, f"      {rules}\n")
    assert found == outcome
    (bar,) = [bar for bar in offenders if bar["title"] == title]
    lines = (repository.root / "assay.yaml").read_text().splitlines()
    assert rules in lines[bar["line"] - 1]
    assert bar["status"] == status
    assert title in told


def test_a_condition_that_asks_no_row_keeps_the_gate_shut(repository: Repository, assay: Assay) -> None:
    """Nothing proves nothing: a misspelt value in `when` must not open the gate."""
    rules = "    conditions:\n      c: {when: group == 'c', then: amount > 0}\n"
    outcome, offenders, _ = ruled(repository, assay, rules)
    assert outcome == "not_evaluated"
    assert [bar["title"] for bar in offenders] == ["rows of holdout that break: c, where group == 'c'"]


def test_a_rule_that_asks_for_nothing_is_no_rule(repository: Repository, assay: Assay) -> None:
    repository.replace("rows: {at_least: 100}", "rows: {at_least: 0}")
    ended = assay("plan")
    assert ended.code == 2
    assert "assay.yaml:18:24" in ended.err
