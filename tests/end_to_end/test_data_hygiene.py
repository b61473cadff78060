"""Data hygiene from the command line to the gate: what leaks closes it, what may be a property of the data warns."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from tests.support.command_line import Assay
from tests.support.repositories import Repository

MANIFEST = """\
assay: 1
model: {name: small, owner: us, risk: minimal, intended_use: Rank applications for an officer who decides.}
data:
  id: key
  label: approve
  sets: {train: {path: train.csv}, holdout: {path: holdout.csv}}
checks:
  data_hygiene: {}
stages:
  validation: {policies: ['data/no_*', data/sets_apart, data/sound_columns]}
"""
HEAD = "key,amount,rate,city,approve\n"
Row = tuple[str, int, float, str, int]


def rows(name: str, count: int, seed: int) -> list[Row]:
    draw = random.Random(seed)
    made = []
    for number in range(count):
        amount = draw.randint(1, 9999)
        made.append(
            (
                f"{name}{number:04}",
                amount,
                draw.gauss(3, 1),
                draw.choice(["Bern", "Genf"]),
                int(draw.random() < amount / 9999),
            )
        )
    return made


def write(root: Path, train: list[Row], holdout: list[Row], manifest: str = MANIFEST) -> Repository:
    repository = Repository(root)
    for name, made in (("train", train), ("holdout", holdout)):
        text = "".join(f"{key},{amount},{rate!r},{city},{label}\n" for key, amount, rate, city, label in made)
        repository.write(f"{name}.csv", HEAD + text)
    repository.write("assay.yaml", manifest)
    return repository


def outcomes(repository: Repository) -> dict[str, str]:
    """The outcomes of the policies that data hygiene alone informs."""
    decision = json.loads((repository.dossier / "decision.json").read_text())
    return {ruling["policy"]: ruling["outcome"] for ruling in decision["rulings"] if ruling["policy"] in OPEN}


def ruling(repository: Repository, policy: str) -> dict[str, Any]:
    decision = json.loads((repository.dossier / "decision.json").read_text())
    return next(each for each in decision["rulings"] if each["policy"] == policy)


OPEN = dict.fromkeys(("data/no_leakage", "data/no_repetition", "data/sets_apart", "data/sound_columns"), "pass")


@pytest.fixture
def sets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[list[Row], list[Row]]:
    monkeypatch.chdir(tmp_path)
    return rows("T", 500, 1), rows("H", 300, 2)


def test_clean_data_open_the_gate(tmp_path: Path, assay: Assay, sets: tuple[list[Row], list[Row]]) -> None:
    repository = write(tmp_path, *sets)
    ended = assay("check")
    assert ended.code == 0, ended.out + ended.err
    assert outcomes(repository) == OPEN


def test_a_column_that_knows_the_label_closes_it(
    tmp_path: Path, assay: Assay, sets: tuple[list[Row], list[Row]]
) -> None:
    train, holdout = (
        [(key, amount, rate + 99 * label, city, label) for key, amount, rate, city, label in each] for each in sets
    )
    repository = write(tmp_path, train, holdout)
    assert assay("check").code == 1
    assert outcomes(repository) == OPEN | {"data/no_leakage": "fail"}
    found = ruling(repository, "data/no_leakage")
    assert found["reasons"] == ["`rate` follows the label almost without exception."]
    assert [bar["fact"] for bar in found["bars"]] == ["/leakage/train/leaks"]


def test_rows_of_the_training_data_close_it(tmp_path: Path, assay: Assay, sets: tuple[list[Row], list[Row]]) -> None:
    train, holdout = sets
    holdout[:20] = [(key, *row[1:]) for (key, *_), row in zip(holdout[:20], train[:20], strict=True)]
    repository = write(tmp_path, train, holdout)
    ended = assay("check")
    assert ended.code == 1
    assert outcomes(repository) == OPEN | {"data/sets_apart": "fail"}
    bar = next(
        each for each in ruling(repository, "data/sets_apart")["bars"] if each["fact"] == "/apart/holdout/rows/share"
    )
    assert bar["keys"] == [f"H{number:04}" for number in range(5)]
    assert "H0000" in ended.out


def test_repeated_rows_only_warn(tmp_path: Path, assay: Assay, sets: tuple[list[Row], list[Row]]) -> None:
    train, holdout = sets
    train[:20] = [(key, *row[1:]) for (key, *_), row in zip(train[:20], train[100:120], strict=True)]
    repository = write(tmp_path, train, holdout)
    assert assay("check").code == 0
    assert outcomes(repository) == OPEN | {"data/no_repetition": "fail"}


def test_nothing_is_apart_from_training_data_that_is_not_there(
    tmp_path: Path, assay: Assay, sets: tuple[list[Row], list[Row]]
) -> None:
    repository = write(tmp_path, *sets, MANIFEST.replace("train: {path: train.csv}, ", ""))
    assert assay("check").code in (1, 3)
    assert outcomes(repository) == OPEN | {"data/sets_apart": "not_evaluated"}


def test_a_looser_bar_is_a_bar(tmp_path: Path, assay: Assay, sets: tuple[list[Row], list[Row]]) -> None:
    train, holdout = sets
    holdout[:20] = [(key, *row[1:]) for (key, *_), row in zip(holdout[:20], train[:20], strict=True)]
    loose = MANIFEST.replace("data_hygiene: {}", 'data_hygiene: {bars: {shared_rows: "<= 10%"}}')
    repository = write(tmp_path, train, holdout, loose)
    assert assay("check").code == 0
    bar = next(each for each in ruling(repository, "data/sets_apart")["bars"] if each["fact"].endswith("/rows/share"))
    assert bar["line"] == 8
    repository.replace("<= 10%", ">= 10%")
    ended = assay("check")
    assert ended.code == 2
    assert "upper bound" in ended.err
    repository.replace('{bars: {shared_rows: ">= 10%"}}', "{on: holdot}")
    assert "Did you mean `holdout`?" in assay("check").err


def test_measured_without_a_manifest(tmp_path: Path, assay: Assay, sets: tuple[list[Row], list[Row]]) -> None:
    write(tmp_path, *sets)
    data = ("--data", "train=train.csv", "--data", "holdout=holdout.csv", "--label", "approve", "--id", "key")
    ended = assay("measure", "data_hygiene", *data, "--format", "json")
    assert ended.code == 0, ended.err
    found = json.loads(ended.out)
    assert 0.7 < found["leakage"]["train"]["strongest"]["value"] < 0.9
    assert found["apart"]["holdout"]["rows"]["rows"]["value"] == 0
    alone = assay("measure", "data_hygiene", "--data", "data=train.csv", "--format", "json")
    assert json.loads(alone.out)["leakage"]["data"]["strongest"]["reason"] == "unnamed_label"
