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
    ended = assay("measure", "bias", *DATA, *SCORES, "--sensitive", "group", "--spec", "bias.yaml", "--all")
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


CONTRACT = ("measure", "data_contract", *DATA, "--set", "on=holdout")


def test_it_says_what_broke_first_and_ends_as_it_was_asked_to(repository: Repository, assay: Assay) -> None:
    broken = (*CONTRACT, "--set", "rules.amount={range: [0, 500]}")
    ended = assay(*broken)
    assert ended.code == 0
    assert ended.out.splitlines()[0] == "1 broken, 2 hold"
    assert "broken: rows of holdout where amount is out of range: 277, n = 600; bar: at most 0; rows " in ended.out
    assert "2 more facts: `--all` prints them" in ended.out
    assert "more facts" not in assay(*broken, "--all").out
    assert assay(*broken, "--fail-on", "broken").code == 1
    assert assay(*broken, "--fail-on", "broken", "--format", "json").code == 1
    assert assay(*CONTRACT, "--set", "rules.amount={range: [0, 1000]}", "--fail-on", "open").code == 0


def test_an_interval_astride_its_bar_is_open_and_not_broken(repository: Repository, assay: Assay) -> None:
    asked = ("measure", "quality", *DATA, *SCORES, "--set", "on=holdout", "--set", "bars.roc_auc=>= 0.91")
    ended = assay(*asked, "--fail-on", "broken")
    assert (ended.code, ended.out.splitlines()[0]) == (0, "1 open")
    assert assay(*asked, "--fail-on", "open").code == 1


def test_what_could_not_be_measured_counts_as_broken(repository: Repository, assay: Assay) -> None:
    lines = (repository.root / "holdout.csv").read_text().splitlines()
    few = [lines[0], *(line for line in lines[1:4])]
    repository.write("few.csv", "\n".join(few) + "\n")
    scores = (repository.root / "scores.csv").read_text().splitlines()
    repository.write("few_scores.csv", "\n".join(scores[:4]) + "\n")
    asked = ("measure", "quality", "--data", "few=few.csv", "--predictions", "few=few_scores.csv", "--label", "approve")
    ended = assay(*asked, "--id", "key", "--set", "on=few", "--set", "bars.roc_auc=>= 0.5", "--fail-on", "broken")
    assert ended.code == 1, ended.out + ended.err


def test_nothing_that_could_break_is_no_success(repository: Repository, assay: Assay) -> None:
    asked = ("measure", "quality", *DATA, *SCORES, "--set", "on=holdout", "--set", "bars={}")
    assert assay(*asked).code == 0
    ended = assay(*asked, "--fail-on", "broken")
    assert (ended.code, ended.out) == (2, "")
    assert "sets no bar, so `--fail-on broken` could never fail" in ended.err


def test_several_classes(repository: Repository, assay: Assay) -> None:
    names = ("Adelie", "Chinstrap", "Gentoo")
    rows = [(index, names[index % 3]) for index in range(90)]
    repository.write("d.csv", "key,species\n" + "".join(f"{key},{name}\n" for key, name in rows))
    header = ",".join(["key", *(f"score:{name}" for name in names)])
    shares = [",".join([str(key), *("0.8" if each == name else "0.1" for each in names)]) for key, name in rows]
    repository.write("p.csv", "\n".join([header, *shares]) + "\n")
    given = ("--data", "holdout=d.csv", "--predictions", "holdout=p.csv", "--label", "species", "--id", "key")
    ended = assay(
        "measure", "quality", *given, "--task", "multiclass-classification", "--set", "on=holdout",
        "--set", "bars.accuracy=>= 0.9", "--fail-on", "open",
    )  # fmt: skip
    assert ended.code == 0, ended.err
    assert ended.out.startswith("1 hold\n")
