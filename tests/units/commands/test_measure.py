"""`assay measure` runs any check on bare files."""

import json

from tests.support.command_line import Assay
from tests.support.repositories import Repository

DATA = ("--data", "holdout=holdout.csv")
SCORES = ("--predictions", "holdout=scores.csv", "--label", "approve", "--id", "key")


def test_a_contract(repository: Repository, assay: Assay) -> None:
    ended = assay("measure", "data_contract", *DATA, "--set", "on=holdout", "--set", "rules.amount={range: [0, 500]}")
    assert ended.code == 0, ended.err
    assert "amount.range" in ended.out


def test_quality_of_a_predictions_file(repository: Repository, assay: Assay) -> None:
    ended = assay(
        "measure", "quality", *DATA, *SCORES, "--set", "on=holdout", "--set", "bars.roc_auc=>= 0.7", "--format", "json"
    )
    assert ended.code == 0, ended.err
    assert json.loads(ended.out)["sets"]["holdout"]["metrics"]["roc_auc"]["low"] > 0.7


def test_bias_with_a_spec_file(repository: Repository, assay: Assay) -> None:
    repository.write("bias.yaml", "on: holdout\nby: [group]\n")
    ended = assay("measure", "bias", *DATA, *SCORES, "--sensitive", "group", "--spec", "bias.yaml")
    assert ended.code == 0, ended.err
    assert "demographic_parity_difference" in ended.out


def test_what_cannot_be_measured(repository: Repository, assay: Assay) -> None:
    assert assay("measure", "astrology").code == 2
    ended = assay("measure", "bias", *DATA, "--set", "on=holdout", "--set", "by=[gruop]")
    assert ended.code == 2
    assert "Did you mean `group`?" in ended.err
    assert assay("measure", "data_contract", "--data", "holdout=nowhere.csv").code == 3
    assert assay("measure", "data_contract", "--data", "holdout").code == 2
    ended = assay("measure", "data_contract", *DATA, "--set", "ruls={}")
    assert "Did you mean `rules`?" in ended.err


def test_what_looks_at_no_rows_needs_no_data(assay: Assay) -> None:
    assert assay("measure", "governance").code == 0
    approvals = assay("measure", "approvals")
    assert (approvals.code, "No reviews were read" in approvals.err) == (3, True)
