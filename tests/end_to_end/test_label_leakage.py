"""Labels that are given away are told, whatever checks the manifest declares; at high risk they close the gate."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.command_line import Assay
from tests.support.repositories import Repository, data_text, rows, scores_text

REGORUS = ("--engine", "regorus")
SETS = ("--id", "key", "--label", "approve")
OTHERS = [(f"X{key}", *rest) for key, *rest in rows(seed=8)]


def found(assay: Assay, *arguments: str) -> dict[str, Any]:
    ended = assay("measure", "label_leakage", "--format", "json", *SETS, *arguments)
    assert ended.code == 0, ended.err
    facts: dict[str, Any] = json.loads(ended.out)
    return facts.get("facts", facts)


def holdout(repository: Repository, *more: tuple[str, Any]) -> None:
    """The evaluated data with columns more, each made from a row."""
    lines = [data_text([row]).splitlines()[1] + "".join(f",{make(row)}" for _, make in more) for row in rows()]
    header = "key,amount,group,approve" + "".join(f",{name}" for name, _ in more)
    repository.write("holdout.csv", "\n".join([header, *lines]) + "\n")


def test_what_is_honest_gives_nothing_away(repository: Repository, assay: Assay) -> None:
    """T-labels-given-away, the twin: other rows to train on, answers of a model, a feature that predicts well but not always."""
    repository.write("train.csv", data_text(OTHERS))  # type: ignore[arg-type]  # rows with other keys
    holdout(
        repository, ("hint", lambda row: row[3] if row[1] % 10 else 1 - row[3]), ("approved_by", lambda row: row[1])
    )
    data = ("--data", "train=train.csv", "--data", "holdout=holdout.csv", "--predictions", "holdout=scores.csv")
    assert found(assay, *data)["found"] == 0


@pytest.mark.parametrize("name", ["Approve", "APPROVE", " approve", "approve_", "\uff41pprove"])
def test_a_column_that_differs_from_the_label_by_its_spelling(repository: Repository, assay: Assay, name: str) -> None:
    """T-labels-given-away: it holds the label, with noise so that no number shows it."""
    holdout(repository, (name, lambda row: row[3] if row[1] % 3 else 1))
    facts = found(assay, "--data", "holdout=holdout.csv")
    assert facts["named_alike"] == [f"holdout: {name}"], facts


@pytest.mark.parametrize("words", [("0", "1"), ("no", "Yes"), ("-1", "7.5"), ("b", "a")])
def test_a_feature_that_repeats_the_label(repository: Repository, assay: Assay, words: tuple[str, str]) -> None:
    """T-labels-given-away: the label in other words, under another name, missing here and there."""
    holdout(repository, ("outcome", lambda row: words[row[3]] if row[1] % 11 else ""))
    facts = found(assay, "--data", "holdout=holdout.csv")
    assert (facts["copied"], facts["named_alike"]) == (["holdout: outcome"], [])


@pytest.mark.parametrize("levels", [(0.0, 1.0), (0.2, 0.8), (0.9, 0.1)])
def test_answers_that_are_the_labels(repository: Repository, assay: Assay, levels: tuple[float, float]) -> None:
    """T-labels-given-away, F-14: a file of predictions made from the labels, also shifted or turned over."""
    repository.write("scores.csv", scores_text([(*row[:4], levels[row[3]]) for row in rows()]))
    data = ("--data", "holdout=holdout.csv", "--predictions", "holdout=scores.csv")
    assert found(assay, *data)["answered"] == ["holdout"]


def test_training_data_that_hold_the_evaluated_rows(repository: Repository, assay: Assay) -> None:
    """T-labels-given-away, E14: under other ids, in another order, with other rows between them; a third of them is no finding."""
    copied = [(f"C{key}", *rest) for key, *rest in rows()]
    for kept, shared in ((600, True), (500, True), (200, False)):
        mixed = sorted([*copied[:kept], *OTHERS], key=lambda row: row[1])
        repository.write("training.csv", data_text(mixed))  # type: ignore[arg-type]  # rows with other keys
        facts = found(assay, "--data", "training=training.csv", "--data", "holdout=holdout.csv")
        assert facts["shared_rows"] == (["training and holdout"] if shared else []), kept


@pytest.mark.parametrize(("risk", "code"), [("high", 1), ("limited", 0)])
def test_no_stage_leaves_it_out(repository: Repository, assay: Assay, risk: str, code: int) -> None:
    """T-labels-given-away: a stage that names other policies, with data of one digest; told always, blocking at high risk."""
    repository.replace("risk: high", f"risk: {risk}")
    repository.replace("holdout: {path: holdout.csv}", "holdout: {path: holdout.csv}\n    train: {path: copy.csv}")
    repository.replace(
        "['governance/*', 'data/*', 'quality/*', 'bias/*', 'artifact/*']", "['quality/*', 'governance/owner_named']"
    )
    repository.write("copy.csv", (repository.root / "holdout.csv").read_bytes())
    ended = assay("check", *REGORUS)
    assert ended.code == code, ended.out
    page = json.loads((repository.dossier / "decision.json").read_text())
    name = "data/labels_withheld" if risk == "high" else "data/labels_in_view"
    (ruling,) = [each for each in page["rulings"] if each["policy"].startswith("data/labels")]
    assert (ruling["policy"], ruling["outcome"]) == (name, "fail")
    assert ruling["reasons"] == ["Training and evaluation data are the same: train and holdout."]
    assert name in ended.out
    repository.write("copy.csv", data_text(OTHERS))  # type: ignore[arg-type]  # rows with other keys
    assert assay("check", *REGORUS).code == 0


@pytest.mark.parametrize("policies", ["[]", "['data/labels_in_view']"])
def test_it_opens_no_gate_alone(repository: Repository, assay: Assay, policies: str) -> None:
    """E5: a stage without blocking policies of its own stays closed, though nothing is given away."""
    repository.replace("['governance/*', 'data/*', 'quality/*', 'bias/*', 'artifact/*']", policies)
    repository.replace("risk: high", "risk: limited" if "view" in policies else "risk: high")
    ended = assay("check", *REGORUS)
    assert ended.code == 1, ended.out
    assert "No blocking policy was ruled on" in ended.out


def test_training_data_that_nothing_can_be_compared_by(repository: Repository, assay: Assay) -> None:
    """T-labels-given-away: it is not known whether rows are shared, which closes the gate; alike rows are only told."""
    repository.replace("holdout: {path: holdout.csv}", "holdout: {path: holdout.csv}\n    train: {path: train.csv}")
    repository.write("train.csv", "key,income\n" + "".join(f"T{n},{n}\n" for n in range(300)))
    assert assay("check", *REGORUS).code == 1
    page = json.loads((repository.dossier / "decision.json").read_text())
    (ruling,) = [each for each in page["rulings"] if each["policy"] == "data/labels_withheld"]
    assert ruling["outcome"] == "inconclusive"
    told = "train and holdout have no column, known in nearly all rows, to compare their rows by."
    assert ruling["reasons"] == [told]
    repository.write("train.csv", "key,group\n" + "".join(f"T{n},{'ab'[n % 2]}\n" for n in range(300)))
    facts = found(assay, "--data", "train=train.csv", "--data", "holdout=holdout.csv")
    assert (facts["uncompared"], facts["alike"], facts["found"]) == ([], ["train and holdout"], 0)
